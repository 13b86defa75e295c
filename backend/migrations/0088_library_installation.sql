-- Which store of images belongs to this database: both have the same id. Empty until a process has seen the two together, so that a
-- database that was restored from before this migration takes the id that its store has already.
create table library.installation (
  id uuid not null,
  only_one boolean primary key default true check (only_one)
);

-- For `0089`, which fills them: a column without a value is there at once, and keeps nobody from reading while rows are looked at.
alter table library.images
  -- Since when an image was published whose owner is disabled: it is published again when they are enabled.
  add column away_published_at timestamptz(3),
  -- The image that this one is a larger copy of, through all copies in between. It stays when that one is deleted or changes hands.
  add column root_id uuid,
  -- The accounts that sold the picture exclusively: they may neither offer nor publish it any more, whichever copy they have.
  add column sold_by uuid[];

-- The version before this one goes on while both run: it makes larger copies without their root, and sells without saying who sold.
create function library.find_root() returns trigger language plpgsql as $$
begin
  new.root_id := coalesce(
    (select coalesce(root_id, case when recipe ? 'scale' then parent_id end) from library.images where id = new.parent_id), new.parent_id);
  return new;
end $$;
create trigger images_root before insert on library.images for each row
  when (new.root_id is null and new.parent_id is not null and new.recipe ? 'scale') execute function library.find_root();

create function library.remember_seller() returns trigger language plpgsql as $$
begin
  new.sold_by := array_append(array_remove(array_remove(new.sold_by, new.account_id), old.account_id), old.account_id);
  return new;
end $$;
create trigger images_sold before update of account_id on library.images for each row
  when (new.account_id <> old.account_id) execute function library.remember_seller();

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
  -- Since when its owner has it by an exclusive sale: nobody else may offer or publish the same picture.
  add column sole_since timestamptz;

-- Whoever closed their account: the row stays for what others bought of them, without anything that says who it was.
alter table accounts.people add column closed_at timestamptz;

-- The seller is disabled: nothing of theirs is shown or sold until they are enabled again. The version before this one does not look.
alter table market.listings add column seller_away boolean not null default false;
update market.listings set seller_away = true
  where seller_id in (select id from accounts.people where disabled_at is not null);

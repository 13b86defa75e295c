-- Moderators took it off the market: it stays so when its seller withdraws it, until a moderator brings it back.
alter table market.listings add column moderated_at timestamptz;
update market.listings set moderated_at = now() where state = 'hidden';
create index listings_moderated on market.listings (image_id) where moderated_at is not null;

-- The image of such a listing: it can be neither offered nor published. The version before this one does not look.
alter table library.images add column withheld_at timestamptz;
update library.images set withheld_at = now() where id in (select image_id from market.listings where state = 'hidden');

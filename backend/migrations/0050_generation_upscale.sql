-- A wish may be a larger copy of its source image instead of a drawing: this many times as wide and high.
alter table generation.generations add column scale int check (scale >= 2);

-- A larger copy of a licensed image carries the same licence, so a purchase may stand on several rows. The copy that the purchase
-- itself made is the one without a generation, and there is still only one of it.
alter table library.images drop constraint images_purchase_id_key;
create unique index images_of_purchase on library.images (purchase_id) where generation_id is null;

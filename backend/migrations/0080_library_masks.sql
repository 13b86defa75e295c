-- A mask says which part of an image is drawn anew. It is private to who sent it, and goes for good with its image.
create table library.masks (
  id uuid primary key,
  image_id uuid not null references library.images (id),
  account_id uuid not null,
  blob_id uuid not null references library.blobs (id),
  media_type text not null,
  width int not null,
  height int not null,
  created_at timestamptz not null
);
create index masks_of_image on library.masks (image_id);
create index masks_of_account on library.masks (account_id);

-- A wish may draw only a part of its source image anew.
alter table generation.generations add column mask_id uuid, add check (mask_id is null or source_image_id is not null);

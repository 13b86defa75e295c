-- Thumbnails are queued after an image has landed, not with it; what a crash left without them is found here.
create index blobs_without_thumbnails on library.blobs (touched_at) where thumbnails_at is null and uses > 0;

-- By itself: it keeps everybody from writing while it is made, and holds no row that one of them waits for.
create index images_of_root on library.images (root_id) where root_id is not null;

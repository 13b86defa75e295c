create schema library;

-- What people type, as words without accents and in lower case: "Forêt d'Été" is {foret,d,ete}.
-- Splitting at ASCII and general punctuation, not at "not a letter", gives the same words under every locale of the server.
-- A run of characters is cut at 40, because a lexeme has a limit and nobody types more.
create function library.words(written text) returns text[]
language sql immutable strict parallel safe
return array_remove(
  regexp_split_to_array(
    regexp_replace(
      regexp_replace(
        replace(replace(replace(replace(lower(normalize(written, nfkd)), 'œ', 'oe'), 'æ', 'ae'), 'ø', 'o'), 'ß', 'ss'),
        '[\u0300-\u036f]+', '', 'g'),
      '([^\s!-/:-@\[-`{-~\u00a0-\u00bf\u2000-\u206f\u3000-\u303f]{40})[^\s!-/:-@\[-`{-~\u00a0-\u00bf\u2000-\u206f\u3000-\u303f]+', '\1', 'g'),
    '[\s!-/:-@\[-`{-~\u00a0-\u00bf\u2000-\u206f\u3000-\u303f]+'),
  '');

create function library.search_document(title text, prompt text) returns tsvector
language sql immutable parallel safe
return array_to_tsvector(library.words(coalesce(title, '') || ' ' || coalesce(prompt, '')));

-- The words that must be there, as a query; the last may be the beginning of one, because it is perhaps still being typed.
-- `part` tells which: 'all' of them, only the 'whole' ones, or only the 'begun' one. A part without words is null.
-- The words hold no quote and no backslash: both are punctuation, at which `words` splits.
create function library.search_query(written text, part text) returns tsquery
language sql immutable strict parallel safe
return (
  select string_agg('''' || word || '''' || case when begun then ':*' else '' end, ' & ' order by place)::tsquery
  from (
    select word, place, place = count(*) over () and length(word) > 1 as begun
    from unnest(library.words(written)) with ordinality as each (word, place)
  ) as asked
  where part = 'all' or begun = (part = 'begun')
);

-- The bytes, once for each content. A row is written before its file and outlives it, so that nothing is stored that no row knows.
-- A blob that no image uses any more is condemned, then its files are removed, then its row; a condemned blob never comes back:
-- the same content stored again is a new row with a new key. That is why sweep and store cannot meet.
create table library.blobs (
  id uuid primary key,
  sha256 text not null,
  storage_key text not null unique,
  media_type text not null,
  size_bytes bigint not null,
  uses int not null default 0 check (uses >= 0),
  touched_at timestamptz not null,
  stored_at timestamptz,
  thumbnails_at timestamptz,
  condemned_at timestamptz
);
create unique index blobs_live on library.blobs (sha256) where condemned_at is null;
create index blobs_unused on library.blobs (touched_at) where uses = 0;

create table library.images (
  id uuid primary key,
  account_id uuid not null,
  -- 'licensed': a copy of one's own that came with a licence; the bytes are shared, the row is the buyer's.
  origin text not null check (origin in ('generated', 'uploaded', 'licensed')),
  generation_id uuid,
  generation_index int,
  blob_id uuid not null references library.blobs (id),
  media_type text not null,
  size_bytes bigint not null,
  width int not null,
  height int not null,
  transparent boolean not null,
  placeholder text,
  title text,
  prompt text not null default '',
  model_id text,
  recipe jsonb,
  -- Not a foreign key: a parent may be deleted for good, and its children stay.
  parent_id uuid,
  favourite boolean not null default false,
  likes int not null default 0 check (likes >= 0),
  -- Milliseconds, because positions in lists travel through JavaScript dates.
  created_at timestamptz(3) not null,
  published_at timestamptz(3),
  trashed_at timestamptz(3),
  search tsvector not null generated always as (library.search_document(title, prompt)) stored,
  -- Offered on the market: private, and in nobody's trash, until it is not.
  listed_at timestamptz(3),
  licence text,
  purchase_id uuid unique,
  check (trashed_at is null or published_at is null),
  check (listed_at is null or (published_at is null and trashed_at is null)),
  check ((origin = 'licensed') = (licence is not null)),
  check ((origin = 'licensed') = (purchase_id is not null)),
  check (origin <> 'licensed' or (published_at is null and listed_at is null))
);
create unique index images_of_generation on library.images (generation_id, generation_index) where generation_id is not null;
create index images_newest on library.images (account_id, created_at desc, id desc) where trashed_at is null;
create index images_trashed on library.images (account_id, created_at desc, id desc) where trashed_at is not null;
create index images_favourite on library.images (account_id, created_at desc, id desc) where favourite and trashed_at is null;
create index images_published on library.images (account_id, created_at desc, id desc) where published_at is not null and trashed_at is null;
create index images_of_model on library.images (account_id, model_id, created_at desc, id desc) where trashed_at is null;
create index images_trash_age on library.images (trashed_at) where trashed_at is not null;
create index images_of_blob on library.images (blob_id);
-- Without a pending list: searching one that has grown costs more than inserts gain.
create index images_search on library.images using gin (search) with (fastupdate = off);
create index explore_newest on library.images (published_at desc, id desc) where published_at is not null and trashed_at is null;
create index explore_liked on library.images (likes desc, published_at desc, id desc) where published_at is not null and trashed_at is null;
create index explore_search on library.images using gin (search) with (fastupdate = off) where published_at is not null and trashed_at is null;

create table library.likes (
  image_id uuid not null references library.images (id) on delete cascade,
  account_id uuid not null,
  created_at timestamptz not null,
  primary key (image_id, account_id)
);

create table library.collections (
  id uuid primary key,
  account_id uuid not null,
  name text not null,
  created_at timestamptz(3) not null
);
create unique index collections_name on library.collections (account_id, lower(name));

-- The image's time is copied, so that a page of a collection is one walk along an index.
create table library.collection_images (
  collection_id uuid not null references library.collections (id) on delete cascade,
  image_id uuid not null references library.images (id) on delete cascade,
  created_at timestamptz(3) not null,
  primary key (collection_id, image_id)
);
create index collection_newest on library.collection_images (collection_id, created_at desc, image_id desc);
create index collections_of_image on library.collection_images (image_id);

create table library.archives (
  id uuid primary key,
  account_id uuid not null,
  image_ids uuid[] not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);
create index archives_expiry on library.archives (expires_at);

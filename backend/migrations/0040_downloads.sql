create schema downloads;

-- A model that an administrator asked for: fetched from a hub or copied from a folder, and then drawn with.
create table downloads.models (
  id uuid primary key,
  -- The row in generation.models that it becomes, and the folder below the added models that holds it.
  model_id text not null unique,
  folder text not null unique,
  name text not null,
  source text not null check (source in ('hub', 'folder')),
  -- owner/name on the hub, or the name of the folder that was imported.
  origin text not null,
  revision text,
  licence text,
  requested_by uuid not null,
  state text not null check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'removing')),
  failure_code text,
  failure_detail text,
  total_bytes bigint not null check (total_bytes >= 0),
  received_bytes bigint not null default 0 check (received_bytes between 0 and total_bytes),
  -- Who works on it, and until when nobody else may: a worker that dies lets it run out.
  lease uuid,
  lease_until timestamptz,
  created_at timestamptz not null,
  finished_at timestamptz,
  check ((source = 'hub') = (revision is not null)),
  check ((state = 'failed') = (failure_code is not null)),
  check ((lease is null) = (lease_until is null))
);

create table downloads.files (
  download_id uuid not null references downloads.models (id) on delete cascade,
  path text not null,
  size_bytes bigint not null check (size_bytes >= 0),
  -- `sha256:<hex>` of the content, or `git:<hex>`, the blob id that git gives to small files. None for a copied folder.
  checksum text,
  done boolean not null default false,
  primary key (download_id, path)
);

create schema backup;

-- Every backup and every restore drill that ended, well or badly: the metrics tell the age of the last good one from here.
create table backup.runs (
  id uuid primary key,
  kind text not null check (kind in ('backup', 'restore_drill')),
  -- The backup that was made or tried; null when it failed before it had a name.
  backup_name text,
  started_at timestamptz not null,
  finished_at timestamptz not null check (finished_at >= started_at),
  ok boolean not null,
  -- What a person reads: what was saved, or what was wrong.
  detail text not null
);
create index runs_latest on backup.runs (kind, finished_at desc);

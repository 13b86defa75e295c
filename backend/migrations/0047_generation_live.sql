-- Drawings made while somebody types. They are asked for, drawn and taken away within a second or two and never become
-- generations: nothing of them is kept, and a crash of the database may forget them.
create unlogged table generation.live_drawings (
  -- One a person: a newer one takes the place of an older one.
  account_id uuid primary key,
  id uuid not null unique,
  engine text not null,
  -- The engine's model and the settings, as the engine is asked.
  job jsonb not null,
  asked_at timestamptz not null default clock_timestamp(),
  claimed boolean not null default false,
  -- Once it is over: drawn, busy (it gave way to a generation) or failed.
  outcome text check (outcome in ('drawn', 'busy', 'failed')),
  picture bytea,
  media_type text
);
create index live_drawings_waiting on generation.live_drawings (engine, asked_at) where not claimed;

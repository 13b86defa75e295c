-- Where a wish came from, for who follows it from the click to the engine. Written before the wish itself, and only while
-- traces are recorded; so no other table is locked for it, and a row may name a wish that was refused.
create table generation.traces (
  generation_id uuid primary key,
  -- W3C Trace Context: version, trace, span and flags.
  traceparent text not null check (traceparent ~ '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'),
  created_at timestamptz not null default now()
);
create index traces_old on generation.traces (created_at);

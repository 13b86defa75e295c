-- Since when a wish that is tried again has waited; null: since it was asked for. The version before this one leaves it null, and sorts
-- what waits for a model when it looks for the oldest.
alter table generation.generations add column retried_at timestamptz;
create index generations_waiting on generation.generations (model_id, coalesce(retried_at, created_at)) where state = 'queued';
drop index generation.generations_queued;

-- What each worker has in memory and what it runs on, as its engines say. The version before this one leaves it empty.
alter table generation.workers add column loaded jsonb not null default '[]';

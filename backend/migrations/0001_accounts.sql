-- People, their sessions and keys, invitations and the settings of the installation.
-- The tables people, sessions, credentials, verifications and api_keys are better-auth's under our names;
-- a test compares them with what better-auth expects.

create schema accounts;

create table accounts.people (
  id uuid primary key,
  name text not null,
  email text not null,
  email_verified boolean not null,
  image text,
  role text not null check (role in ('administrator', 'member')),
  locale text check (locale in ('en', 'fr')),
  -- Share of the queue relative to others.
  weight double precision not null default 1 check (weight > 0),
  disabled_at timestamptz,
  last_seen_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint people_email_unique unique (email),
  constraint people_email_lower check (email = lower(email))
);
create index people_administrators on accounts.people (id) where role = 'administrator';

create table accounts.credentials (
  id uuid primary key,
  account_id uuid not null references accounts.people (id) on delete cascade,
  provider_id text not null,
  provider_account_id text not null,
  password_hash text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null,
  constraint credentials_provider_unique unique (provider_id, provider_account_id)
);
create index credentials_account_id_idx on accounts.credentials (account_id);

create table accounts.sessions (
  id uuid primary key,
  account_id uuid not null references accounts.people (id) on delete cascade,
  -- Useless alone: the cookie also carries a signature with the secret that is not in the database.
  token text not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  constraint sessions_token_unique unique (token)
);
create index sessions_account_id_idx on accounts.sessions (account_id);
create index sessions_expires_at_idx on accounts.sessions (expires_at);

create table accounts.verifications (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verifications_identifier_idx on accounts.verifications (identifier);
create index verifications_value_idx on accounts.verifications (value);

create table accounts.api_keys (
  id uuid primary key,
  account_id uuid not null references accounts.people (id) on delete cascade,
  config_id text not null,
  name text,
  start text,
  prefix text,
  key_hash text not null,
  permissions text,
  metadata text,
  enabled boolean,
  refill_interval integer,
  refill_amount integer,
  last_refill_at timestamptz,
  rate_limit_enabled boolean,
  rate_limit_time_window integer,
  rate_limit_max integer,
  request_count integer,
  remaining integer,
  last_used_at timestamptz,
  expires_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint api_keys_key_hash_unique unique (key_hash)
);
create index api_keys_account_id_idx on accounts.api_keys (account_id);

create table accounts.invitations (
  id uuid primary key,
  -- Null: whoever has the link may use it.
  email text,
  role text not null check (role in ('administrator', 'member')),
  invited_by uuid not null references accounts.people (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  used_by uuid references accounts.people (id) on delete set null
);

-- One row. Locking it also serialises what must be decided one at a time: the first administrator, and the last.
create table accounts.settings (
  singleton boolean primary key default true check (singleton),
  site_name text not null default 'RenderMart',
  registration text not null default 'invitation' check (registration in ('open', 'invitation', 'closed')),
  explore_audience text not null default 'members' check (explore_audience in ('members', 'everyone')),
  max_queued_per_account integer not null default 1000 check (max_queued_per_account > 0),
  trash_days integer not null default 30 check (trash_days > 0),
  starting_credits bigint not null default 0 check (starting_credits >= 0),
  market_fee_percent numeric(4, 2) not null default 0 check (market_fee_percent between 0 and 90)
);
insert into accounts.settings default values;

-- Counters of tries; the platform's, shared by all copies of the API. Unlogged: losing them in a crash harms nobody.
create schema platform;
create unlogged table platform.rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
create index rate_limits_expire on platform.rate_limits (expire);

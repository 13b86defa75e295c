create schema market;

-- An offer of one image. What browsing needs is copied from the image when it is listed, so that no query leaves this schema.
create table market.listings (
  id uuid primary key,
  image_id uuid not null,
  seller_id uuid not null,
  kind text not null check (kind in ('licence', 'exclusive')),
  licence text not null check (licence in ('personal', 'commercial', 'exclusive')),
  price_credits bigint not null check (price_credits > 0),
  edition_limit int check (edition_limit > 0),
  sold_count int not null default 0,
  state text not null default 'active' check (state in ('active', 'sold', 'withdrawn', 'hidden')),
  title text not null,
  description text not null,
  show_recipe boolean not null,
  recipe jsonb,
  prompt text not null,
  model_id text,
  model_name text,
  width int not null,
  height int not null,
  transparent boolean not null,
  orientation text not null check (orientation in ('square', 'portrait', 'landscape')),
  colours text[] not null,
  placeholder text,
  likes int not null default 0 check (likes >= 0),
  hidden_reason text,
  created_at timestamptz not null,
  ended_at timestamptz,
  -- Words of the title and the description, and of the prompt only where the seller shows it: search must not tell what is hidden.
  words tsvector generated always as (to_tsvector('simple', title || ' ' || description || ' ' || case when show_recipe then prompt else '' end)) stored,
  constraint listings_never_oversold check (sold_count between 0 and coalesce(edition_limit, case kind when 'exclusive' then 1 end, sold_count)),
  check ((kind = 'exclusive') = (licence = 'exclusive')),
  check ((state = 'hidden') = (hidden_reason is not null)),
  check ((state in ('sold', 'withdrawn')) = (ended_at is not null))
);
-- An image is offered once at a time.
create unique index listings_one_offer on market.listings (image_id) where state in ('active', 'hidden');
create index listings_newest on market.listings (created_at desc, id desc) where state = 'active';
create index listings_liked on market.listings (likes desc, id desc) where state = 'active';
create index listings_price on market.listings (price_credits, id) where state = 'active';
create index listings_of_seller on market.listings (seller_id, created_at desc, id desc);
create index listings_words on market.listings using gin (words) where state = 'active';

-- What was bought, with the licence's text as it was in force. Never changed, never deleted.
create table market.purchases (
  id uuid primary key,
  listing_id uuid not null references market.listings (id),
  image_id uuid not null,
  buyer_id uuid not null,
  seller_id uuid not null,
  kind text not null,
  title text not null,
  price_credits bigint not null check (price_credits > 0),
  fee_credits bigint not null check (fee_credits between 0 and price_credits),
  edition int not null check (edition > 0),
  edition_limit int,
  licence_kind text not null,
  licence_version int not null,
  licence_texts jsonb not null,
  created_at timestamptz not null,
  unique (listing_id, edition),
  unique (listing_id, buyer_id),
  check (buyer_id <> seller_id)
);
create index purchases_of_image on market.purchases (image_id);
create index purchases_of_buyer on market.purchases (buyer_id, id desc);
create index purchases_of_seller on market.purchases (seller_id, id desc);

-- Repeated requests find here what they bought the first time.
create table market.purchase_keys (
  account_id uuid not null,
  key text not null,
  listing_id uuid not null,
  expected_price_credits bigint not null,
  purchase_id uuid not null references market.purchases (id),
  primary key (account_id, key)
);

create table market.likes (
  listing_id uuid not null references market.listings (id),
  account_id uuid not null,
  primary key (listing_id, account_id)
);

create table market.reports (
  id uuid primary key,
  listing_id uuid not null references market.listings (id),
  reporter_id uuid not null,
  reason text not null,
  text text not null,
  state text not null default 'open' check (state in ('open', 'hidden', 'dismissed')),
  decision text,
  decided_by uuid,
  created_at timestamptz not null,
  decided_at timestamptz,
  check ((state = 'open') = (decision is null)),
  check ((state = 'open') = (decided_by is null)),
  check ((state = 'open') = (decided_at is null))
);
create unique index reports_once on market.reports (listing_id, reporter_id) where state = 'open';
create index reports_open_first on market.reports ((state <> 'open'), id desc);

create table market.payouts (
  id uuid primary key,
  account_id uuid not null,
  amount_credits bigint not null check (amount_credits > 0),
  note text not null,
  hold_id uuid not null,
  idempotency_key text not null,
  state text not null default 'requested' check (state in ('requested', 'paid', 'refused')),
  decision text,
  decided_by uuid,
  created_at timestamptz not null,
  decided_at timestamptz,
  unique (account_id, idempotency_key),
  check ((state = 'requested') = (decision is null))
);
create index payouts_open_first on market.payouts ((state <> 'requested'), id desc);

-- What moderators and administrators did here, and why. Append-only.
create table market.audit (
  id bigint generated always as identity primary key,
  actor_id uuid not null,
  act text not null,
  subject text not null,
  reason text not null,
  created_at timestamptz not null default now()
);
create function market.refuse() returns trigger language plpgsql as $$
begin
  raise exception '%.% is append-only', tg_table_schema, tg_table_name using errcode = 'integrity_constraint_violation';
end;
$$;
create trigger audit_append_only before update or delete on market.audit for each row execute function market.refuse();
create trigger purchases_append_only before update or delete on market.purchases for each row execute function market.refuse();

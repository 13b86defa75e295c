create schema payments;

-- A pack of credits that somebody pays for with Stripe. Credits come only when Stripe says, signed, that the money is there.
create table payments.top_ups (
  id uuid primary key,
  account_id uuid not null,
  idempotency_key text not null,
  pack_id text not null,
  credits bigint not null check (credits > 0),
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  state text not null default 'open' check (state in ('open', 'paid', 'reversed', 'expired')),
  checkout_id text unique,
  checkout_url text,
  payment_id text unique,
  -- Credits that a refund or dispute asked back and that were already spent.
  missing_credits bigint not null default 0 check (missing_credits >= 0),
  created_at timestamptz not null,
  unique (account_id, idempotency_key)
);
create index top_ups_of_account on payments.top_ups (account_id, id desc);

-- Events that were carried out: Stripe sends each at least once.
create table payments.events (
  id text primary key,
  type text not null,
  received_at timestamptz not null default now()
);

-- Payments that were refunded or disputed. Stripe's events may come in any order: a reversal that is first waits here.
create table payments.reversals (
  payment_id text primary key,
  received_at timestamptz not null default now()
);

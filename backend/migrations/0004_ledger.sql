create schema ledger;

-- Who may hold credits: people, and the four of the system. `owner` is opaque here: the ledger knows no account.
create table ledger.wallets (
  id uuid primary key,
  kind text not null check (kind in ('person', 'issuance', 'revenue', 'fees', 'payouts')),
  owner text,
  -- Credits come into being as the debt of the issuance wallet; nobody else may owe.
  may_go_negative boolean generated always as (kind = 'issuance') stored,
  posted bigint not null default 0,
  held bigint not null default 0 check (held >= 0),
  created_at timestamptz not null default now(),
  constraint wallets_cover_what_they_hold check (kind = 'issuance' or posted >= held),
  check ((kind = 'person') = (owner is not null))
);
create unique index wallets_of_owner on ledger.wallets (kind, coalesce(owner, ''));

-- One movement of credits, for one reason. The same key again is the same movement.
create table ledger.transfers (
  id uuid primary key,
  kind text not null,
  reference text not null,
  idempotency_key text not null unique,
  -- Who did it and why, where a person moved credits by hand.
  actor text,
  reason text,
  created_at timestamptz not null default now(),
  check ((actor is null) = (reason is null))
);
create index transfers_of_reference on ledger.transfers (reference);

-- The sides of a transfer. `balance` is the wallet's after this entry.
create table ledger.entries (
  id bigint generated always as identity primary key,
  transfer_id uuid not null references ledger.transfers (id),
  wallet_id uuid not null references ledger.wallets (id),
  amount bigint not null check (amount <> 0),
  balance bigint not null,
  created_at timestamptz not null default now()
);
create index entries_of_wallet on ledger.entries (wallet_id, id);
create index entries_of_transfer on ledger.entries (transfer_id);

-- Credits set aside for something that may not happen. Posted (in full or in part) or voided, exactly once.
create table ledger.holds (
  id uuid primary key,
  from_id uuid not null references ledger.wallets (id),
  to_id uuid not null references ledger.wallets (id),
  amount bigint not null check (amount > 0),
  posted_amount bigint check (posted_amount between 1 and amount),
  state text not null default 'held' check (state in ('held', 'posted', 'voided')),
  reference text not null,
  idempotency_key text not null unique,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  check (from_id <> to_id),
  check ((state = 'posted') = (posted_amount is not null)),
  check ((state = 'held') = (ended_at is null))
);
create index holds_open on ledger.holds (from_id) where state = 'held';

-- Balances are made from entries and holds, by the database itself: no statement of the program can set them otherwise.
create function ledger.apply_entry() returns trigger language plpgsql as $$
begin
  update ledger.wallets set posted = posted + new.amount where id = new.wallet_id returning posted into new.balance;
  return new;
end;
$$;
create trigger entries_apply before insert on ledger.entries for each row execute function ledger.apply_entry();

create function ledger.apply_hold() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update ledger.wallets set held = held + new.amount where id = new.from_id;
  elsif old.state <> 'held' or new.state = 'held'
      or (new.id, new.from_id, new.to_id, new.amount, new.reference, new.idempotency_key)
        is distinct from (old.id, old.from_id, old.to_id, old.amount, old.reference, old.idempotency_key) then
    raise exception 'a hold is posted or voided exactly once, and nothing else of it changes' using errcode = 'integrity_constraint_violation';
  else
    update ledger.wallets set held = held - old.amount where id = old.from_id;
  end if;
  return new;
end;
$$;
create trigger holds_apply before insert or update on ledger.holds for each row execute function ledger.apply_hold();

create function ledger.guard_wallet() returns trigger language plpgsql as $$
begin
  -- Depth 1 is the program's own update; deeper ones come from entries and holds.
  if pg_trigger_depth() < 2 then
    raise exception 'a balance changes only through entries and holds' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end;
$$;
create trigger wallets_guard before update on ledger.wallets for each row execute function ledger.guard_wallet();

create function ledger.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name using errcode = 'integrity_constraint_violation';
end;
$$;
create trigger entries_append_only before update or delete on ledger.entries for each row execute function ledger.refuse();
create trigger transfers_append_only before update or delete on ledger.transfers for each row execute function ledger.refuse();
create trigger wallets_stay before delete on ledger.wallets for each row execute function ledger.refuse();
create trigger holds_stay before delete on ledger.holds for each row execute function ledger.refuse();
create trigger entries_no_truncate before truncate on ledger.entries execute function ledger.refuse();
create trigger transfers_no_truncate before truncate on ledger.transfers execute function ledger.refuse();

create function ledger.check_transfer() returns trigger language plpgsql as $$
declare
  total numeric;
  sides int;
begin
  select coalesce(sum(amount), 0), count(*) into total, sides from ledger.entries where transfer_id = new.id;
  if total <> 0 or sides < 2 then
    raise exception 'transfer % does not balance: % entries sum to %', new.id, sides, total using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end;
$$;
create constraint trigger transfers_balance after insert on ledger.transfers deferrable initially deferred
  for each row execute function ledger.check_transfer();

-- Entries join a transfer only in the transaction that made it; otherwise a balanced one could be unbalanced later.
create function ledger.check_entry() returns trigger language plpgsql as $$
begin
  perform from ledger.entries where transfer_id = new.transfer_id group by transfer_id having sum(amount) = 0;
  if not found then
    raise exception 'transfer % does not balance', new.transfer_id using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end;
$$;
create constraint trigger entries_balance after insert on ledger.entries deferrable initially deferred
  for each row execute function ledger.check_entry();

-- What the nightly check of the laws found; an empty list is a sound ledger.
create table ledger.reconciliations (
  id bigint generated always as identity primary key,
  violations jsonb not null,
  finished_at timestamptz not null default now()
);

insert into ledger.wallets (id, kind) values
  ('00000000-0000-7000-8000-000000000001', 'issuance'),
  ('00000000-0000-7000-8000-000000000002', 'revenue'),
  ('00000000-0000-7000-8000-000000000003', 'fees'),
  ('00000000-0000-7000-8000-000000000004', 'payouts');

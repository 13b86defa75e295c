-- What administrators do, in every room, and why. Append-only.
create table platform.audit (
  id bigint generated always as identity primary key,
  actor_id uuid not null,
  act text not null,
  -- What it was done to, such as `account:<id>`, and what that was called then.
  subject text not null,
  name text not null,
  reason text,
  changes jsonb not null default '[]',
  -- The same key again is the same act, told a second time by a repeated request.
  key text unique,
  created_at timestamptz not null default now()
);
create index audit_of_act on platform.audit (act, id desc);
create index audit_of_actor on platform.audit (actor_id, id desc);
create index audit_of_time on platform.audit (created_at);

create function platform.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '%.% is append-only', tg_table_schema, tg_table_name using errcode = 'integrity_constraint_violation';
end;
$$;
create trigger audit_append_only before update or delete on platform.audit for each row execute function platform.refuse_change();
create trigger audit_no_truncate before truncate on platform.audit execute function platform.refuse_change();

-- Until now the market kept a log of its own. What the program of before still writes there during an upgrade is copied too.
insert into platform.audit (actor_id, act, subject, name, reason, created_at)
  select actor_id, act, subject, '', reason, created_at from market.audit order by id;
create function market.copy_audit() returns trigger language plpgsql as $$
begin
  insert into platform.audit (actor_id, act, subject, name, reason, created_at)
    values (new.actor_id, new.act, new.subject, '', new.reason, new.created_at);
  return null;
end;
$$;
create trigger audit_copied after insert on market.audit for each row execute function market.copy_audit();

-- Grants of before are kept by the ledger with who did them and why.
insert into platform.audit (actor_id, act, subject, name, reason, changes, key, created_at)
  select transfer.actor::uuid, 'credits.' || transfer.kind, transfer.reference, '', transfer.reason,
    jsonb_build_array(jsonb_build_object('field', 'credits', 'from', null, 'to', entry.amount::text)), 'transfer:' || transfer.id, transfer.created_at
  from ledger.transfers as transfer
  join ledger.entries as entry on entry.transfer_id = transfer.id
  join ledger.wallets as wallet on wallet.id = entry.wallet_id and wallet.kind = 'person'
  where transfer.actor is not null and transfer.kind in ('granted', 'withdrawn') order by transfer.created_at;

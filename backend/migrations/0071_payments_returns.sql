-- What of a payment was returned: all its refunds together (`refund`, whose sum Stripe tells) and each dispute under its id. Stripe's
-- events come in any order; these rows say what is known, and the credits follow them.
create table payments.returns (
  payment_id text not null,
  source text not null,
  cause text not null check (cause in ('refund', 'dispute')),
  -- In the smallest unit of the currency; null: all of it.
  amount_minor bigint check (amount_minor >= 0),
  -- A dispute that was won: the money came back, and no later word of its beginning changes that.
  given_back boolean not null default false,
  primary key (payment_id, source)
);

-- Credits that were taken back so far. Null: the version before this one, which took all or nothing, wrote the row last.
alter table payments.top_ups add column taken_credits bigint check (taken_credits >= 0);

insert into payments.returns (payment_id, source, cause)
  select payment_id, coalesce(cause, 'refund'), coalesce(cause, 'refund') from payments.reversals;
-- What the version before this one writes during an upgrade.
create function payments.copy_reversal() returns trigger language plpgsql as $$
begin
  insert into payments.returns (payment_id, source, cause)
    values (new.payment_id, coalesce(new.cause, 'refund'), coalesce(new.cause, 'refund')) on conflict do nothing;
  return null;
end;
$$;
create trigger reversals_copied after insert on payments.reversals for each row execute function payments.copy_reversal();

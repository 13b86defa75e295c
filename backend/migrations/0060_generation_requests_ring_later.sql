-- Transactions with a NOTIFY commit one after the other in the whole database, each waiting for the disk, so the program now rings
-- after the commit. This is `generation.request` without its bells: what is asked, answered and failed with is the same.
create function generation.accept(a_key text, a_hash bytea, a_weight double precision, most_waiting int, patience interval, asked jsonb,
  out outcome text, out earlier_id uuid, out wish generation.generations)
language plpgsql as $$
declare
  is_same boolean;
  all_waiting bigint;
begin
  wish := jsonb_populate_record(null::generation.generations, asked);
  -- When the same key arrives twice at once, the second waits here until the first has committed.
  insert into generation.requests (account_id, key, body_hash, generation_id) values (wish.account_id, a_key, a_hash, wish.id) on conflict do nothing;
  if not found then
    select body_hash = a_hash, generation_id into is_same, earlier_id from generation.requests where account_id = wish.account_id and key = a_key;
    outcome := case when is_same then 'replayed' else 'mismatch' end;
    return;
  end if;
  select entered.its_mark, entered.all_waiting into wish.lane_mark, all_waiting
    from generation.enter_lane(wish.account_id, wish.engine, a_weight, wish.count, wish.work) as entered;
  -- The lane is locked now, which makes the limit exact for requests that arrive together.
  if all_waiting > most_waiting then raise exception 'the queue of % is full', wish.account_id using errcode = 'RM001'; end if;
  wish.state := 'queued';
  wish.sequence := nextval('generation.changes');
  wish.cancel_requested := false;
  wish.attempts := 0;
  wish.strikes := 0;
  wish.postponements := 0;
  wish.paid := 0;
  wish.landed := '{}';
  wish.created_at := now();
  wish.expires_at := now() + patience;
  insert into generation.generations values (wish.*);
  outcome := 'queued';
end;
$$;

-- The version before this one does not ring by itself. A later one takes this away.
create or replace function generation.request(a_key text, a_hash bytea, a_weight double precision, most_waiting int, patience interval, asked jsonb,
  out outcome text, out earlier_id uuid, out wish generation.generations)
language plpgsql as $$
declare
  answer record;
begin
  select * into answer from generation.accept(a_key, a_hash, a_weight, most_waiting, patience, asked);
  outcome := answer.outcome;
  earlier_id := answer.earlier_id;
  wish := answer.wish;
  if outcome = 'queued' then
    perform pg_notify('generation_queued', to_json(wish.engine)::text);
    perform pg_notify('generation_changed', json_build_object('account', wish.account_id, 'id', wish.id)::text);
  end if;
end;
$$;

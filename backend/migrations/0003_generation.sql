create schema generation;

-- Models are rows: what people may choose, and what each honours.
create table generation.models (
  id text primary key,
  name text not null,
  description text not null,
  engine text not null,
  engine_model text not null,
  options jsonb not null,
  capabilities jsonb not null,
  built_in boolean not null,
  enabled boolean not null,
  is_default boolean not null default false,
  lifecycle text not null default 'active' check (lifecycle in ('active', 'deprecated', 'retired')),
  ends_on date,
  successor_id text references generation.models (id),
  price_credits bigint not null check (price_credits >= 0),
  created_at timestamptz not null default now()
);
create unique index models_one_default on generation.models (is_default) where is_default;

-- Grows with every change that a person can see. Numbers may commit out of order, so who resumes reads with an overlap.
create sequence generation.changes;

-- The wish, and what became of it. `attempt_id` is the lease: only the attempt that it names may change a running row.
create table generation.generations (
  id uuid primary key,
  account_id uuid not null,
  engine text not null,
  model_id text not null references generation.models (id),
  model_name text not null,
  prompt text not null,
  negative_prompt text not null,
  width int not null,
  height int not null,
  steps int,
  guidance_scale double precision,
  seed bigint not null check (seed between 0 and 4294967295),
  count int not null check (count between 1 and 8),
  background text,
  source_image_id uuid,
  denoising_strength double precision,
  price_credits bigint not null,
  work double precision not null check (work > 0),
  lane_mark bigint not null,
  resume_at timestamptz,
  state text not null check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired')),
  sequence bigint not null default nextval('generation.changes'),
  warnings jsonb not null,
  failure_code text,
  cancel_requested boolean not null default false,
  attempts int not null default 0,
  strikes int not null default 0,
  postponements int not null default 0,
  landed int[] not null default '{}',
  attempt_id uuid,
  -- Credits that are set aside while it is neither paid nor freed, and how many images were paid for when it ended before.
  hold_id uuid,
  paid int not null default 0 check (paid between 0 and count),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  check ((state = 'running') = (attempt_id is not null)),
  check ((state = 'failed') = (failure_code is not null)),
  check ((state in ('queued', 'running')) = (finished_at is null)),
  check (resume_at is null or state = 'queued')
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
-- The head of a lane, in one step however long the lane is.
create index generations_claimable on generation.generations (engine, account_id, lane_mark) where state = 'queued' and resume_at is null;
create index generations_parked on generation.generations (resume_at) where resume_at is not null;
create index generations_queued on generation.generations (model_id, created_at) where state = 'queued';
create index generations_expiring on generation.generations (expires_at) where state = 'queued';
create index generations_running on generation.generations (engine) where state = 'running';
create index generations_active on generation.generations (account_id, id) where state in ('queued', 'running');
create index generations_of_account on generation.generations (account_id, id);
create index generations_changes on generation.generations (account_id, sequence);
create index generations_finished on generation.generations (finished_at) where finished_at is not null;

-- Repeated requests find here what they asked for the first time.
create table generation.requests (
  account_id uuid not null,
  key text not null,
  body_hash bytea not null,
  generation_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (account_id, key)
);
create index requests_age on generation.requests (created_at);

-- One run of a wish. A row without outcome is a lease, held by its worker until `lease_until`.
create table generation.attempts (
  id uuid primary key,
  generation_id uuid not null,
  worker_id text not null,
  started_at timestamptz not null,
  lease_until timestamptz not null,
  ended_at timestamptz,
  outcome text check (outcome in ('succeeded', 'failed', 'cancelled', 'postponed', 'released', 'lost')),
  detail text,
  check ((outcome is null) = (ended_at is null))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
create index attempts_open on generation.attempts (worker_id) where outcome is null;
create index attempts_of_generation on generation.attempts (generation_id);
create index attempts_ended on generation.attempts (ended_at) where outcome is not null;

-- How far a running attempt is, and what the picture looks like so far. Worth nothing after a crash, so it is not logged.
create unlogged table generation.progress (
  generation_id uuid primary key,
  attempt_id uuid not null,
  sequence bigint not null,
  step int not null,
  steps int not null,
  preview_index int,
  preview_step int,
  preview text
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

-- One lane a person and engine: start-time fair queueing (Goyal, Vin, Cheng, 1996). `virtual_time` is the start tag of the
-- lane's next wish; `ready` wishes can be claimed, `waiting` ones include those that are parked until later.
create table generation.lanes (
  account_id uuid not null,
  engine text not null,
  weight double precision not null check (weight > 0),
  virtual_time double precision not null,
  ready int not null default 0 check (ready >= 0),
  ready_images bigint not null default 0,
  ready_work double precision not null default 0,
  waiting int not null default 0 check (waiting >= 0),
  next_mark bigint not null default 0,
  claimed_mark bigint not null default 0,
  primary key (account_id, engine)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
create index lanes_next on generation.lanes (engine, virtual_time, account_id) where ready > 0;

-- The virtual time of each engine: the start tag of the wish that was claimed last. Its row lock makes claims one by one, hence exact.
create table generation.clocks (
  engine text primary key,
  virtual_time double precision not null default 0
) with (fillfactor = 10);

create table generation.workers (
  id text primary key,
  engines text[] not null,
  capacity int not null,
  running int not null,
  started_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now()
);

-- The last 64 run times of each model, for estimates: milliseconds per unit of work.
create table generation.run_times (
  model_id text not null,
  slot int not null,
  engine text not null,
  ms_per_work double precision not null,
  primary key (model_id, slot)
);
create sequence generation.run_time_slots maxvalue 63 minvalue 0 start 0 cycle;

-- Puts a wish into its lane. Answers its mark there, and how many wishes of the person wait now, this one included; the lane stays
-- locked, so that the number holds until the commit. A lane that was idle starts at the present: idleness is not saved up.
create function generation.enter_lane(an_account uuid, an_engine text, a_weight double precision, images int, its_work double precision,
  out its_mark bigint, out all_waiting bigint)
language plpgsql as $$
begin
  insert into generation.lanes as lane (account_id, engine, weight, virtual_time, ready, ready_images, ready_work, waiting, next_mark)
  values (an_account, an_engine, a_weight,
    coalesce((select clock.virtual_time from generation.clocks as clock where clock.engine = an_engine), 0), 1, images, its_work, 1, images)
  on conflict (account_id, engine) do update set
    weight = excluded.weight,
    virtual_time = case when lane.ready = 0 then greatest(lane.virtual_time, excluded.virtual_time) else lane.virtual_time end,
    ready = lane.ready + 1,
    ready_images = lane.ready_images + images,
    ready_work = lane.ready_work + its_work,
    waiting = lane.waiting + 1,
    next_mark = lane.next_mark + images
  returning next_mark - images into its_mark;
  select sum(waiting) into all_waiting from generation.lanes where account_id = an_account;
end;
$$;

-- Accepts a request: remembers its key, puts the wish into its lane and rings, in one statement, so that the lane is locked for no
-- longer than the commit takes. `asked` holds the settings under the names of their columns. Outcomes: `queued` with the row;
-- `replayed` or `mismatch` with the id of the earlier request of this key. Fails with RM001 when more than `most_waiting` would wait.
create function generation.request(a_key text, a_hash bytea, a_weight double precision, most_waiting int, patience interval, asked jsonb,
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
  perform pg_notify('generation_queued', to_json(wish.engine)::text);
  perform pg_notify('generation_changed', json_build_object('account', wish.account_id, 'id', wish.id)::text);
  outcome := 'queued';
end;
$$;

-- Puts a wish that had left its lane back to its old place, which is in front of all that came later.
-- `refund`: the turn was not used, so it does not count. `late`: it comes back from being parked, where it had kept waiting.
create function generation.reenter_lane(an_account uuid, an_engine text, images int, its_work double precision, refund boolean, late boolean)
returns void language plpgsql as $$
begin
  update generation.lanes as lane set
    virtual_time = greatest(
      lane.virtual_time - case when refund then its_work / lane.weight else 0 end,
      case when lane.ready = 0 then (select clock.virtual_time from generation.clocks as clock where clock.engine = an_engine) end),
    ready = lane.ready + 1,
    ready_images = lane.ready_images + images,
    ready_work = lane.ready_work + its_work,
    waiting = lane.waiting + case when late then 0 else 1 end
  where account_id = an_account and engine = an_engine;
end;
$$;

-- Takes wishes that will not be drawn out of their lane; single ones, or many of one lane at once.
create function generation.leave_lane(an_account uuid, an_engine text, ready_ones int, images bigint, its_work double precision, waiting_ones int)
returns void language plpgsql as $$
begin
  update generation.lanes set
    ready = ready - ready_ones,
    ready_images = ready_images - images,
    ready_work = case when ready = ready_ones then 0 else ready_work - its_work end,
    waiting = waiting - waiting_ones
  where account_id = an_account and engine = an_engine;
end;
$$;

-- Claims up to `how_many` wishes of one engine in fair order: always the head of the lane with the smallest start tag.
create function generation.claim(an_engine text, a_worker text, how_many int, lease interval)
returns setof generation.generations language plpgsql as $$
declare
  lane generation.lanes;
  wish generation.generations;
  passed uuid[] := '{}';
  taken int := 0;
begin
  if not exists (select from generation.lanes where engine = an_engine and ready > 0) then return; end if;
  -- A claim that a crash of the database forgets is harmless: the wish is still queued, and the lease opens nothing.
  perform set_config('synchronous_commit', 'off', true);
  perform from generation.clocks where engine = an_engine for update;
  while taken < how_many loop
    select * into lane from generation.lanes
      where engine = an_engine and ready > 0 and account_id <> all (passed)
      order by virtual_time, account_id limit 1 for update;
    exit when not found;
    select * into wish from generation.generations
      where engine = an_engine and account_id = lane.account_id and state = 'queued' and resume_at is null
      order by lane_mark limit 1 for update skip locked;
    -- Somebody is cancelling the last wish of this lane at this moment.
    if not found then passed := passed || lane.account_id; continue; end if;
    update generation.generations set state = 'running', attempt_id = gen_random_uuid(), attempts = attempts + 1,
        started_at = clock_timestamp(), sequence = nextval('generation.changes')
      where id = wish.id returning * into wish;
    insert into generation.attempts (id, generation_id, worker_id, started_at, lease_until)
      values (wish.attempt_id, wish.id, a_worker, wish.started_at, clock_timestamp() + lease);
    update generation.clocks set virtual_time = greatest(virtual_time, lane.virtual_time) where engine = an_engine;
    update generation.lanes set
        virtual_time = lane.virtual_time + wish.work / lane.weight,
        claimed_mark = greatest(claimed_mark, wish.lane_mark + wish.count)
      where account_id = lane.account_id and engine = an_engine;
    perform generation.leave_lane(lane.account_id, an_engine, 1, wish.count, wish.work, 1);
    perform pg_notify('generation_changed', json_build_object('account', wish.account_id, 'id', wish.id)::text);
    taken := taken + 1;
    return next wish;
  end loop;
end;
$$;

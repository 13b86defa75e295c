-- Who may act, kept from leaving until the transaction ends, as often as people ask: a lock on the row of `people` writes to it, and while
-- wishes waited that cost a quarter of the throughput. Whoever takes the row for update takes this lock first (`lockPerson`).
create function accounts.hold_active(person uuid) returns setof uuid language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('accounts:' || person, 0));
  -- A statement of its own: it sees what was committed while the lock was waited for.
  return query select id from accounts.people where id = person and disabled_at is null and closed_at is null;
end $$;

-- What KEDA may know: one number. Run it as the database's owner after the first migration, and again after upgrades that say so.
create schema if not exists rendermart_scaler;

-- Generations that wait or run, and one more when housekeeping (mails, thumbnails) is due. A function and not a view: its text
-- does not tie pgboss' tables down, so that library can still change them in its own migrations.
create or replace function rendermart_scaler.work_waiting() returns bigint
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select (select count(*) from generation.generations where state in ('queued', 'running'))
    + (select count(*) from (select from pgboss.job where state < 'active' and start_after <= now() limit 1) as due)
$$;

do $$
begin
  if not exists (select from pg_roles where rolname = 'rendermart_scaler') then
    create role rendermart_scaler login connection limit 5;
  end if;
end
$$;
revoke all on function rendermart_scaler.work_waiting() from public;
grant usage on schema rendermart_scaler to rendermart_scaler;
grant execute on function rendermart_scaler.work_waiting() to rendermart_scaler;

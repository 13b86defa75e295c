-- What a seller earned each day (UTC), so that totals and the chart do not read every sale that ever was. A trigger counts, because the
-- version before this one does not.
create table market.sales_days (
  seller_id uuid not null,
  day date not null,
  sales int not null,
  gross bigint not null,
  fee bigint not null,
  primary key (seller_id, day)
) with (fillfactor = 50);
create function market.count_sale() returns trigger language plpgsql as $$
begin
  insert into market.sales_days as known (seller_id, day, sales, gross, fee)
    values (new.seller_id, (new.created_at at time zone 'utc')::date, 1, new.price_credits, new.fee_credits)
    on conflict (seller_id, day) do update
      set sales = known.sales + 1, gross = known.gross + excluded.gross, fee = known.fee + excluded.fee;
  return null;
end;
$$;
create trigger purchases_counted after insert on market.purchases for each row execute function market.count_sale();
-- The trigger's lock lets no sale in until this has committed.
insert into market.sales_days (seller_id, day, sales, gross, fee)
  select seller_id, (created_at at time zone 'utc')::date, count(*), sum(price_credits), sum(fee_credits) from market.purchases group by 1, 2;

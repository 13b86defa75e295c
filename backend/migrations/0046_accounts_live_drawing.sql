-- Fast models without a price may draw while somebody types, unless an administrator says no.
alter table accounts.settings add column live_drawing boolean not null default true;

-- A payment that came after its account was closed: no credits were made of it, and an administrator refunds it in Stripe. The version
-- before this one does not write it: it makes credits that nobody can spend.
alter table payments.top_ups add column refund_due boolean not null default false;

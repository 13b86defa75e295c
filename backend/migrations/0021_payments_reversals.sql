-- Whether a payment was refunded or disputed: the person is told which. What was reversed before does not say it.
alter table payments.top_ups add column reversed_by text check (reversed_by in ('refund', 'dispute'));
alter table payments.reversals add column cause text check (cause in ('refund', 'dispute'));

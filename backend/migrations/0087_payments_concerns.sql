-- The few payments that an administrator has to look into, however many there are.
create index top_ups_concerns on payments.top_ups (id desc) where (refund_due and state = 'paid') or missing_credits > 0;
create index top_ups_refund_due on payments.top_ups (id) where refund_due and state = 'paid';

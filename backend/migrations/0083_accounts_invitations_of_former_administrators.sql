-- Who is demoted or disabled loses the invitations that nobody has used. The version before this one leaves them: those that it left.
delete from accounts.invitations where used_at is null
  and invited_by in (select id from accounts.people where role <> 'administrator' or disabled_at is not null);

// Apart from the schemas, so that a page that lists the acts does not carry those to its readers.

/** What administrators do that others must be able to look up. */
export const auditActs = [
  'person.role',
  'person.share',
  'person.disabled',
  'person.enabled',
  'account.closed',
  'invitation.made',
  'invitation.withdrawn',
  'settings.changed',
  'model.added',
  'model.changed',
  'model.fetched',
  'model.removed',
  'credits.granted',
  'credits.withdrawn',
  'payout.paid',
  'payout.refused',
  'report.hide',
  'report.dismiss',
  'listing.restore',
] as const;

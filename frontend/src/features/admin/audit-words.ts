import { useLingui } from '@lingui/react/macro';
import type { AuditAct } from '@rendermart/contract';
import { useCredits } from '../../data/credits.ts';
import { useFormat } from '../../data/format.ts';

/** What was done, in words. */
export function useActNames(): Record<AuditAct, string> {
  const { t } = useLingui();
  return {
    'person.role': t`Role changed`,
    'person.share': t`Share of the queue changed`,
    'person.disabled': t`Account disabled`,
    'person.enabled': t`Account enabled again`,
    'account.closed': t`Account closed by its owner`,
    'invitation.made': t`Invitation made`,
    'invitation.withdrawn': t`Invitation withdrawn`,
    'settings.changed': t`Settings changed`,
    'model.added': t`Model added`,
    'model.fetched': t`Model download asked for`,
    'model.removed': t`Model removed`,
    'model.changed': t`Model changed`,
    'credits.granted': t`Credits granted`,
    'credits.withdrawn': t`Credits withdrawn`,
    'payout.paid': t`Payout paid`,
    'payout.refused': t`Payout refused`,
    'report.hide': t`Listing hidden`,
    'report.dismiss': t`Report dismissed`,
    'listing.restore': t`Listing shown again`,
  };
}

/** The fields that an act changes, and their values. A field that has no words here is shown by its name in the API. */
export function useFieldNames() {
  const { t } = useLingui();
  const { amount } = useCredits();
  const format = useFormat();
  const fields: Record<string, string> = {
    role: t`Role`,
    share: t`Share of the queue`,
    expiresAt: t`Valid until`,
    siteName: t`Name`,
    registration: t`New accounts`,
    exploreAudience: t`Explore`,
    liveDrawing: t`Draw while people type`,
    maxQueuedPerAccount: t`Waiting generations per person`,
    trashDays: t`Days in the trash`,
    startingCredits: t`Credits of a new account`,
    marketFeePercent: t`Fee of a sale in percent`,
    priceCredits: t`Price of an image in credits`,
    credits: t`Credits`,
    enabled: t`Switched on`,
    engine: t`Engine`,
    name: t`Name`,
    description: t`Description`,
    isDefault: t`Default model`,
    lifecycle: t`State`,
    endsOn: t`Ends on`,
    successorId: t`Successor`,
  };
  const values: Record<string, string> = {
    administrator: t`Administrator`,
    member: t`Member`,
    open: t({ message: 'Open', context: 'registration' }),
    invitation: t`By invitation`,
    closed: t`Closed`,
    members: t`For members`,
    everyone: t`For everyone`,
    true: t`yes`,
    false: t`no`,
    active: t`In use`,
    deprecated: t`Ending`,
    retired: t`Retired`,
  };
  return {
    fieldName: (field: string) => fields[field] ?? field,
    valueText: (field: string, value: string | null) => {
      if (value === null) return null;
      if (/^-?\d+$/.test(value)) return amount(value);
      if (/^\d+\.\d+$/.test(value)) return format.number(Number(value));
      if (field === 'expiresAt') return format.dateTime(value);
      if (field === 'endsOn') return format.day(value);
      return values[value] ?? value;
    },
  };
}

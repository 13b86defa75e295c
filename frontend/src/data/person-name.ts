import { useLingui } from '@lingui/react/macro';
import { closedAccountName } from '@rendermart/contract';

/** What a person is called here: their name, or that they closed their account, in the reader's language. */
export function usePersonName(): (person: { name: string }) => string {
  const { t } = useLingui();
  return ({ name }) => (name === closedAccountName ? t`Closed account` : name);
}

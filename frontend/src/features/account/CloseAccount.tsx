import { useLingui } from '@lingui/react/macro';
import type { Account } from '@rendermart/contract';
import { Suspense, lazy, useState } from 'react';
import { Button, Card, Section } from '../../ui/index.ts';

const CloseAccountDialog = lazy(() =>
  import('./CloseAccountDialog.tsx').then((module) => ({ default: module.CloseAccountDialog })),
);

/** The end of an account, with what it means before anything is asked. */
export function CloseAccount({ account }: { account: Account }) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  return (
    <Section title={t`Close the account`} description={t`This is for good. Nobody can undo it, not even an administrator.`}>
      <Card className="grid gap-4">
        <ul className="grid list-disc gap-1.5 pl-5 text-muted">
          <li>{t`Your images, collections and likes are deleted, published ones too.`}</li>
          <li>{t`Your listings are withdrawn. Whoever bought a licence keeps the image.`}</li>
          <li>{t`Your name, email address, sessions and API keys are removed. Receipts of others then say “Closed account”.`}</li>
          <li>{t`Credits that are left are lost. Ask for a payout first if you want them paid.`}</li>
        </ul>
        <Button tone="danger" className="justify-self-end" onClick={() => setOpen(true)}>{t`Close my account`}</Button>
      </Card>
      {isOpen && (
        <Suspense>
          <CloseAccountDialog account={account} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </Section>
  );
}

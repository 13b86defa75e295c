import { Trans, useLingui } from '@lingui/react/macro';
import type { Wallet } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { Banknote } from 'lucide-react';
import { useState } from 'react';
import { usePageTitle } from '../../app/title.ts';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { walletQuery } from '../../data/market.ts';
import { Button, Figures, FiguresSkeleton, Page, Section } from '../../ui/index.ts';
import { Entries } from './Entries.tsx';
import { PayoutDialog } from './PayoutDialog.tsx';
import { Payouts } from './Payouts.tsx';
import { TopUps } from './TopUps.tsx';

/** What one has, what is set aside, and where every credit came from and went to. */
export function WalletPage() {
  const { t } = useLingui();
  const [isAsking, setAsking] = useState(false);
  const wallet = useQuery({ ...walletQuery, staleTime: 0 });
  usePageTitle(t`Wallet`);
  const canAsk = wallet.data !== undefined && BigInt(wallet.data.availableCredits) > 0n;
  return (
    <Page
      title={t`Wallet`}
      description={
        <Trans>
          Credits pay for generations and for what you buy. You earn them by selling images; an administrator can also give you
          some.
        </Trans>
      }
      actions={
        canAsk && (
          <Button
            icon={<Banknote aria-hidden className="size-[18px]" />}
            aria-haspopup="dialog"
            onClick={() => setAsking(true)}
          >{t`Ask for a payout`}</Button>
        )
      }
    >
      <div className="grid max-w-6xl gap-10">
        {wallet.data ? (
          <Balance wallet={wallet.data} />
        ) : wallet.error ? (
          <FailureNotice error={wallet.error} onRetry={() => void wallet.refetch()} />
        ) : (
          <div role="status" aria-label={t`Loading`}>
            <FiguresSkeleton count={3} />
          </div>
        )}
        <TopUps />
        <Entries />
        <Section
          title={t`Payouts`}
          description={t`A payout turns credits into money. An administrator pays it outside of RenderMart; until then the credits are set aside.`}
        >
          <Payouts />
        </Section>
      </div>
      {isAsking && wallet.data && <PayoutDialog available={wallet.data.availableCredits} onClose={() => setAsking(false)} />}
    </Page>
  );
}

function Balance({ wallet }: { wallet: Wallet }) {
  const { t } = useLingui();
  const { amount } = useCredits();
  return (
    <Figures
      figures={[
        { label: t`You can spend`, value: amount(wallet.availableCredits), note: t`credits` },
        { label: t`Set aside`, value: amount(wallet.heldCredits), note: t`for what is being drawn, and for payouts` },
        { label: t`Balance`, value: amount(wallet.balanceCredits), note: t`both together` },
      ]}
    />
  );
}

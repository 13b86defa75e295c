import { Trans, useLingui } from '@lingui/react/macro';
import type { TopUp } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, Clock } from 'lucide-react';
import { useEffect } from 'react';
import { useCredits } from '../../data/credits.ts';
import { walletChanged } from '../../data/queries.ts';
import { topUpsQuery } from './queries.ts';

const isOpen = (items: readonly TopUp[] | undefined, id: string) => items?.find((item) => item.id === id)?.state === 'open';

/** Back from the payment service, whose own message may come a moment later than the buyer. */
export function Arrival({ id, isGivenUp }: { id: string; isGivenUp: boolean }) {
  const { data } = useQuery({
    ...topUpsQuery,
    staleTime: 0,
    refetchInterval: ({ state }) => (!isGivenUp && isOpen(state.data, id) ? 2_000 : false),
  });
  const topUp = data?.find((item) => item.id === id);
  useEffect(() => {
    if (topUp?.state === 'paid') walletChanged();
  }, [topUp?.state]);
  if (!topUp) return null;
  const isPaid = topUp.state === 'paid';
  const Icon = isPaid ? CircleCheck : Clock;
  return (
    <p
      role="status"
      className={`flex gap-3 rounded-2xl p-4 font-medium ${isPaid ? 'bg-good-wash text-good' : 'bg-warn-wash text-warn'}`}
    >
      <Icon aria-hidden className="mt-0.5 size-5 shrink-0" />
      <Outcome topUp={topUp} isGivenUp={isGivenUp} />
    </p>
  );
}

function Outcome({ topUp, isGivenUp }: { topUp: TopUp; isGivenUp: boolean }) {
  const { t } = useLingui();
  const { credits } = useCredits();
  const amount = credits(topUp.credits);
  switch (topUp.state) {
    case 'paid':
      return <Trans>Thank you. {amount} are in your wallet.</Trans>;
    case 'open':
      if (!isGivenUp)
        return <Trans>The payment service has not confirmed the payment yet. {amount} arrive as soon as it does.</Trans>;
      return (
        <span>
          {t`The payment was not finished. Nothing was charged.`}{' '}
          {topUp.checkoutUrl && (
            <a href={topUp.checkoutUrl} className="underline underline-offset-4">{t`Go back to the payment`}</a>
          )}
        </span>
      );
    case 'expired':
      return <Trans>This payment was not completed. Nothing was charged.</Trans>;
    case 'reversed':
      return <Trans>This payment was returned, and its credits were taken back.</Trans>;
  }
}

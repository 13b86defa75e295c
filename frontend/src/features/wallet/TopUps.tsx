import { Trans, useLingui } from '@lingui/react/macro';
import type { TopUp, TopUpPack } from '@rendermart/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { CircleCheck, Clock } from 'lucide-react';
import { useEffect, useState } from 'react';
import { paths } from '../../app/paths.ts';
import { client } from '../../data/client.ts';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { makeKeys } from '../../data/idempotency.ts';
import { walletChanged } from '../../data/queries.ts';
import { Button, Section } from '../../ui/index.ts';
import { moneyText } from './money.ts';
import { topUpOfferQuery, topUpsQuery } from './queries.ts';

/** Credits for money, where the operator has set it up; paid on a page of the payment service. */
export function TopUps() {
  const { t } = useLingui();
  const { data: offer } = useQuery(topUpOfferQuery);
  const buy = useBuyPack();
  const { paid } = useSearch({ from: paths.wallet });
  return (
    <>
      {paid && <Arrival id={paid} />}
      {offer?.enabled && offer.packs.length > 0 && (
        <Section title={t`Buy credits`} description={t`You pay on the page of the payment service, and come back here.`}>
          {buy.error && <FailureNotice error={buy.error} />}
          <ul aria-label={t`Buy credits`} className="grid grid-cols-2 gap-3 lg:grid-cols-4">
            {offer.packs.map((pack) => (
              <Pack
                key={pack.id}
                pack={pack}
                busy={buy.isPending && buy.variables === pack.id}
                onBuy={() => buy.mutate(pack.id)}
              />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

function Pack({ pack, busy, onBuy }: { pack: TopUpPack; busy: boolean; onBuy: () => void }) {
  const { t, i18n } = useLingui();
  const { credits } = useCredits();
  const [amount, price] = [credits(pack.credits), moneyText(pack.amountMinor, pack.currency, i18n.locale)];
  return (
    <li className="grid gap-3 rounded-2xl border border-line bg-surface p-4">
      <p className="text-xl font-semibold tracking-tight tabular-nums">{amount}</p>
      <Button tone="primary" busy={busy} aria-label={t`Buy ${amount} for ${price}`} onClick={onBuy}>
        {price}
      </Button>
    </li>
  );
}

function useBuyPack() {
  const [keys] = useState(() => makeKeys());
  return useMutation({
    mutationFn: (packId: string) => client.topUpCreate({ body: { packId }, idempotencyKey: keys.keyFor({ packId }) }),
    onSuccess: ({ checkoutUrl }) => {
      keys.answered();
      if (checkoutUrl) location.assign(checkoutUrl);
    },
  });
}

/** Back from the payment service, whose own message may come a moment later than the buyer. */
function Arrival({ id }: { id: string }) {
  const isOpen = (items: readonly TopUp[] | undefined) => items?.find((item) => item.id === id)?.state === 'open';
  const { data } = useQuery({ ...topUpsQuery, refetchInterval: ({ state }) => (isOpen(state.data) ? 2_000 : false) });
  const topUp = data?.find((item) => item.id === id);
  const { credits } = useCredits();
  useEffect(() => {
    if (topUp?.state === 'paid') walletChanged();
  }, [topUp?.state]);
  if (!topUp) return null;
  const amount = credits(topUp.credits);
  const isPaid = topUp.state === 'paid';
  return (
    <p
      role="status"
      className={`flex gap-3 rounded-2xl p-4 font-medium ${isPaid ? 'bg-good-wash text-good' : 'bg-warn-wash text-warn'}`}
    >
      {isPaid ? (
        <CircleCheck aria-hidden className="mt-0.5 size-5 shrink-0" />
      ) : (
        <Clock aria-hidden className="mt-0.5 size-5 shrink-0" />
      )}
      {isPaid && <Trans>Thank you. {amount} are in your wallet.</Trans>}
      {topUp.state === 'open' && (
        <Trans>The payment service has not confirmed the payment yet. {amount} arrive as soon as it does.</Trans>
      )}
      {topUp.state === 'expired' && <Trans>This payment was not completed. Nothing was charged.</Trans>}
      {topUp.state === 'reversed' && <Trans>This payment was returned, and its credits were taken back.</Trans>}
    </p>
  );
}

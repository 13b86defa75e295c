import { useLingui } from '@lingui/react/macro';
import type { TopUpPack } from '@rendermart/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { paths } from '../../app/paths.ts';
import { client } from '../../data/client.ts';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { makeKeys } from '../../data/idempotency.ts';
import { moneyText } from '../../data/money.ts';
import { Button, Section } from '../../ui/index.ts';
import { Arrival } from './Arrival.tsx';
import { topUpOfferQuery } from './queries.ts';
import { TopUpHistory } from './TopUpHistory.tsx';

/** Credits for money, where the operator has set it up; paid on a page of the payment service. */
export function TopUps() {
  const { t } = useLingui();
  const { data: offer } = useQuery(topUpOfferQuery);
  const buy = useBuyPack();
  const { paid, cancelled } = useSearch({ from: paths.wallet });
  const returned = paid ?? cancelled;
  return (
    <>
      {returned && <Arrival id={returned} isGivenUp={paid === undefined} />}
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
      <TopUpHistory />
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
    mutationFn: (packId: string) =>
      keys.send({ packId }, (idempotencyKey) => client.topUpCreate({ body: { packId }, idempotencyKey })),
    onSuccess: ({ checkoutUrl }) => {
      if (checkoutUrl) location.assign(checkoutUrl);
    },
  });
}

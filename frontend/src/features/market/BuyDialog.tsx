import { Trans, useLingui } from '@lingui/react/macro';
import type { Listing } from '@rendermart/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { TrendingUp, Wallet } from 'lucide-react';
import { useState } from 'react';
import { paths } from '../../app/paths.ts';
import { client, isFailure } from '../../data/client.ts';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { makeKeys } from '../../data/idempotency.ts';
import { termsQuery, walletQuery } from '../../data/market.ts';
import { imagesChanged, moneyMoved } from '../../data/queries.ts';
import { Button, Dialog, Skeleton, buttonClass, notify } from '../../ui/index.ts';
import { SummaryLines } from './LicenceSummary.tsx';
import { listingQuery } from './listings.ts';
import { purchaseQuery } from './trade.ts';

/** Says what will happen, once: the price, the licence and what is left afterwards. Then it happens. */
export function BuyDialog({ listing, onClose }: { listing: Listing; onClose: () => void }) {
  const { t } = useLingui();
  const { credits } = useCredits();
  const wallet = useQuery({ ...walletQuery, staleTime: 0 });
  const buy = usePurchase(listing);
  const left = wallet.data && BigInt(wallet.data.availableCredits) - BigInt(listing.priceCredits);
  const isShort = (left !== undefined && left < 0n) || isFailure(buy.error, 'insufficient_credits');
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t`Buy “${listing.title}”`}
      actions={
        <>
          <Button onClick={onClose}>{t`Cancel`}</Button>
          {isShort ? (
            <Link to={paths.wallet} className={buttonClass('primary')}>
              <Wallet aria-hidden className="size-[18px]" />
              {t`Open the wallet`}
            </Link>
          ) : (
            <Button
              tone="accent"
              busy={buy.isPending}
              disabled={!wallet.data || buy.isEnded}
              onClick={() => buy.mutate(listing.priceCredits)}
            >{t`Pay ${credits(listing.priceCredits)}`}</Button>
          )}
        </>
      }
    >
      <div className="grid gap-5">
        {buy.isMoved && <NewPrice listing={listing} />}
        {buy.error && !buy.isMoved && !isShort && <FailureNotice error={buy.error} />}
        {wallet.error && !wallet.data && <FailureNotice error={wallet.error} onRetry={() => void wallet.refetch()} />}
        <Sum price={listing.priceCredits} available={wallet.data?.availableCredits} left={left} />
        {isShort && (
          <p role="alert" className="rounded-2xl bg-warn-wash p-4 text-warn">
            <Trans>Your credits do not cover this. Nothing is charged. Your wallet says how to get more.</Trans>
          </p>
        )}
        <WhatYouGet listing={listing} />
      </div>
    </Dialog>
  );
}

function Sum({ price, available, left }: { price: string; available: string | undefined; left: bigint | undefined }) {
  const { t } = useLingui();
  const { credits } = useCredits();
  const rowClass = 'flex min-h-10 items-center justify-between gap-4';
  return (
    <dl className="grid divide-y divide-line tabular-nums">
      <div className={rowClass}>
        <dt className="text-muted">{t`Price`}</dt>
        <dd className="font-semibold">{credits(price)}</dd>
      </div>
      <div className={rowClass}>
        <dt className="text-muted">{t`You can spend`}</dt>
        <dd>{available === undefined ? <Skeleton className="h-5 w-24" /> : credits(available)}</dd>
      </div>
      <div className={rowClass}>
        <dt className="text-muted">{t`Left afterwards`}</dt>
        <dd>{left === undefined ? <Skeleton className="h-5 w-24" /> : left < 0n ? '–' : credits(left)}</dd>
      </div>
    </dl>
  );
}

function WhatYouGet({ listing }: { listing: Listing }) {
  const { t, i18n } = useLingui();
  const licence = useQuery(termsQuery(i18n.locale)).data?.licences.find(({ kind }) => kind === listing.licence);
  return (
    <div className="grid gap-2">
      <h3 className="font-semibold">{licence ? t`You get: ${licence.name}` : t`You get`}</h3>
      {licence ? <SummaryLines licence={licence} /> : <Skeleton className="h-24" />}
      <p className="text-sm text-muted">
        {listing.kind === 'exclusive' ? (
          <Trans>The image moves from the seller’s gallery to yours. A purchase cannot be undone.</Trans>
        ) : (
          <Trans>The whole picture, without the watermark, goes to your gallery. A purchase cannot be undone.</Trans>
        )}
      </p>
    </div>
  );
}

/** Kindly: what changed, that nothing happened, and that it is theirs to decide. */
function NewPrice({ listing }: { listing: Listing }) {
  const { credits } = useCredits();
  const price = credits(listing.priceCredits);
  return (
    <p role="alert" className="flex gap-3 rounded-2xl bg-warn-wash p-4 text-warn">
      <TrendingUp aria-hidden className="mt-0.5 size-5 shrink-0" />
      <span>
        <Trans>
          The seller has changed the price while you were looking. It is now <strong>{price}</strong>. Nothing was charged: pay
          the new price, or leave it.
        </Trans>
      </span>
    </p>
  );
}

function usePurchase(listing: Listing) {
  const { t, i18n } = useLingui();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [keys] = useState(() => makeKeys());
  const [isMoved, setMoved] = useState(false);
  const hasReread = async () => {
    await queryClient.refetchQueries({ queryKey: listingQuery(listing.id).queryKey });
    return queryClient.getQueryState(listingQuery(listing.id).queryKey)?.error === null;
  };
  const buy = useMutation({
    mutationFn: (expectedPriceCredits: string) => {
      const body = { listingId: listing.id, expectedPriceCredits };
      return keys.send(body, (idempotencyKey) => client.purchaseCreate({ body, idempotencyKey }));
    },
    onMutate: () => setMoved(false),
    onSuccess: async (purchase) => {
      queryClient.setQueryData(purchaseQuery(purchase.id, i18n.locale).queryKey, purchase);
      notify({ text: t`“${listing.title}” is in your gallery` });
      await navigate({ to: paths.receipt, params: { id: purchase.id } });
      moneyMoved();
      imagesChanged();
    },
    // The new price is fetched before it is spoken of; a listing that is gone says so by itself.
    onError: async (error) => {
      if (isFailure(error, 'price_moved')) setMoved(await hasReread());
      if (isFailure(error, 'insufficient_credits')) void queryClient.invalidateQueries({ queryKey: walletQuery.queryKey });
    },
  });
  return {
    ...buy,
    isMoved,
    isEnded: isFailure(buy.error, 'sold_out', 'listing_ended', 'already_bought', 'not_found', 'own_listing'),
  };
}

import { Trans, useLingui } from '@lingui/react/macro';
import { listingCan } from '@rendermart/contract';
import type { Listing } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { EyeOff, Pencil } from 'lucide-react';
import { useState } from 'react';
import { paths } from '../../app/paths.ts';
import { client } from '../../data/client.ts';
import { useCredits } from '../../data/credits.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { useMarketWords } from '../../data/market-words.ts';
import { imageQuery, imagesChanged, queryClient } from '../../data/queries.ts';
import { Badge, Button, ConfirmDialog, buttonClass, notify } from '../../ui/index.ts';
import { Left } from './BuyPanel.tsx';
import { ChangeDialog } from './ChangeDialog.tsx';
import { listingChanged } from './listings.ts';

const tones = { active: 'good', sold: 'accent', withdrawn: 'neutral', hidden: 'bad' } as const;
export function StateBadge({ state }: { state: Listing['state'] }) {
  return <Badge tone={tones[state]}>{useMarketWords().state(state)}</Badge>;
}

/** What the seller sees where others see the button: the state, and what can be done. */
export function OwnListing({ listing }: { listing: Listing }) {
  const { t } = useLingui();
  const { credits } = useCredits();
  const [open, setOpen] = useState<'change' | 'withdraw' | null>(null);
  const { state } = listing;
  return (
    <div className="grid gap-3 rounded-2xl bg-sunken p-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p className="text-2xl/8 font-semibold tracking-tight tabular-nums">{credits(listing.priceCredits)}</p>
        <StateBadge state={state} />
      </div>
      <p className="text-sm text-muted">
        <Left listing={listing} />
      </p>
      {state === 'hidden' && <HiddenNotice reason={listing.hiddenReason} />}
      <div className="flex flex-wrap gap-2">
        {listingCan.change(state) && (
          <Button
            icon={<Pencil aria-hidden className="size-[18px]" />}
            aria-haspopup="dialog"
            onClick={() => setOpen('change')}
          >{t`Change`}</Button>
        )}
        {listingCan.withdraw(state) && <Button aria-haspopup="dialog" onClick={() => setOpen('withdraw')}>{t`Withdraw`}</Button>}
        {(listing.kind === 'licence' || state !== 'sold') && (
          <Link to={paths.image} params={{ id: listing.imageId }} className={buttonClass('quiet')}>{t`Open the image`}</Link>
        )}
      </div>
      {open === 'change' && <ChangeDialog listing={listing} onClose={() => setOpen(null)} />}
      <WithdrawDialog listing={listing} open={open === 'withdraw'} onClose={() => setOpen(null)} />
    </div>
  );
}

function HiddenNotice({ reason }: { reason: string | null }) {
  return (
    <div role="note" className="flex gap-3 rounded-xl bg-danger-wash p-3 text-danger">
      <EyeOff aria-hidden className="mt-0.5 size-5 shrink-0" />
      <div className="grid gap-1">
        <p className="font-semibold">
          <Trans>The moderators took this off the market. Nobody else sees it.</Trans>
        </p>
        {reason && (
          <p>
            <Trans>Their reason: {reason}</Trans>
          </p>
        )}
      </div>
    </div>
  );
}

function WithdrawDialog({ listing, open, onClose }: { listing: Listing; open: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const withdraw = useMutation({
    mutationFn: () => client.listingWithdraw({ params: { id: listing.id } }),
    onSuccess: (changed) => {
      listingChanged(changed);
      imagesChanged();
      // The image's page says whether it is for sale.
      void queryClient.invalidateQueries({ queryKey: imageQuery(listing.imageId).queryKey });
      notify({ text: t`“${listing.title}” is no longer for sale` });
    },
    onError: (error) => notify({ text: textOf(error), tone: 'bad' }),
    onSettled: onClose,
  });
  return (
    <ConfirmDialog
      title={t`Withdraw “${listing.title}”?`}
      action={t`Withdraw`}
      busy={withdraw.isPending}
      open={open}
      onOpenChange={onClose}
      onConfirm={() => withdraw.mutate()}
      description={t`It leaves the market at once. Who has bought it keeps it. The image stays yours, and you can offer it again.`}
    />
  );
}

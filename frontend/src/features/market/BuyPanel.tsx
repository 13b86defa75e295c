import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { listingCan } from '@rendermart/contract';
import type { Listing } from '@rendermart/contract';
import { Link } from '@tanstack/react-router';
import { BadgeCheck, ReceiptText, ShoppingBag } from 'lucide-react';
import { useState } from 'react';
import { paths } from '../../app/paths.ts';
import { useCredits } from '../../data/credits.ts';
import { Button, buttonClass } from '../../ui/index.ts';
import { BuyDialog } from './BuyDialog.tsx';

/** The price and the button, or the receipt of who has bought it already. */
export function BuyPanel({ listing }: { listing: Listing }) {
  const { t } = useLingui();
  const { credits } = useCredits();
  const [isOpen, setOpen] = useState(false);
  if (listing.purchaseId !== null) return <Bought purchaseId={listing.purchaseId} />;
  return (
    <div className="grid gap-3 rounded-2xl bg-sunken p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p className="text-2xl/8 font-semibold tracking-tight tabular-nums">{credits(listing.priceCredits)}</p>
        <p className="text-sm text-muted">
          <Left listing={listing} />
        </p>
      </div>
      {listingCan.buy(listing.state) ? (
        <Button
          tone="accent"
          size="large"
          aria-haspopup="dialog"
          icon={<ShoppingBag aria-hidden className="size-[18px]" />}
          onClick={() => setOpen(true)}
        >{t`Buy for ${credits(listing.priceCredits)}`}</Button>
      ) : (
        <p role="status" className="font-semibold text-warn">{t`This is not for sale any more.`}</p>
      )}
      {isOpen && <BuyDialog listing={listing} onClose={() => setOpen(false)} />}
    </div>
  );
}

/** How many can still buy it. */
export function Left({ listing }: { listing: Listing }) {
  if (listing.kind === 'exclusive') return <Trans>Sold once, to one person</Trans>;
  if (listing.editionLimit === null)
    return <Plural value={listing.soldCount} _0="As many copies as are wanted" one="# copy sold" other="# copies sold" />;
  const left = listing.editionLimit - listing.soldCount;
  const limit = listing.editionLimit;
  return <Plural value={left} one={`# of ${limit} copies left`} other={`# of ${limit} copies left`} />;
}

function Bought({ purchaseId }: { purchaseId: string }) {
  const { t } = useLingui();
  return (
    <div className="grid gap-3 rounded-2xl bg-good-wash p-4">
      <p className="flex items-center gap-2 font-semibold text-good">
        <BadgeCheck aria-hidden className="size-5" />
        {t`You have bought this`}
      </p>
      <div className="flex flex-wrap gap-2">
        <Link to={paths.receipt} params={{ id: purchaseId }} className={buttonClass('plain')}>
          <ReceiptText aria-hidden className="size-[18px]" />
          {t`See the receipt`}
        </Link>
      </div>
    </div>
  );
}

import { Trans, useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { Link } from '@tanstack/react-router';
import { BadgeCheck, ReceiptText, Tag } from 'lucide-react';
import { paths } from '../../app/paths.ts';
import { useMarketWords } from '../../data/market-words.ts';
import { buttonClass } from '../../ui/index.ts';

/** In place of publishing: what was bought may not be published, and what is for sale stays private until it is withdrawn. */
export function TradeNotice({ image: { licence } }: { image: Image }) {
  const { t } = useLingui();
  const words = useMarketWords();
  if (!licence) {
    return (
      <div className="grid gap-3 rounded-2xl bg-sunken p-4">
        <p className="flex items-center gap-2 font-semibold">
          <Tag aria-hidden className="size-[18px]" />
          {t`For sale`}
        </p>
        <p className="text-sm/5 text-muted">
          <Trans>Others see a preview with a watermark. While it is for sale it can be neither published nor deleted.</Trans>
        </p>
        <Link to={paths.myListings} className={buttonClass('plain', 'small', 'justify-self-start')}>{t`See my listings`}</Link>
      </div>
    );
  }
  const name = words.licence(licence.kind);
  return (
    <div className="grid gap-3 rounded-2xl bg-sunken p-4">
      <p className="flex items-center gap-2 font-semibold">
        <BadgeCheck aria-hidden className="size-[18px]" />
        {t`Licence: ${name}`}
      </p>
      <p className="text-sm/5 text-muted">
        <Trans>You bought a licence for this image. It can be neither published nor sold.</Trans>
      </p>
      <Link
        to={paths.receipt}
        params={{ id: licence.purchaseId }}
        className={buttonClass('plain', 'small', 'justify-self-start')}
      >
        <ReceiptText aria-hidden className="size-4" />
        {t`Receipt and licence`}
      </Link>
    </div>
  );
}

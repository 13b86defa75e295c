import { Trans, useLingui } from '@lingui/react/macro';
import type { Purchase } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ImageOff, Images, Printer } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths.ts';
import { usePageTitle, useSiteName } from '../../app/title.ts';
import { isFailure } from '../../data/client.ts';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { previewUrl } from '../../data/market.ts';
import { usePersonName } from '../../data/person-name.ts';
import { Button, Card, EmptyState, Page, PageSkeleton, buttonClass } from '../../ui/index.ts';
import { LicenceSummary } from './LicenceSummary.tsx';
import { purchaseQuery } from './trade.ts';

/** What was bought, from whom, for how much and under which licence; made to be printed. */
export function ReceiptPage() {
  const { t, i18n } = useLingui();
  const { id } = useParams({ from: paths.receipt });
  const { data: purchase, error, refetch } = useQuery(purchaseQuery(id, i18n.locale));
  usePageTitle(t`Receipt`);
  if (isFailure(error, 'not_found', 'invalid_input')) {
    return (
      <EmptyState
        heading="h1"
        icon={<ImageOff />}
        title={t`There is no such receipt`}
        actions={<Link to={paths.purchases} className={buttonClass('primary')}>{t`See my purchases`}</Link>}
      >
        <Trans>Only buyer and seller can see a receipt.</Trans>
      </EmptyState>
    );
  }
  if (error && !purchase)
    return (
      <div className="mx-auto w-full max-w-xl p-6">
        <h1 className="sr-only">{t`Receipt`}</h1>
        <FailureNotice error={error} onRetry={() => void refetch()} />
      </div>
    );
  return purchase ? <Receipt purchase={purchase} /> : <PageSkeleton />;
}

function Receipt({ purchase }: { purchase: Purchase }) {
  const { t } = useLingui();
  const siteName = useSiteName();
  const actions = (
    <div className="flex flex-wrap gap-2 print:hidden">
      {purchase.role === 'buyer' && <ImageLink purchase={purchase} />}
      <Button icon={<Printer aria-hidden className="size-[18px]" />} onClick={() => window.print()}>{t`Print`}</Button>
    </div>
  );
  return (
    <Page width="narrow" title={purchase.role === 'buyer' ? t`Receipt` : t`Sale`} description={siteName} actions={actions}>
      <Card className="grid gap-6 print:border-0 print:p-0">
        <div className="flex items-start gap-4">
          <img
            src={previewUrl(purchase.listingId, '320')}
            alt=""
            width="96"
            height="96"
            className="size-24 shrink-0 rounded-xl bg-ink/7 object-cover"
          />
          <h2 className="min-w-0 text-xl/7 font-semibold break-words">{purchase.title}</h2>
        </div>
        <Lines purchase={purchase} />
        <LicenceSummary licence={purchase.licence} />
        <div className="hidden print:block">
          <p lang={purchase.licence.locale} className="text-sm whitespace-pre-line">
            {purchase.licence.text}
          </p>
        </div>
      </Card>
    </Page>
  );
}

/** An exclusive purchase is the image itself; a licence is a copy of one's own in the gallery. */
function ImageLink({ purchase }: { purchase: Purchase }) {
  const { t } = useLingui();
  const content = (
    <>
      <Images aria-hidden className="size-[18px]" />
      {purchase.kind === 'exclusive' ? t`Open the image` : t`Open in the gallery`}
    </>
  );
  if (purchase.kind === 'exclusive')
    return (
      <Link to={paths.image} params={{ id: purchase.imageId }} className={buttonClass('primary')}>
        {content}
      </Link>
    );
  return (
    <Link to={paths.gallery} search={{ origin: 'licensed' }} className={buttonClass('primary')}>
      {content}
    </Link>
  );
}

function Lines({ purchase }: { purchase: Purchase }) {
  const { t } = useLingui();
  const format = useFormat();
  const { credits } = useCredits();
  const nameOf = usePersonName();
  const { edition, editionLimit } = purchase;
  return (
    <dl className="grid divide-y divide-line">
      <Line name={t`Date`}>{format.dateTime(purchase.createdAt)}</Line>
      <Line name={t`Seller`}>{nameOf(purchase.seller)}</Line>
      <Line name={t`Buyer`}>{nameOf(purchase.buyer)}</Line>
      <Line name={t`Kind of sale`}>{purchase.kind === 'exclusive' ? t`The image itself` : t`A licence`}</Line>
      {purchase.kind === 'licence' && (
        <Line name={t`Copy number`}>
          {editionLimit === null ? t`Number ${edition}` : t`Number ${edition} of ${editionLimit}`}
        </Line>
      )}
      <Line name={t`Price`}>
        <strong>{credits(purchase.priceCredits)}</strong>
      </Line>
      {purchase.role === 'seller' && <Line name={t`Fee`}>{credits(purchase.feeCredits)}</Line>}
      {purchase.role === 'seller' && (
        <Line name={t`You got`}>
          <strong>{credits(purchase.netCredits)}</strong>
        </Line>
      )}
      <Line name={t`Receipt number`}>
        <code className="font-mono text-xs break-all">{purchase.id}</code>
      </Line>
    </dl>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-h-11 items-center justify-between gap-4 py-2">
      <dt className="shrink-0 text-muted">{name}</dt>
      <dd className="min-w-0 text-right tabular-nums">{children}</dd>
    </div>
  );
}

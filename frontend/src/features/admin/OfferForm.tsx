import { useLingui } from '@lingui/react/macro';
import type { ModelOffer } from '@rendermart/contract';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { client } from '../../data/client.ts';
import { useFormat } from '../../data/format.ts';
import { NewModelForm } from './NewModelForm.tsx';

/** The terms of an offer, and the button that accepts them. */
export function OfferForm({ offer, onBegun }: { offer: ModelOffer; onBegun: () => void }) {
  const { t } = useLingui();
  const format = useFormat();
  const size = format.bytes(offer.totalBytes);
  const free = format.bytes(offer.freeBytes);
  return (
    <div className="grid gap-5">
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 rounded-2xl border border-line p-4">
        <Term name={t`Licence`}>
          <strong className="font-semibold">{offer.licence ?? t`The repository names none`}</strong>
          <a
            href={offer.pageUrl}
            target="_blank"
            rel="noreferrer"
            className="inline-flex items-center gap-1 text-accent-ink underline underline-offset-2"
          >
            {t`Read it on the hub`} <ExternalLink aria-hidden className="size-3.5" />
          </a>
        </Term>
        <Term name={t`To download`}>{size}</Term>
        <Term name={t`Free space`}>
          <span className={offer.fits ? undefined : 'font-semibold text-danger'}>
            {offer.fits ? free : t`${free}: not enough for this model`}
          </span>
        </Term>
      </dl>
      <NewModelForm
        start={offer}
        action={t`Accept the licence and download`}
        disabled={!offer.fits}
        begin={(model) => {
          const { repository, revision, licence } = offer;
          return client.adminDownloadCreate({ body: { ...model, repository, revision, licence } });
        }}
        onBegun={onBegun}
      />
    </div>
  );
}

function Term({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted">{name}</dt>
      <dd className="flex flex-wrap gap-x-3">{children}</dd>
    </div>
  );
}

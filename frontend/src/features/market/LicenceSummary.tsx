import { useLingui } from '@lingui/react/macro';
import type { Licence } from '@rendermart/contract';
import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import { Button, Dialog } from '../../ui/index.ts';

/** What a licence allows, in plain words, with its full text a press away. */
export function LicenceSummary({ licence }: { licence: Licence }) {
  const { t } = useLingui();
  return (
    <section className="grid gap-2">
      <h2 className="font-semibold">{t`Licence: ${licence.name}`}</h2>
      <SummaryLines licence={licence} />
      <LicenceTextButton licence={licence} />
    </section>
  );
}

export function LicenceTextButton({ licence }: { licence: Licence }) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="small"
        tone="quiet"
        className="-ml-3 justify-self-start print:hidden"
        icon={<ScrollText aria-hidden className="size-4" />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >{t`Read the whole licence`}</Button>
      <Dialog
        title={licence.name}
        description={t`Version ${licence.version}`}
        open={isOpen}
        onOpenChange={setOpen}
        actions={<Button tone="primary" onClick={() => setOpen(false)}>{t`Close`}</Button>}
      >
        <p lang={licence.locale} className="max-w-prose whitespace-pre-line">
          {licence.text}
        </p>
      </Dialog>
    </>
  );
}

export function SummaryLines({ licence }: { licence: Licence }) {
  return (
    <ul lang={licence.locale} className="grid gap-1">
      {licence.summary.map((line) => (
        <li key={line} className="flex gap-2.5">
          <span aria-hidden className="mt-2.5 size-1.5 shrink-0 rounded-full bg-line-strong" />
          {line}
        </li>
      ))}
    </ul>
  );
}

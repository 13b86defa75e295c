import { Trans, useLingui } from '@lingui/react/macro';
import { Brush, X } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import { Button, IconButton } from '../../ui/index.ts';
import type { MaskMark } from './mask-marks.ts';
import type { SourceImage } from './settings.ts';

const MaskDialog = lazy(() => import('./MaskDialog.tsx').then((module) => ({ default: module.MaskDialog })));

/** What was marked, by the id of its mask, which is all that the draft keeps: on a phone the settings close between two looks. */
const marksOf = new Map<string, readonly MaskMark[]>();

/** The way to draw only a part of the source image anew. */
export function MaskField({ source, onChange }: { source: SourceImage; onChange: (source: SourceImage) => void }) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  // After a reload nobody knows the marks of a mask any more: it cannot be changed, but another one can take its place.
  const marks = source.maskId ? marksOf.get(source.maskId) : undefined;
  const take = (maskId: string, kept: readonly MaskMark[]) => {
    marksOf.set(maskId, kept);
    setOpen(false);
    onChange({ ...source, maskId });
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button size="small" icon={<Brush aria-hidden className="size-4" />} onClick={() => setOpen(true)}>
        {!source.maskId ? t`Mark a part` : marks ? t`Change the mask` : t`Paint a new mask`}
      </Button>
      <p className="min-w-40 flex-1 text-sm/5 text-muted">
        {source.maskId ? <Trans>Only the marked part is drawn anew.</Trans> : <Trans>To draw only a part of it anew.</Trans>}
      </p>
      {source.maskId && (
        <IconButton
          size="small"
          label={t`Remove the mask`}
          icon={<X aria-hidden />}
          onClick={() => onChange({ ...source, maskId: null })}
        />
      )}
      {isOpen && (
        <Suspense>
          <MaskDialog source={source} marks={marks ?? []} onDone={take} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

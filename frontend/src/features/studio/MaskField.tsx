import { Trans, useLingui } from '@lingui/react/macro';
import { Brush, X } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import { Button, IconButton } from '../../ui/index.ts';
import type { MaskMark } from './mask-marks.ts';
import type { SourceImage } from './settings.ts';

const MaskDialog = lazy(() => import('./MaskDialog.tsx').then((module) => ({ default: module.MaskDialog })));

/** The way to draw only a part of the source image anew. */
export function MaskField({ source, onChange }: { source: SourceImage; onChange: (source: SourceImage) => void }) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  const [marks, setMarks] = useState<readonly MaskMark[]>([]);
  const take = (maskId: string | null, kept: readonly MaskMark[]) => {
    setMarks(kept);
    setOpen(false);
    onChange({ ...source, maskId });
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button size="small" icon={<Brush aria-hidden className="size-4" />} onClick={() => setOpen(true)}>
        {source.maskId ? t`Change the mask` : t`Mark a part`}
      </Button>
      <p className="min-w-40 flex-1 text-sm/5 text-muted">
        {source.maskId ? <Trans>Only the marked part is drawn anew.</Trans> : <Trans>To draw only a part of it anew.</Trans>}
      </p>
      {source.maskId && (
        <IconButton size="small" label={t`Remove the mask`} icon={<X aria-hidden />} onClick={() => take(null, [])} />
      )}
      {isOpen && (
        <Suspense>
          <MaskDialog source={source} marks={marks} onDone={take} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { Contrast, Trash2, Undo2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, Dialog, Segmented, Slider } from '../../ui/index.ts';
import { MaskCanvas } from './MaskCanvas.tsx';
import type { MaskTool } from './MaskCanvas.tsx';
import { maskFile } from './mask-marks.ts';
import type { MaskMark } from './mask-marks.ts';
import { MaskRectangle } from './MaskRectangle.tsx';
import type { SourceImage } from './settings.ts';

interface MaskDialogProps {
  source: SourceImage;
  /** What was marked before. */
  marks: readonly MaskMark[];
  onDone: (maskId: string, marks: readonly MaskMark[]) => void;
  onClose: () => void;
}

/** Where the part that is drawn anew is painted on the source image. */
export function MaskDialog({ source, marks: earlier, onDone, onClose }: MaskDialogProps) {
  const { t } = useLingui();
  const [marks, setMarks] = useState(earlier);
  const [tool, setTool] = useState<MaskTool>('brush');
  const [percent, setPercent] = useState(8);
  const canvas = useRef<HTMLCanvasElement>(null);
  const send = useMutation({
    mutationFn: async () =>
      client.imageMaskUpload({ params: { id: source.id }, body: await maskFile(canvas.current!), mediaType: 'image/png' }),
  });
  // Told to this call and not to the mutation: after Cancel nobody hears the answer any more.
  const use = () => send.mutate(undefined, { onSuccess: ({ id }) => onDone(id, marks) });
  const add = (mark: MaskMark) => {
    // A finger may still paint while another one sends.
    if (!send.isPending) setMarks([...marks, mark]);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t`Mark a part`}
      description={<Trans>Only what you mark is drawn anew; the rest stays as it is.</Trans>}
      shape="wide"
      actions={
        <>
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button tone="primary" busy={send.isPending} disabled={marks.length === 0} onClick={use}>
            {t`Use this mask`}
          </Button>
        </>
      }
    >
      <div inert={send.isPending} className="grid gap-4">
        <MaskCanvas {...{ source, marks, tool, canvas }} size={brushPixels(source, percent)} onMark={add} />
        <div className="grid gap-3 sm:grid-cols-2 sm:items-end">
          <Segmented
            label={t`Tool`}
            value={tool}
            choices={[
              { value: 'brush', label: t`Brush` },
              { value: 'eraser', label: t`Eraser` },
            ]}
            onChange={setTool}
          />
          <Slider label={t`Brush size`} value={percent} min={1} max={30} onChange={setPercent} />
        </div>
        <MaskActions marks={marks} onChange={setMarks} />
        <MaskRectangle size={source} onMark={add} />
        {send.isError && <FailureNotice error={send.error} />}
      </div>
    </Dialog>
  );
}

const brushPixels = ({ width, height }: SourceImage, percent: number) =>
  Math.max(1, Math.round((Math.min(width, height) * percent) / 100));

function MaskActions({ marks, onChange }: { marks: readonly MaskMark[]; onChange: (marks: readonly MaskMark[]) => void }) {
  const { t } = useLingui();
  const none = marks.length === 0;
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        size="small"
        icon={<Undo2 aria-hidden className="size-4" />}
        disabled={none}
        onClick={() => onChange(marks.slice(0, -1))}
      >
        {t`Undo`}
      </Button>
      <Button
        size="small"
        icon={<Contrast aria-hidden className="size-4" />}
        onClick={() => onChange([...marks, { kind: 'invert' }])}
      >
        {t`Invert`}
      </Button>
      <Button size="small" icon={<Trash2 aria-hidden className="size-4" />} disabled={none} onClick={() => onChange([])}>
        {t`Clear`}
      </Button>
    </div>
  );
}

import { Trans, useLingui } from '@lingui/react/macro';
import { ImagePlus, Images, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import type { DragEvent } from 'react';
import { Button, cx } from '../../ui/index.ts';

interface SourceDropProps {
  busy: boolean;
  onFile: (file: File) => void;
  onPick: () => void;
}

/** Takes a file by dropping, pasting or choosing it; the gallery is one button further. */
export function SourceDrop({ busy, onFile, onPick }: SourceDropProps) {
  const { t } = useLingui();
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const send = (files: FileList | null) => {
    const file = files?.[0];
    if (file) onFile(file);
  };
  const drop = {
    onDragOver: (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      send(event.dataTransfer.files);
    },
  };
  return (
    <div
      {...drop}
      onPaste={(event) => send(event.clipboardData.files)}
      className={cx(
        'grid justify-items-center gap-3 rounded-2xl border border-dashed p-4 text-center',
        isOver ? 'border-accent bg-accent-wash' : 'border-line-strong',
      )}
    >
      <ImagePlus aria-hidden className="size-6 text-muted" />
      <p className="text-sm/5 text-muted">
        <Trans>Drop a picture here to draw from it.</Trans>
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        <Button size="small" busy={busy} icon={<Upload aria-hidden className="size-4" />} onClick={() => input.current?.click()}>
          {t`Upload`}
        </Button>
        <Button size="small" icon={<Images aria-hidden className="size-4" />} onClick={onPick}>
          {t`From the gallery`}
        </Button>
      </div>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/webp,image/avif"
        aria-label={t`Upload a source image`}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          send(event.target.files);
          event.target.value = '';
        }}
      />
    </div>
  );
}

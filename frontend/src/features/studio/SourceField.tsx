import { Trans, useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { ImagePlus, Images, Upload, X } from 'lucide-react';
import { Suspense, lazy, useRef, useState } from 'react';
import type { DragEvent } from 'react';
import { client, imageUrl } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { imagesChanged } from '../../data/queries.ts';
import { Button, IconButton, Picture, Slider, cx } from '../../ui/index.ts';
import type { SourceImage } from './settings.ts';
import type { Studio } from './use-studio.ts';

const SourcePicker = lazy(() => import('./SourcePicker.tsx').then((module) => ({ default: module.SourcePicker })));

export const sourceOf = ({ id, width, height, placeholder, transparent }: Image): SourceImage => ({
  id,
  width,
  height,
  placeholder,
  transparent,
});

/** A picture to draw from: dropped, uploaded, pasted or picked from the gallery; and how far to go from it. */
export function SourceField({ studio }: { studio: Studio }) {
  const { t } = useLingui();
  const { settings, change, model } = studio;
  const range = model.capabilities.imageToImage;
  const [isPicking, setPicking] = useState(false);
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: (file: File) => client.imageUpload({ body: file }),
    onSuccess: (image) => {
      change({ source: sourceOf(image) });
      imagesChanged();
    },
  });
  if (!range) return null;
  const send = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file) upload.mutate(file);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    send(event.dataTransfer.files);
  };
  return (
    <div className="grid gap-3" onPaste={(event) => send(event.clipboardData.files)}>
      <h3 className="text-sm font-semibold">{t`Source image`}</h3>
      {settings.source ? (
        <SourceChip source={settings.source} onRemove={() => change({ source: null })} isLarge />
      ) : (
        <div
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={onDrop}
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
            <Button
              size="small"
              busy={upload.isPending}
              icon={<Upload aria-hidden className="size-4" />}
              onClick={() => input.current?.click()}
            >{t`Upload`}</Button>
            <Button
              size="small"
              icon={<Images aria-hidden className="size-4" />}
              onClick={() => setPicking(true)}
            >{t`From the gallery`}</Button>
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
      )}
      {upload.isError && <FailureNotice error={upload.error} />}
      {settings.source && settings.denoisingStrength !== null && (
        <Slider
          label={t`Denoising strength`}
          hint={t`Low stays near the source image, high goes far from it.`}
          value={settings.denoisingStrength}
          min={range.min}
          max={range.max}
          step={0.05}
          format={{ minimumFractionDigits: 2 }}
          onChange={(denoisingStrength) => change({ denoisingStrength })}
        />
      )}
      {isPicking && (
        <Suspense>
          <SourcePicker
            onClose={() => setPicking(false)}
            onPick={(image) => {
              change({ source: sourceOf(image) });
              setPicking(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

export function SourceChip({ source, onRemove, isLarge }: { source: SourceImage; onRemove: () => void; isLarge?: boolean }) {
  const { t } = useLingui();
  return (
    <div className="flex items-center gap-3 rounded-2xl bg-sunken p-1.5 pr-1">
      <Picture
        src={imageUrl.thumbnail(source.id, '256')}
        alt={t`Source image`}
        width={source.width}
        height={source.height}
        placeholder={source.placeholder}
        transparent={source.transparent}
        cover
        className={cx('shrink-0 rounded-xl', isLarge ? 'size-20!' : 'size-10!')}
      />
      <p className="flex-1 text-sm font-medium">
        <Trans>Draws from this picture</Trans>
      </p>
      <IconButton label={t`Remove the source image`} icon={<X aria-hidden />} onClick={onRemove} />
    </div>
  );
}

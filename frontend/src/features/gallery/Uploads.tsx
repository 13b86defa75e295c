import { Trans, useLingui } from '@lingui/react/macro';
import { CircleAlert, ImageUp, LoaderCircle, Upload as UploadIcon, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button, IconButton } from '../../ui/index.ts';
import { acceptedTypes } from './use-upload.ts';
import type { Upload } from './use-upload.ts';

/** Opens the browser's file dialog. */
export function UploadButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        icon={<UploadIcon aria-hidden className="size-[18px]" />}
        onClick={() => input.current?.click()}
      >{t`Upload`}</Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={acceptedTypes.join(',')}
        aria-label={t`Pictures to upload`}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </>
  );
}

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** The whole window takes dropped pictures, so that a near miss does not leave the page. */
export function DropArea({ onFiles }: { onFiles: (files: File[]) => void }) {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    addEventListener(
      'dragover',
      (event) => {
        if (carriesFiles(event)) {
          event.preventDefault();
          setOver(true);
        }
      },
      { signal },
    );
    // The pointer left the window when nothing follows it; between elements there is always a next one.
    addEventListener(
      'dragleave',
      (event) => {
        if (!event.relatedTarget) setOver(false);
      },
      { signal },
    );
    addEventListener(
      'drop',
      (event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setOver(false);
        latest.current([...(event.dataTransfer?.files ?? [])]);
      },
      { signal },
    );
    return () => stop.abort();
  }, []);
  if (!isOver) return null;
  return (
    <div className="pointer-events-none fixed inset-0 z-40 grid place-items-center bg-canvas/85 p-4 backdrop-blur-sm">
      <div className="grid size-full place-content-center justify-items-center gap-3 rounded-3xl border-2 border-dashed border-accent text-center">
        <ImageUp aria-hidden className="size-12 text-accent-ink" />
        <p className="text-xl font-semibold">
          <Trans>Drop pictures to upload them</Trans>
        </p>
        <p className="text-muted">
          <Trans>PNG, JPEG, WebP or AVIF. Only you can see them.</Trans>
        </p>
      </div>
    </div>
  );
}

/** What is on its way, and what did not arrive with the reason. */
export function UploadList({ uploads, onDismiss }: { uploads: readonly Upload[]; onDismiss: () => void }) {
  const { t } = useLingui();
  if (uploads.length === 0) return null;
  const waiting = uploads.filter(({ state }) => state !== 'failed').length;
  return (
    <section aria-label={t`Uploads`} className="grid gap-2 rounded-2xl border border-line bg-surface py-2 pr-2 pl-4">
      <header className="flex min-h-11 items-center justify-between gap-3">
        <h2 aria-live="polite" className="font-semibold">
          {waiting > 0 ? t`Uploading, ${waiting} to go` : t`These did not arrive`}
        </h2>
        {waiting === 0 && <IconButton label={t`Dismiss`} icon={<X aria-hidden />} onClick={onDismiss} />}
      </header>
      <ul className="grid max-h-56 gap-1 overflow-y-auto pb-2">
        {uploads.map(({ key, name, state, reason }) => (
          <li key={key} className="flex items-start gap-2.5">
            {state === 'failed' ? (
              <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-danger" />
            ) : (
              <LoaderCircle
                aria-hidden
                className={`mt-0.5 size-5 shrink-0 text-muted ${state === 'sending' ? 'animate-spin' : 'opacity-40'}`}
              />
            )}
            <div className="grid min-w-0 grid-cols-[minmax(0,1fr)]" role={state === 'failed' ? 'alert' : undefined}>
              <span className="truncate font-medium">{name}</span>
              {reason && <span className="text-sm text-danger">{reason}</span>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

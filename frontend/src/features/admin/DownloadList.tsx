import { useLingui } from '@lingui/react/macro';
import { downloadCan } from '@rendermart/contract';
import type { ModelDownload } from '@rendermart/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../data/client.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { useFormat } from '../../data/format.ts';
import { Badge, Button, ConfirmDialog, ProgressBar, notify } from '../../ui/index.ts';
import { useDownloadFailures, useStateNames } from './download-words.ts';
import { adminModelsQuery, downloadsQuery } from './queries.ts';

const tones = {
  queued: 'neutral',
  running: 'accent',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'warn',
  removing: 'warn',
} as const;

/** Models that were fetched or imported, and how far the others are. */
export function DownloadList({ downloads }: { downloads: readonly ModelDownload[] }) {
  const { t } = useLingui();
  return (
    <ul aria-label={t`Fetched models`} className="grid gap-3">
      {downloads.map((download) => (
        <DownloadRow key={download.id} download={download} />
      ))}
    </ul>
  );
}

function DownloadRow({ download }: { download: ModelDownload }) {
  const { t } = useLingui();
  const names = useStateNames();
  const { name, origin, state, licence } = download;
  return (
    <li className="grid gap-3 rounded-2xl border border-line bg-surface p-4">
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div className="grid min-w-0 flex-1 basis-64 gap-1">
          <h3 className="flex flex-wrap items-center gap-2 font-semibold">
            {name}
            <Badge tone={tones[state]}>{names[state]}</Badge>
          </h3>
          <p className="font-mono text-[13px] break-all text-muted">{origin}</p>
          {licence && <p className="text-sm text-muted">{t`Licence: ${licence}`}</p>}
          {state === 'succeeded' && <Size download={download} />}
        </div>
        <Acts download={download} />
      </div>
      {state !== 'succeeded' && <HowFar download={download} />}
      {download.failure && <WhyNot failure={download.failure} />}
    </li>
  );
}

function Size({ download }: { download: ModelDownload }) {
  const format = useFormat();
  return <p className="text-sm text-muted">{format.bytes(download.totalBytes)}</p>;
}

function HowFar({ download: { name, totalBytes, receivedBytes } }: { download: ModelDownload }) {
  const { t } = useLingui();
  const format = useFormat();
  const [received, total] = [format.bytes(receivedBytes), format.bytes(totalBytes)];
  const text = t`${received} of ${total}`;
  return (
    <div className="grid gap-1.5">
      <ProgressBar label={t`Progress of ${name}`} value={totalBytes === 0 ? 0 : receivedBytes / totalBytes} text={text} />
      <p className="text-sm text-muted tabular-nums">{text}</p>
    </div>
  );
}

function WhyNot({ failure }: { failure: NonNullable<ModelDownload['failure']> }) {
  const failures = useDownloadFailures();
  return (
    <div className="grid gap-1 rounded-xl bg-danger-wash p-3 text-danger">
      <p>{failures[failure.code]}</p>
      <p lang="en" className="font-mono text-xs break-words">
        {failure.detail}
      </p>
    </div>
  );
}

function Acts({ download: { id, name, state, totalBytes } }: { download: ModelDownload }) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const queryClient = useQueryClient();
  const [isRemoving, setRemoving] = useState(false);
  const act = useMutation({
    mutationFn: (what: 'adminDownloadStop' | 'adminDownloadResume' | 'adminDownloadRemove') => client[what]({ params: { id } }),
    onError: (error) => notify({ text: textOf(error), tone: 'bad' }),
    onSettled: () => {
      setRemoving(false);
      for (const { queryKey } of [downloadsQuery, adminModelsQuery]) void queryClient.invalidateQueries({ queryKey });
    },
  });
  const size = useFormat().bytes(totalBytes);
  return (
    <div className="flex flex-wrap gap-2">
      {downloadCan.stop(state) && (
        <Button size="small" aria-label={t`Stop ${name}`} onClick={() => act.mutate('adminDownloadStop')}>{t`Stop`}</Button>
      )}
      {downloadCan.resume(state) && (
        <Button size="small" tone="primary" aria-label={t`Go on with ${name}`} onClick={() => act.mutate('adminDownloadResume')}>
          {t`Go on`}
        </Button>
      )}
      {downloadCan.remove(state) && (
        <Button size="small" aria-label={t`Remove ${name}`} onClick={() => setRemoving(true)}>{t`Remove`}</Button>
      )}
      <ConfirmDialog
        open={isRemoving}
        onOpenChange={setRemoving}
        title={t`Remove ${name}?`}
        description={t`Nobody can draw with it any more. Pictures that were drawn with it stay.`}
        action={t`Remove and free ${size}`}
        busy={act.isPending}
        onConfirm={() => act.mutate('adminDownloadRemove')}
      />
    </div>
  );
}

import { Trans, useLingui } from '@lingui/react/macro';
import { generationCan } from '@rendermart/contract';
import type { Generation } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { Copy, History, RotateCw, X } from 'lucide-react';
import { useRef } from 'react';
import { client, isFailure } from '../../data/client.ts';
import { generationFailureTexts, useFailureText } from '../../data/failure-texts.ts';
import { useFormat } from '../../data/format.ts';
import { generationChanged, generationsQuery, queryClient } from '../../data/queries.ts';
import { Button, ErrorNotice, notify } from '../../ui/index.ts';
import { Pictures } from './Pictures.tsx';
import { ProgressLine } from './ProgressLine.tsx';
import { Warnings } from './Warnings.tsx';

/** One wish: its pictures (or the places where they will be), its words and what can be done with it. */
export function GenerationCard({ generation, onFollow }: { generation: Generation; onFollow: () => void }) {
  const { t } = useLingui();
  const card = useRef<HTMLLIElement>(null);
  const { cancel, retry } = useActs(generation);
  const mayCancel = generationCan.cancel(generation.state);
  const stop = () => {
    cancel.mutate();
    card.current?.focus();
  };
  return (
    <li
      ref={card}
      tabIndex={-1}
      aria-label={generation.prompt || t`Without words`}
      className="grid animate-rise grid-cols-[minmax(0,1fr)] gap-4 rounded-3xl border border-line bg-surface p-3 outline-none sm:p-4 md:grid-cols-[fit-content(calc(100%-17rem))_minmax(15rem,1fr)] md:gap-5"
    >
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-3">
        <Pictures generation={generation} />
        {generation.failure && (
          <ErrorNotice>
            <FailureText generation={generation} />
          </ErrorNotice>
        )}
      </div>
      <div className="flex min-w-0 flex-col gap-3 px-1 pb-1 md:py-1">
        <p className="line-clamp-4 font-medium text-pretty break-words">
          {generation.prompt || (
            <span className="text-muted">
              <Trans>Without words</Trans>
            </span>
          )}
        </p>
        <Details generation={generation} />
        <Warnings warnings={generation.warnings} />
        <ProgressLine generation={generation} />
        <div className="flex flex-wrap gap-2 md:mt-auto">
          {mayCancel && (
            <Button
              size="small"
              icon={<X aria-hidden className="size-4" />}
              busy={cancel.isPending || generation.cancelRequested}
              onClick={stop}
            >{t`Cancel`}</Button>
          )}
          {generationCan.retry(generation.state) && (
            <Button
              size="small"
              tone="primary"
              icon={<RotateCw aria-hidden className="size-4" />}
              busy={retry.isPending}
              onClick={() => retry.mutate()}
            >{t`Try again`}</Button>
          )}
          {!mayCancel && generation.scale === null && (
            <Button
              size="small"
              icon={<History aria-hidden className="size-4" />}
              onClick={onFollow}
            >{t`Use these settings`}</Button>
          )}
          {!mayCancel && generation.prompt !== '' && <CopyPrompt prompt={generation.prompt} />}
        </div>
      </div>
    </li>
  );
}

function useActs(generation: Generation) {
  const textOf = useFailureText();
  const onError = (error: unknown) => {
    // It ended in the meantime: what stands in the list is old, and that is the whole trouble.
    if (isFailure(error, 'generation_not_cancellable', 'generation_not_retryable'))
      void queryClient.invalidateQueries({ queryKey: generationsQuery.queryKey });
    notify({ text: textOf(error), tone: 'bad' });
  };
  const params = { id: generation.id };
  return {
    cancel: useMutation({ mutationFn: () => client.generationCancel({ params }), onSuccess: generationChanged, onError }),
    retry: useMutation({ mutationFn: () => client.generationRetry({ params }), onSuccess: generationChanged, onError }),
  };
}

function FailureText({ generation: { failure, images } }: { generation: Generation }) {
  const { i18n } = useLingui();
  const text = failure && i18n._(generationFailureTexts[failure.code] ?? generationFailureTexts.engine_failed);
  return (
    <>
      {text}
      {images.length > 0 && (
        <>
          {' '}
          <Trans>The pictures that were finished are kept.</Trans>
        </>
      )}
    </>
  );
}

function Details({ generation: { modelName, width, height, seed, scale, createdAt } }: { generation: Generation }) {
  const format = useFormat();
  return (
    <p className="flex flex-wrap gap-x-3 text-sm text-muted tabular-nums">
      <span>{modelName}</span>
      <span className="whitespace-nowrap">
        {width} × {height}
      </span>
      <span className="whitespace-nowrap">
        {scale === null ? <Trans>Seed {seed}</Trans> : <Trans>Enlarged {scale} times</Trans>}
      </span>
      <time dateTime={createdAt} title={format.dateTime(createdAt)}>
        {format.ago(createdAt)}
      </time>
    </p>
  );
}

function CopyPrompt({ prompt }: { prompt: string }) {
  const { t } = useLingui();
  // Without https a browser has no clipboard for pages; the button is left out then.
  if (!navigator.clipboard) return null;
  const copy = () => void navigator.clipboard.writeText(prompt).then(() => notify({ text: t`The prompt is copied.` }));
  return <Button size="small" tone="quiet" icon={<Copy aria-hidden className="size-4" />} onClick={copy}>{t`Copy`}</Button>;
}

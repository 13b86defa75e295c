import { Trans, useLingui } from '@lingui/react/macro';
import type { GenerationInput } from '@rendermart/contract';
import { Bookmark, Check, Dices } from 'lucide-react';
import { useState } from 'react';
import { useFailureText } from '../../data/failure-texts.ts';
import { Announcer, Button, IconButton } from '../../ui/index.ts';
import type { DrawnLive } from './live-loop.ts';
import type { Live } from './use-live-drawing.ts';
import { useSettled } from './use-prompt-words.ts';

const quietMs = 1_200;

/** The picture that follows the words, beside what can be done with it; below it is room for the words that are offered. */
export function LivePanel({
  live: { state, reroll },
  onKeep,
  busy,
}: {
  live: Live;
  onKeep: (body: GenerationInput, onKept: () => void) => void;
  busy: boolean;
}) {
  const { t } = useLingui();
  const [kept, setKept] = useState<DrawnLive | null>(null);
  const { drawn } = state;
  const isKept = drawn !== null && drawn === kept;
  const keep = () => {
    if (drawn === null || isKept) return;
    onKeep(drawn.keep, () => setKept(drawn));
  };
  return (
    <section
      aria-label={t`Drawn while you type`}
      className="pointer-events-auto mx-auto mb-15 flex w-full max-w-4xl items-end gap-3"
    >
      <LivePicture drawn={drawn} />
      <div className="grid min-w-0 justify-items-start gap-2 rounded-2xl bg-surface/90 p-2.5 backdrop-blur-sm">
        <LiveStatus live={state} />
        {drawn && (
          <div className="flex gap-1.5">
            <Button
              size="small"
              tone="primary"
              busy={busy}
              disabled={isKept}
              icon={isKept ? <Check aria-hidden className="size-4" /> : <Bookmark aria-hidden className="size-4" />}
              onClick={keep}
            >
              {isKept ? t`Kept` : t`Keep`}
            </Button>
            <IconButton size="small" label={t`Another picture of these words`} icon={<Dices aria-hidden />} onClick={reroll} />
          </div>
        )}
      </div>
    </section>
  );
}

function LivePicture({ drawn }: { drawn: DrawnLive | null }) {
  const { t } = useLingui();
  return (
    <div className="checkerboard size-32 shrink-0 overflow-hidden rounded-2xl border border-line-strong/60 shadow-pop sm:size-48 lg:size-64">
      {drawn && (
        <img src={drawn.picture} alt={t`Drawn while you type: ${drawn.keep.prompt}`} className="size-full object-contain" />
      )}
    </div>
  );
}

/** What is seen is said at once; a screen reader hears of a picture when the typing has paused. */
function LiveStatus({ live: { status, drawn, error } }: { live: Live['state'] }) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const settled = useSettled(status === 'resting' ? (drawn?.keep.prompt ?? '') : '', quietMs);
  const text =
    status === 'failed'
      ? textOf(error)
      : status === 'busy'
        ? t`Generations come first. It goes on when a worker is free.`
        : drawn === null
          ? t`Write, and it is drawn while you type.`
          : null;
  return (
    <>
      {text !== null && (
        <p role={status === 'failed' ? 'alert' : undefined} className="max-w-xs text-sm/5 text-muted">
          {text}
        </p>
      )}
      {text === null && (
        <p className="text-sm/5 text-muted">
          <Trans>Not kept, and free.</Trans>
        </p>
      )}
      <Announcer>{settled === '' ? '' : t`Drawn while you type: ${settled}`}</Announcer>
    </>
  );
}

import { Trans, useLingui } from '@lingui/react/macro';
import type { Generation } from '@rendermart/contract';
import { ProgressBar } from '../../ui/index.ts';
import { estimateParts, roughText } from './estimate.ts';

/** How far it is: the place in the queue with an honest estimate, or the step of the drawing. */
export function ProgressLine({ generation }: { generation: Generation }) {
  const { state, queue, cancelRequested } = generation;
  if (cancelRequested && (state === 'queued' || state === 'running'))
    return (
      <p className="text-sm text-muted">
        <Trans>Being cancelled…</Trans>
      </p>
    );
  if (state === 'queued')
    return (
      <div className="grid gap-0.5 text-sm">
        {queue ? (
          <Place position={queue.position} />
        ) : (
          <p>
            <Trans>In the queue</Trans>
          </p>
        )}
        {queue?.estimate && <Remaining estimate={queue.estimate} />}
      </div>
    );
  if (state === 'cancelled')
    return (
      <p className="text-sm text-muted">
        <Trans>Cancelled.</Trans>
      </p>
    );
  if (state === 'expired' && !generation.failure)
    return (
      <p className="text-sm text-muted">
        <Trans>It waited too long and was given up.</Trans>
      </p>
    );
  return state === 'running' ? <Running generation={generation} /> : null;
}

/** The step of a drawing, or the tile of a larger copy. */
function Running({ generation: { progress, images, count, scale } }: { generation: Generation }) {
  const { t } = useLingui();
  const begun = scale === null ? t`Being drawn…` : t`Being enlarged…`;
  const counted =
    progress && (scale === null ? t`Step ${progress.step} of ${progress.steps}` : t`Tile ${progress.step} of ${progress.steps}`);
  const text = counted ?? begun;
  return (
    <div className="grid gap-1.5 text-sm">
      <p className="flex justify-between gap-3 tabular-nums">
        <span className="font-medium">{text}</span>
        {count > 1 && (
          <span className="text-muted">
            <Trans>
              {images.length} of {count} done
            </Trans>
          </span>
        )}
      </p>
      <ProgressBar label={t`Progress`} text={text} value={progress ? progress.step / progress.steps : undefined} />
    </div>
  );
}

function Place({ position }: { position: number }) {
  return (
    <p className="font-medium">
      {position <= 1 ? <Trans>Next in the queue</Trans> : <Trans>Place {position} in the queue</Trans>}
    </p>
  );
}

function Remaining({ estimate }: { estimate: { lowMs: number; likelyMs: number; highMs: number } }) {
  const { i18n } = useLingui();
  const parts = estimateParts(estimate);
  const [likely, low, high] = [parts.likely, parts.low, parts.high].map((part) => roughText(part, i18n.locale));
  return (
    <p className="text-muted tabular-nums">
      {parts.isTight ? (
        <Trans>Done in about {likely}</Trans>
      ) : (
        <Trans>
          Done in about {likely} (mostly {low} to {high})
        </Trans>
      )}
    </p>
  );
}

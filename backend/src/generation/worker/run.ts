import type { GenerationWarning } from '@rendermart/contract';
import { EngineError, engineErrorPolicy } from '@rendermart/engine';
import { Failure, type Tx, together } from '../../platform/index.ts';
import type { OpenedSource, StoredPicture } from '../../library/index.ts';
import type { GenerationDeps } from '../deps.ts';
import { type RunEnd, decideEnding } from '../ending-rules.ts';
import type { GenerationMetrics } from '../metrics.ts';
import { settlePrice } from '../payment.ts';
import * as store from '../store-run.ts';
import type { ClaimedRow } from '../tables.ts';
import type { DrawingEngine } from '../traces.ts';
import { type DrawnImage, drawMissing, recipeOf } from './draw.ts';
import { isPassing, persist } from './persist.ts';
import { type ProgressReporter, makeProgressReporter } from './progress.ts';

export type RunDeps = Pick<GenerationDeps, 'database' | 'library' | 'charges' | 'log'> & { figures: GenerationMetrics };
type FinalEnding = Exclude<ReturnType<typeof decideEnding>, { act: 'requeue' }>;
/** Why a run is told to stop; the reason of its abort signal. */
export type StopReason = 'cancelled' | 'lost' | 'released';

interface Run {
  row: ClaimedRow;
  lease: store.Lease;
  stop: AbortSignal;
  landed: number[];
  warnings: GenerationWarning[];
  /** What the source image was when it was opened. */
  descent: OpenedSource['descent'] | undefined;
  /** The image that completes the wish is stored in the same transaction that ends it. */
  last: { image: DrawnImage; stored: StoredPicture } | null;
  startedAt: number;
}

/** Draws a claimed wish, stores what lands, and says how it ended, as long as it holds the lease. Never throws. */
export async function runAttempt(deps: RunDeps, row: ClaimedRow, engine: DrawingEngine, stop: AbortSignal): Promise<void> {
  const lease = { generationId: row.id, attemptId: row.attempt_id };
  const run: Run = {
    row,
    lease,
    stop,
    landed: [...row.landed],
    warnings: [...row.warnings],
    descent: undefined,
    last: null,
    startedAt: performance.now(),
  };
  const log = deps.log.child({ generationId: row.id, attemptId: row.attempt_id });
  const progress = makeProgressReporter(deps.database.read, lease, (error) => log.debug({ error }, 'progress was not written'));
  const end = await draw(deps, run, engine, progress).catch((error: unknown) => endOf(error, stop));
  await progress.close();
  try {
    if (end === null) throw new store.LeaseLost();
    if (end.kind === 'failed') reportFailure(deps, log, end);
    await settle(deps, run, end);
  } catch (error) {
    if (error instanceof store.LeaseLost) deps.figures.leasesLost.inc();
    // The lease runs out by itself, and another attempt follows.
    log.warn({ error }, 'this attempt could not be ended; its lease is left to run out');
  }
}

async function draw(deps: RunDeps, run: Run, engine: DrawingEngine, progress: ProgressReporter): Promise<RunEnd> {
  await drawMissing(
    engine,
    run.row,
    deps.library,
    {
      onSource: ({ descent }) => void (run.descent = descent),
      onProgress: (step, steps) => progress.report(step, steps),
      onPreview: (index, picture) => progress.preview(index, picture),
      onWarning: (warning) => addWarning(deps, run, warning),
      onImage: (image) => keepImage(deps, run, image),
    },
    run.stop,
  );
  return { kind: 'finished' };
}

function addWarning(deps: RunDeps, run: Run, warning: GenerationWarning): void {
  const known = JSON.stringify(warning);
  if (run.warnings.some((other) => JSON.stringify(other) === known)) return;
  run.warnings.push(warning);
  // For the person to see now; the next landing image writes them again, so a failure here loses nothing.
  store.recordWarnings(deps.database.read, run.lease, run.warnings).catch(() => {});
}

/** Bytes first, outside any transaction; then the row, fenced by the lease. Bytes without a row are swept later. */
async function keepImage(deps: RunDeps, run: Run, image: DrawnImage): Promise<void> {
  run.stop.throwIfAborted();
  const { bytes, mediaType } = image.picture;
  const stored = await persist(() => deps.library.storeOriginal(bytes, { mediaType }), run.stop);
  if (run.landed.length + 1 === run.row.count) {
    run.last = { image, stored };
    return;
  }
  const landed = [...run.landed, image.index];
  await persist(
    () =>
      deps.database.tx(async (tx) => {
        await store.recordLanded(tx, run.lease, landed, run.warnings);
        await addImage(deps, tx, run, image, stored);
      }),
    run.stop,
  );
  run.landed = landed;
  deps.figures.images.inc({ model: run.row.model_id });
}

function addImage(deps: RunDeps, tx: Tx, run: Run, image: DrawnImage, stored: StoredPicture): Promise<string> {
  const { row } = run;
  return deps.library.addImage(tx, {
    accountId: row.account_id,
    generationId: row.id,
    index: image.index,
    stored,
    recipe: recipeOf(row, image, run.warnings),
    parentId: row.source_image_id,
    descent: run.descent,
  });
}

/** What an error of a run means; null when the lease is gone and there is nothing left to say. */
function endOf(error: unknown, stop: AbortSignal): RunEnd | null {
  const reason = stop.reason as StopReason | undefined;
  if (error instanceof store.LeaseLost || reason === 'lost') return null;
  if (stop.aborted && reason !== undefined) return { kind: reason };
  if (error instanceof Failure && error.code === 'storage_full') return { kind: 'storage_full' };
  if (EngineError.isInstance(error))
    return { kind: 'failed', error: error.kind, detail: error.message, retryAfterMs: error.retryAfterMs };
  // What an engine says is an EngineError: here it did nothing wrong, and neither did the wish.
  if (isPassing(error)) return { kind: 'interrupted' };
  return { kind: 'failed', error: 'engine_failed', detail: error instanceof Error ? error.message : String(error) };
}

function reportFailure(deps: RunDeps, log: RunDeps['log'], end: Extract<RunEnd, { kind: 'failed' }>): void {
  deps.figures.failures.inc({ kind: end.error });
  const level = engineErrorPolicy[end.error].alertOperator ? 'error' : 'info';
  log[level]({ kind: end.error, detail: end.detail }, 'the engine failed');
}

/** Writes how the run ended, in one transaction that only the holder of the lease can commit. */
async function settle(deps: RunDeps, run: Run, end: RunEnd): Promise<void> {
  const ending = decideEnding(end, {
    strikes: run.row.strikes,
    postponements: run.row.postponements,
    cancelRequested: run.row.cancel_requested,
  });
  // A run that was told to stop still says how it ended, but does not wait for a database that is away.
  const patience = ending.act === 'succeed' ? notLost(run.stop) : run.stop;
  await persist(
    () =>
      deps.database.tx(async (tx) => {
        if (ending.act === 'requeue') return store.requeue(tx, run.lease, ending);
        await finish(deps, tx, run, ending);
      }),
    patience,
  );
  observe(deps, run, ending.act);
}

async function finish(deps: RunDeps, tx: Tx, run: Run, ending: FinalEnding): Promise<void> {
  const end = (at: Tx) => store.finish(at, run.lease, finishOf(run, ending));
  const addLast = async (at: Tx) => {
    if (ending.act === 'succeed' && run.last) await addImage(deps, at, run, run.last.image, run.last.stored);
  };
  if (run.row.hold_id === null) {
    await together(tx, (at) => [end(at), addLast(at)]);
    return;
  }
  // Wallets are locked before blobs, as in a purchase.
  await settlePrice(deps.charges, tx, await end(tx));
  await addLast(tx);
}

/** Aborts only when the lease is lost: a finished picture outlives a request to stop. */
function notLost(stop: AbortSignal): AbortSignal {
  const controller = new AbortController();
  stop.addEventListener(
    'abort',
    () => {
      if (stop.reason === 'lost') controller.abort();
    },
    { once: true },
  );
  return controller.signal;
}

function finishOf(run: Run, ending: FinalEnding): store.Finish {
  const common = { warnings: run.warnings, failureCode: null, detail: null, msPerWork: null, landed: run.landed };
  if (ending.act === 'cancel') return { ...common, state: 'cancelled' };
  if (ending.act === 'fail') return { ...common, state: 'failed', failureCode: ending.code, detail: ending.detail };
  const undisturbed = run.row.landed.length === 0;
  return {
    ...common,
    state: 'succeeded',
    landed: run.last ? [...run.landed, run.last.image.index] : run.landed,
    msPerWork: undisturbed ? (performance.now() - run.startedAt) / run.row.work : null,
  };
}

function observe(deps: RunDeps, run: Run, act: 'succeed' | 'cancel' | 'fail' | 'requeue'): void {
  const { figures } = deps;
  if (act === 'requeue') return;
  const model = run.row.model_id;
  figures.ended.inc({ model, state: act });
  figures.runSeconds.observe({ model }, (performance.now() - run.startedAt) / 1000);
  if (act === 'succeed' && run.last) figures.images.inc({ model });
}

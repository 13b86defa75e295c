import type { ModelInput } from '@rendermart/contract';
import type { CronTask, Handlers, RoomRouteNames, TaskHandler, Tx } from '../platform/index.ts';
import { closeRequests } from './closing.ts';
import type { GenerationDeps } from './deps.ts';
import { makeEventHub } from './events/hub.ts';
import { modelIds, offerFolderModel, retireFolderModel } from './folder-models.ts';
import { makeLiveDrawings } from './live.ts';
import { makeGenerationMetrics } from './metrics.ts';
import { ensureModels } from './models.ts';
import { makePresenter } from './present.ts';
import { makePromptReadings } from './prompt-readings.ts';
import { makeQueue } from './queue.ts';
import { makeHandlers } from './routes.ts';
import { makeCrons } from './tasks.ts';
import { makeWeights } from './weights.ts';
import { type Worker, type WorkerConfig, startWorker } from './worker/worker.ts';

export type { GenerationDeps } from './deps.ts';
export type { Worker, WorkerConfig } from './worker/worker.ts';

/** What people ask for: requests, their queue, their runs, and the events that tell of them. */
export interface Generation {
  handlers: Handlers<RoomRouteNames<'generation'>>;
  tasks: TaskHandler[];
  crons: CronTask[];
  /** Writes the built-in models of a fresh installation, the first enabled one as the default. Administrators' changes are never overwritten. */
  ensureModels(models: readonly ModelInput[]): Promise<void>;
  /** Models of folders that come and go while the program runs. */
  folderModels: {
    /** Ids that are in use. */
    ids(): Promise<ReadonlySet<string>>;
    /** Makes a model of a folder. Throws `engine_unavailable` with the reason when it cannot be drawn with. */
    offer(model: ModelInput, actorId: string): Promise<void>;
    /** Ends one; its pictures stay. Throws `model_is_default`. */
    retire(model: { id: string; folder: string }, actorId: string): Promise<void>;
  };
  /** Forgets what somebody asked for who closes their account. Throws `account_busy` while something waits or runs. */
  close(tx: Tx, accountId: string): Promise<void>;
  /** Begins to claim and draw. Several processes may; each wish is finished once. */
  startWorker(config: WorkerConfig): Worker;
  /** Says goodbye to all open event streams: readers come back elsewhere. Called before the HTTP server closes. */
  drainStreams(): Promise<void>;
}

export function makeGeneration(deps: GenerationDeps): Generation {
  const figures = makeGenerationMetrics(deps.metrics, deps.database);
  const { weightOf } = makeWeights(deps);
  const present = makePresenter(deps.library, makeQueue());
  const hub = makeEventHub({ ...deps, present, figures });
  const live = makeLiveDrawings({ ...deps, figures });
  const promptReadings = makePromptReadings(deps);
  return {
    handlers: makeHandlers({ ...deps, weightOf, present, hub, figures, live, promptReadings }),
    tasks: [],
    crons: makeCrons(deps),
    ensureModels: (models) => ensureModels(deps, models),
    folderModels: {
      ids: () => modelIds(deps),
      offer: (model, actorId) => offerFolderModel(deps, model, actorId),
      retire: (model, actorId) => retireFolderModel(deps, model, actorId),
    },
    close: closeRequests,
    startWorker: (config) => startWorker({ ...deps, figures }, config),
    drainStreams: () => hub.drain(),
  };
}

import type { Model } from '../model.ts';
import type { DiffusionEvent, DiffusionRequest } from '../request.ts';
import type { RuntimeSettings } from '../runtime/runtime.ts';

/** A model in memory, ready to draw. */
export interface Pipeline {
  /** What its networks run on, such as `cpu` or `cuda`: the execution provider of the largest one. */
  readonly provider: string;
  /** Draws an accepted request in this process. Looks at `signal` before each step: an aborted one throws `cancelled`. */
  draw(request: DiffusionRequest, signal: AbortSignal): AsyncGenerator<DiffusionEvent>;
  /** Frees the networks. Not while it draws. */
  release(): Promise<void>;
}

/** A folder that was read: what it is, and how its networks are loaded. */
export interface ReadModel {
  model: Model;
  /** Loads the networks. Throws `model_invalid` for weights that are truncated or are not what the folder says. */
  open(settings: RuntimeSettings): Promise<Pipeline>;
}

/** A format of model folders. A new one is a folder beside `flow-latent/` and a line in `families.ts`. */
export interface ModelFamily {
  /** The file that tells such a folder from others. */
  readonly marker: string;
  /** Reads everything but the weights. Throws `model_invalid` with the reason for a folder that cannot be used. */
  read(folder: string): Promise<ReadModel>;
}

import type { DiffusionFailureCode } from './failure.ts';
import type { ModelDescription } from './model.ts';
import type { RgbaPicture } from './picture.ts';
import type { DiffusionEvent, DiffusionRequest } from './request.ts';
import type { RuntimeSettings } from './runtime/runtime.ts';
import type { WorkTimings } from './runtime/stopwatch.ts';
import type { Tile } from './upscale/enlarge.ts';

/*
 * What the parent and the inference process say to each other, over Node's IPC with 'advanced' serialization, so that
 * typed arrays travel as bytes. One job runs at a time; its number is in every message about it.
 */

export interface ChildSettings extends RuntimeSettings {
  memoryLimitBytes: number;
}

export type Work =
  | { type: 'load'; folder: string }
  | { type: 'draw'; folder: string; request: DiffusionRequest }
  | { type: 'load-upscaler'; folder: string }
  | { type: 'upscale'; folder: string; picture: RgbaPicture; scale: number };

/** What a piece of work tells while it goes on. */
export type WorkEvent = DiffusionEvent | { type: 'tile'; tile: Tile; done: number; total: number };

/** How a piece of work went. */
export interface WorkReport {
  /** What the networks ran on, such as `cpu` or `cuda`. */
  provider: string;
  /** From its beginning in the inference process to its end, loading included. */
  totalMs: number;
  /** Of that, in evaluations of networks. */
  evaluationMs: number;
  /** What draws and is in memory after it, the least recently used first. */
  loaded: readonly LoadedModel[];
}

/** A model in the memory of the inference process. */
export interface LoadedModel {
  folder: string;
  /** The execution provider that onnxruntime took for its largest network, such as `cpu` or `cuda`. */
  provider: string;
  /** What most of its weights are stored as. */
  precision: ModelDescription['precision'];
}

export type ToChild = { type: 'work'; job: number; work: Work; timed: boolean } | { type: 'cancel'; job: number };

export type FromChild =
  | { type: 'event'; job: number; event: WorkEvent }
  /** Before the end of work that was to be timed, whatever that end is. */
  | { type: 'timed'; job: number; timings: WorkTimings }
  | { type: 'done'; job: number; report: WorkReport }
  | { type: 'failed'; job: number; code: DiffusionFailureCode; message: string };

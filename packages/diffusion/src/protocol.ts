import type { DiffusionFailureCode } from './failure.ts';
import type { DiffusionEvent, DiffusionRequest } from './request.ts';

/*
 * What the parent and the inference process say to each other, over Node's IPC with 'advanced' serialization, so that
 * typed arrays travel as bytes. One job runs at a time; its number is in every message about it.
 */

export interface ChildSettings {
  threads: number;
  memoryLimitBytes: number;
}

export type Work = { type: 'load'; folder: string } | { type: 'draw'; folder: string; request: DiffusionRequest };

export type ToChild = { type: 'work'; job: number; work: Work } | { type: 'cancel'; job: number };

export type FromChild =
  | { type: 'event'; job: number; event: DiffusionEvent }
  | { type: 'done'; job: number }
  | { type: 'failed'; job: number; code: DiffusionFailureCode; message: string };

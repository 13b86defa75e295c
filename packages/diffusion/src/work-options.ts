import type { WorkTimings } from './runtime/stopwatch.ts';

/** How a piece of work is done, beside what it is. */
export interface WorkOptions {
  /** Stops it within a step or tile. */
  signal?: AbortSignal;
  /**
   * Told once where the time went, when the inference process has ended the work, however it ended; after a cancel that may be
   * later than the call itself. Not told of a process that died. Without it nothing is timed.
   */
  onTimings?: (timings: WorkTimings) => void;
}

/** Until its caller aborts, or `left` does. */
export const eitherSignal = ({ signal }: WorkOptions, left: AbortSignal): AbortSignal =>
  signal ? AbortSignal.any([signal, left]) : left;

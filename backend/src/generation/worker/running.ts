import type { ImageEngine } from '@rendermart/engine';
import type { ClaimedRow } from '../tables.ts';
import { inTraceOf, traced } from '../traces.ts';
import { type RunDeps, type StopReason, runAttempt } from './run.ts';

/** The attempts that run in this worker. */
export interface Running {
  start(row: ClaimedRow): void;
  /** Tells an attempt to stop, and why. One that is not here is somebody else's, or over. */
  stop(attemptId: string, reason: StopReason): void;
  count(): number;
  attemptIds(): string[];
  /** Resolves when all that run now are over. */
  settled(): Promise<void>;
}

export function makeRunning(deps: RunDeps, engines: ReadonlyMap<string, ImageEngine>, onEnd: () => void): Running {
  const runs = new Map<string, { stop: AbortController; settled: Promise<void> }>();
  const { figures } = deps;

  function stop(attemptId: string, reason: StopReason): void {
    runs.get(attemptId)?.stop.abort(reason);
  }

  return {
    start(row) {
      if (row.attempts === 1)
        figures.waitSeconds.observe(
          { model: row.model_id },
          (row.started_at!.getTime() - (row.retried_at ?? row.created_at).getTime()) / 1000,
        );
      const controller = new AbortController();
      const engine = traced(engines.get(row.engine)!);
      const settled = inTraceOf(deps.database.read, row, () => runAttempt(deps, row, engine, controller.signal)).finally(() => {
        runs.delete(row.attempt_id);
        figures.running.set(runs.size);
        onEnd();
      });
      runs.set(row.attempt_id, { stop: controller, settled });
      figures.running.set(runs.size);
      // Somebody asked for this before the last attempt broke.
      if (row.cancel_requested) stop(row.attempt_id, 'cancelled');
    },
    stop,
    count: () => runs.size,
    attemptIds: () => [...runs.keys()],
    settled: async () => void (await Promise.all([...runs.values()].map((run) => run.settled))),
  };
}

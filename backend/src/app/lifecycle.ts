import type { Log } from '../platform/index.ts';

export type Stop = () => Promise<void>;

/**
 * Stops once, in order, on SIGTERM, SIGINT, or when the process that started this one is gone.
 * What has not finished after the grace time is left to the leases of the database: another process takes it over.
 */
export function stopOnSignals(log: Log, drainSeconds: number, stop: Stop): void {
  let stopping = false;
  const begin = (reason: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'stopping');
    const late = setTimeout(
      () => {
        log.warn('stopping took too long, leaving now');
        process.exit(1);
      },
      drainSeconds * 1000 + 5_000,
    );
    stop()
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ error }, 'stopping failed');
          process.exit(1);
        },
      )
      .finally(() => clearTimeout(late));
  };
  process.on('SIGTERM', () => begin('SIGTERM'));
  process.on('SIGINT', () => begin('SIGINT'));
  if (process.send) process.on('disconnect', () => begin('the parent process is gone'));
}

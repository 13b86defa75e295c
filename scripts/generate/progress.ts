import type { Generation } from '@rendermart/contract';

const barCells = 28;

/** Draws the state of a generation on one line of the terminal; in a pipe or a log, one line for each change. */
export function drawProgress(generation: Generation): void {
  const line = describe(generation);
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${line}${generation.finishedAt === null ? '' : '\n'}`);
  else if (line !== lastLine) console.error(line);
  lastLine = line;
}

let lastLine = '';

/** Pure: what a generation looks like in one line. */
export function describe({ state, queue, progress, images, count }: Generation): string {
  if (state === 'queued')
    return queue === null ? 'Waiting …' : `Waiting, ${ordinal(queue.position)} in the queue${estimate(queue.estimate)}`;
  const drawn = `${images.length} of ${count} drawn`;
  if (state !== 'running') return `${state[0]!.toUpperCase()}${state.slice(1)}, ${drawn}`;
  if (progress === null) return `Starting … ${drawn}`;
  const filled = Math.round((progress.step / Math.max(1, progress.steps)) * barCells);
  return `${'█'.repeat(filled)}${'░'.repeat(barCells - filled)} step ${progress.step} of ${progress.steps}, ${drawn}`;
}

function ordinal(position: number): string {
  const suffix = { one: 'st', two: 'nd', few: 'rd', other: 'th' } as Record<string, string>;
  return `${position}${suffix[new Intl.PluralRules('en', { type: 'ordinal' }).select(position)]}`;
}

function estimate(band: { lowMs: number; highMs: number } | null): string {
  if (band === null) return '';
  const seconds = (ms: number) => Math.max(1, Math.round(ms / 1000));
  return `, ready in ${seconds(band.lowMs)} to ${seconds(band.highMs)} s`;
}

import { constants, setPriority } from 'node:os';
import { DiffusionError, invariant } from './failure.ts';
import type { Pipeline } from './families/family.ts';
import { readFolder } from './families/families.ts';
import type { ChildSettings, FromChild, LoadedModel, ToChild, Work } from './protocol.ts';
import { evaluationMs } from './runtime/network.ts';
import { RecentlyUsed } from './runtime/session-cache.ts';
import { notePart, startStopwatch } from './runtime/stopwatch.ts';
import { makeUpscaling } from './upscale/child-work.ts';

/*
 * The inference process. It is a process and not a worker thread because a native crash must not take the server down,
 * and because terminating a worker thread inside a native call aborts the whole process (onnxruntime-node 1.30).
 */

const settings: ChildSettings = JSON.parse(process.argv[2] ?? '{}');
const loaded = new RecentlyUsed<Loaded>(settings.memoryLimitBytes, ({ pipeline }) => pipeline.release());
const upscalers = makeUpscaling(settings);
interface Loaded extends LoadedModel {
  pipeline: Pipeline;
}

const running = new Map<number, AbortController>();

function send(message: FromChild): void {
  // A parent that is gone hears nothing; 'disconnect' ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function loadPipeline(folder: string): Promise<Pipeline> {
  const found = loaded.find(folder);
  if (found) return found.pipeline;
  const started = performance.now();
  const { model, open } = await readFolder(folder);
  const { precision } = model.description;
  const made = await loaded.add(folder, model.weightsBytes, async () => {
    const pipeline = await open(settings);
    return { folder, provider: pipeline.provider, precision, pipeline };
  });
  notePart('load', started);
  return made.pipeline;
}

/** Does a piece of work, and says on which execution provider. */
async function doWork(job: number, work: Work, signal: AbortSignal): Promise<string> {
  if (work.type === 'load-upscaler' || work.type === 'upscale') {
    for await (const event of upscalers.run(work, signal)) send({ type: 'event', job, event });
    return 'cpu';
  }
  const pipeline = await loadPipeline(work.folder);
  if (work.type === 'draw') {
    for await (const event of pipeline.draw(work.request, signal)) send({ type: 'event', job, event });
  }
  return pipeline.provider;
}

/** The same, and tells where the time went, however the work ends. */
async function doTimedWork(job: number, work: Work, signal: AbortSignal): Promise<string> {
  const stop = startStopwatch();
  try {
    return await doWork(job, work, signal);
  } finally {
    send({ type: 'timed', job, timings: stop() });
  }
}

async function accept(job: number, work: Work, timed: boolean): Promise<void> {
  const abort = new AbortController();
  running.set(job, abort);
  try {
    const [started, evaluatedBefore] = [performance.now(), evaluationMs()];
    const provider = await (timed ? doTimedWork : doWork)(job, work, abort.signal);
    const totalMs = performance.now() - started;
    const inMemory = loaded.values.map(({ folder, provider: on, precision }) => ({ folder, provider: on, precision }));
    const report = { provider, totalMs, evaluationMs: evaluationMs() - evaluatedBefore, loaded: inMemory };
    send({ type: 'done', job, report });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    send({ type: 'failed', job, code: error instanceof DiffusionError ? error.code : 'inference_failed', message });
  } finally {
    running.delete(job);
  }
}

process.on('message', (message: ToChild) => {
  if (message.type === 'cancel') running.get(message.job)?.abort();
  else void accept(message.job, message.work, message.timed);
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when this process ends.
process.on('SIGINT', () => {});

invariant(process.send, 'this file runs as a forked child');
// The server's own process goes first: drawing takes what is left of the processors.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

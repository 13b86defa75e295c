import { constants, setPriority } from 'node:os';
import { drawPictures } from './draw.ts';
import { DiffusionError, invariant } from './failure.ts';
import { readModelFolder, verifyChecksums } from './model-folder.ts';
import type { Model } from './model-folder.ts';
import { loadNetworks } from './networks.ts';
import type { Networks } from './networks.ts';
import type { ChildSettings, FromChild, ToChild, Work } from './protocol.ts';
import { RecentlyUsed } from './session-cache.ts';
import { makeUpscaling } from './upscale/child-work.ts';

/*
 * The inference process. It is a process and not a worker thread because a native crash must not take the server down,
 * and because terminating a worker thread inside a native call aborts the whole process (onnxruntime-node 1.30).
 */

const settings: ChildSettings = JSON.parse(process.argv[2] ?? '{}');
const loaded = new RecentlyUsed<{ model: Model; networks: Networks }>(settings.memoryLimitBytes, ({ networks }) =>
  networks.release(),
);
const upscalers = makeUpscaling(settings);
const running = new Map<number, AbortController>();

function send(message: FromChild): void {
  // A parent that is gone hears nothing; 'disconnect' ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function loadModel(folder: string) {
  const found = loaded.find(folder);
  if (found) return found;
  const model = await readModelFolder(folder);
  return loaded.add(folder, model.weightsBytes, async () => {
    await verifyChecksums(model);
    return { model, networks: await loadNetworks(model, settings.threads) };
  });
}

async function doWork(job: number, work: Work, signal: AbortSignal): Promise<void> {
  if (work.type === 'load-upscaler' || work.type === 'upscale') {
    for await (const event of upscalers.run(work, signal)) send({ type: 'event', job, event });
    return;
  }
  const { model, networks } = await loadModel(work.folder);
  if (work.type === 'load') return;
  for await (const event of drawPictures(model, networks, work.request, signal)) send({ type: 'event', job, event });
}

async function accept(job: number, work: Work): Promise<void> {
  const abort = new AbortController();
  running.set(job, abort);
  try {
    await doWork(job, work, abort.signal);
    send({ type: 'done', job });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    send({ type: 'failed', job, code: error instanceof DiffusionError ? error.code : 'inference_failed', message });
  } finally {
    running.delete(job);
  }
}

process.on('message', (message: ToChild) => {
  if (message.type === 'cancel') running.get(message.job)?.abort();
  else void accept(message.job, message.work);
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when this process ends.
process.on('SIGINT', () => {});

invariant(process.send, 'this file runs as a forked child');
// The server's own process goes first: drawing takes what is left of the processors.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

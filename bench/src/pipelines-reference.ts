import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { peakBytes } from './process-memory.ts';

/** diffusers' own pipeline in a process, which draws a picture whenever it is told to. */
export interface Reference extends AsyncDisposable {
  /** The version of onnxruntime that it runs on. */
  readonly onnxruntime: string;
  /** Draws a picture, and says how many milliseconds that took. */
  draw(): Promise<number>;
  /** What onnxruntime said of its arenas so far: the memory for everything but weights. */
  readonly activationBytes: number;
  readonly peakBytes: number;
}

/** Starts `time_reference.py` and waits until it has loaded the model. */
export async function openReference(
  python: string,
  script: string,
  { folder, threads, side }: { folder: string; threads: number; side: number },
): Promise<Reference> {
  const child = spawn(python, [script, folder, String(threads), String(side)], { stdio: 'pipe' });
  // As our inference process does, so that what else runs on the machine slows both alike. Threads that come later inherit it.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  let [activationBytes, lastWords] = [0, ''];
  createInterface(child.stderr).on('line', (line) => {
    const allocated = /Extended allocation by (\d+) bytes/.exec(line)?.[1];
    if (allocated === undefined) lastWords = `${lastWords}\n${line}`.slice(-2000);
    else activationBytes += Number(allocated);
  });
  const failed = Promise.race([
    once(child, 'error').then(() => `PIPELINES_PYTHON names no Python: ${python}`),
    once(child, 'exit').then(([code]) => `The reference ended with ${code}: ${lastWords}`),
  ]).then((why) => Promise.reject(new Error(why)));
  failed.catch(() => {});
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async () =>
    JSON.parse((await Promise.race([lines.next(), failed])).value ?? '{}') as { milliseconds: number; onnxruntime: string };
  const { onnxruntime } = await answer();
  return {
    onnxruntime,
    async draw() {
      child.stdin.write('draw\n');
      return (await answer()).milliseconds;
    },
    get activationBytes() {
      return activationBytes;
    },
    get peakBytes() {
      return peakBytes(child.pid!);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

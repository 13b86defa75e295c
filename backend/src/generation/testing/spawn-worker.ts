import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface WorkerProcess {
  id: string;
  child: ChildProcess;
  /** Sends a signal and, unless it only pauses or resumes, waits for the end. */
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
}

export async function spawnWorker(how: { url: string; imagesDir: string; stepMs: number }): Promise<WorkerProcess> {
  const program = fileURLToPath(new URL('worker-process.ts', import.meta.url));
  // Stripping the types of the whole backend takes seconds; remembering the result makes the second process start at once.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'rendermart-compile-cache') };
  const child = fork(program, [how.url, how.imagesDir, String(how.stepMs)], { execArgv: [], env });
  const ended = once(child, 'exit');
  const [hello] = (await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('the worker did not start'))),
  ])) as [{ workerId: string }];
  return {
    id: hello.workerId,
    child,
    async signal(name) {
      child.kill(name);
      if (name === 'SIGKILL' || name === 'SIGTERM') await ended;
    },
  };
}

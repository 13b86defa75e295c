import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface WorkerProcess {
  id: string;
  child: ChildProcess;
  /** Sends a signal and, unless it only pauses or resumes, waits for the end. */
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
}

export async function spawnWorker(how: { url: string; imagesDir: string; stepMs: number }): Promise<WorkerProcess> {
  const program = fileURLToPath(new URL('worker-process.ts', import.meta.url));
  const child = fork(program, [how.url, how.imagesDir, String(how.stepMs)], { execPath: process.execPath, execArgv: [] });
  const ended = once(child, 'exit');
  const [hello] = (await Promise.race([once(child, 'message'), ended.then(() => Promise.reject(new Error('the worker did not start')))])) as [{ workerId: string }];
  return {
    id: hello.workerId,
    child,
    async signal(name) {
      child.kill(name);
      if (name === 'SIGKILL' || name === 'SIGTERM') await ended;
    },
  };
}

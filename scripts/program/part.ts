import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { root } from './root.ts';

/** One process of the program, described. */
export interface StartPart {
  /** What people call it: `API`, `worker`. */
  name: string;
  args: string[];
  env: Record<string, string | undefined>;
  /** The checkout's folder unless told. */
  cwd?: string;
  /** Every line that it writes, as it comes. */
  onLine?: (line: string) => void;
}

/** How a process ended; `expected` when it was told to. */
export interface PartExit {
  name: string;
  code: number | null;
  signal: NodeJS.Signals | null;
  expected: boolean;
  lastLines: string[];
}

/** One running process of the program. */
export interface Part {
  name: string;
  pid: number;
  /** Resolves when it said that it is ready; rejects with its last lines when it ended before. */
  ready: Promise<void>;
  exited: Promise<PartExit>;
  /** Asks it to finish what it began, and kills it after `graceMs`. */
  stop(graceMs?: number): Promise<PartExit>;
  /** kill -9. */
  kill(): Promise<PartExit>;
}

const linesKept = 20;
// The program itself gives up after its DRAIN_SECONDS and five more.
const defaultGraceMs = 35_000;

/** Starts a process. It notices by its closed channel when we die, however that happens, and stops. */
export function startPart({ name, args, env, cwd = root, onLine }: StartPart): Part {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  });
  const lastLines = keepLastLines(child, onLine);
  let expected = false;
  const exited = new Promise<PartExit>((resolve) => {
    const settle = (code: number | null, signal: NodeJS.Signals | null) => resolve({ name, code, signal, expected, lastLines });
    child.once('error', (error) => {
      lastLines.push(error.message);
      settle(null, null);
    });
    // 'close' comes when the last line has been read as well.
    child.once('close', settle);
  });
  const end = (signal: NodeJS.Signals) => {
    expected = true;
    child.kill(signal);
    return exited;
  };
  return {
    name,
    pid: child.pid ?? 0,
    ready: whenReady(child, exited),
    exited,
    kill: () => end('SIGKILL'),
    stop: (graceMs = defaultGraceMs) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      return end('SIGTERM').finally(() => clearTimeout(timer));
    },
  };
}

/** What an ended process says to a person: who, how, and its last words. */
export function describeExit(exit: PartExit): string {
  const how = exit.signal ? `was killed by ${exit.signal}` : `ended with code ${exit.code}`;
  return [`The ${exit.name} ${how}. Its last lines:`, ...exit.lastLines.map((line) => `  ${line}`)].join('\n');
}

function whenReady(child: ChildProcess, exited: Promise<PartExit>): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: { type?: string }) => {
      if (message.type === 'ready') resolve();
    });
    void exited.then((exit) => reject(new Error(describeExit(exit))));
  });
  // Whoever only waits for `exited` has not asked for this.
  ready.catch(() => undefined);
  return ready;
}

function keepLastLines(child: ChildProcess, onLine: ((line: string) => void) | undefined): string[] {
  const kept: string[] = [];
  for (const stream of [child.stdout, child.stderr] as Readable[]) {
    createInterface({ input: stream }).on('line', (line) => {
      kept.push(line);
      if (kept.length > linesKept) kept.shift();
      onLine?.(line);
    });
  }
  return kept;
}

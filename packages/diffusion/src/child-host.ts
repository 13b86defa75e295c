import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DiffusionError } from './failure.ts';
import type { ChildSettings, FromChild, LoadedModel, ToChild, Work, WorkEvent, WorkReport } from './protocol.ts';
import type { WorkTimings } from './runtime/stopwatch.ts';

export interface HostSettings extends ChildSettings {
  /** How long the process may be silent during a job, or after a cancel, before it is taken for stuck and killed. */
  stuckAfterMs: number;
}

/** Who is told of a piece of work. */
export interface WorkListener {
  onEvent?(event: WorkEvent): void;
  /** Where its time went; told after its end too, when it was cancelled. Without this nothing is timed. */
  onTimings?(timings: WorkTimings): void;
}

interface RunningJob extends WorkListener {
  job: number;
  settle(error?: DiffusionError): void;
  heard(): void;
}

interface LiveChild {
  process: ChildProcess;
  /** The last of what it wrote to stderr, for the message when it crashes. */
  lastWords: string;
}

const childFile = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url));
const cancelled = () => new DiffusionError('cancelled', 'The drawing was cancelled');
const closed = () => new DiffusionError('closed', 'The diffusion engine was closed');

/** Keeps one inference process and gives it one job at a time. A process that died or hung is replaced for the next job. */
export class ChildHost {
  readonly #settings: HostSettings;
  #child: LiveChild | undefined;
  #running: RunningJob | undefined;
  #lastTurn: Promise<void> = Promise.resolve();
  #jobs = 0;
  #closed = false;
  #lastReport: WorkReport | undefined;

  constructor(settings: HostSettings) {
    this.#settings = settings;
  }

  /** The process's id while it lives. */
  get pid(): number | undefined {
    return this.#child?.process.pid;
  }

  /** How the work went that was done last. */
  get lastReport(): WorkReport | undefined {
    return this.#lastReport;
  }

  /** What is in the process's memory, as it said last; nothing once the process is gone. */
  get loaded(): readonly LoadedModel[] {
    return this.#child ? (this.#lastReport?.loaded ?? []) : [];
  }

  /** Does one piece of work after all that were asked for before. An aborted `signal` rejects at once with `cancelled`. */
  run(work: Work, listener: WorkListener, signal: AbortSignal): Promise<void> {
    if (this.#closed) return Promise.reject(closed());
    if (signal.aborted) return Promise.reject(cancelled());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = () => reject(cancelled());
    signal.addEventListener('abort', onAbort, { once: true });
    this.#lastTurn = this.#afterLastTurn(async () => {
      if (!signal.aborted) await this.#doWork(work, listener, signal).then(resolve, reject);
      signal.removeEventListener('abort', onAbort);
    });
    return promise;
  }

  async #afterLastTurn(turn: () => Promise<void>): Promise<void> {
    await this.#lastTurn;
    await turn();
  }

  /** Settles when the process has finished the work, has stopped it, or is dead: only then may the next begin. */
  async #doWork(work: Work, listener: WorkListener, signal: AbortSignal): Promise<void> {
    if (this.#closed) throw closed();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const job = ++this.#jobs;
    const child = this.#ensureChild();
    const silence = setTimeout(() => this.#killStuck(child), this.#settings.stuckAfterMs);
    const onAbort = () => this.#send(child, { type: 'cancel', job });
    const settle = (error?: DiffusionError) => {
      clearTimeout(silence);
      signal.removeEventListener('abort', onAbort);
      this.#running = undefined;
      this.#hold(child, false);
      if (error) reject(error);
      else resolve();
    };
    const onEvent = (event: WorkEvent) => void (signal.aborted || listener.onEvent?.(event));
    this.#running = { ...listener, job, settle, heard: () => silence.refresh(), onEvent };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#hold(child, true);
    this.#send(child, { type: 'work', job, work, timed: listener.onTimings !== undefined });
    return promise;
  }

  #ensureChild(): LiveChild {
    if (this.#child) return this.#child;
    const { threads, providers, memoryLimitBytes } = this.#settings;
    const settings: ChildSettings = { threads, providers, memoryLimitBytes };
    const child = fork(childFile, [JSON.stringify(settings)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    const live: LiveChild = { process: child, lastWords: '' };
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (live.lastWords = (live.lastWords + text).slice(-2000)));
    child.on('message', (message) => this.#hear(message as FromChild));
    child.on('error', (error) => this.#lose(live, error.message));
    child.on('exit', (code, signal) => this.#lose(live, signal ? `killed by ${signal}` : `exit status ${code}`));
    this.#child = live;
    this.#lastReport = undefined;
    return live;
  }

  #hear(message: FromChild): void {
    const running = this.#running;
    if (running?.job !== message.job) return;
    running.heard();
    if (message.type === 'event') running.onEvent?.(message.event);
    else if (message.type === 'timed') running.onTimings?.(message.timings);
    else if (message.type === 'done') this.#finish(running, message.report);
    else running.settle(new DiffusionError(message.code, message.message));
  }

  #finish(running: RunningJob, report: WorkReport): void {
    this.#lastReport = report;
    running.settle();
  }

  #lose(child: LiveChild, why: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const lastWords = child.lastWords.trim();
    const message = `The inference process ended during a job (${why})${lastWords && `: ${lastWords}`}`;
    this.#running?.settle(this.#closed ? closed() : new DiffusionError('worker_lost', message));
  }

  #killStuck(child: LiveChild): void {
    child.process.kill('SIGKILL');
    this.#child = undefined;
    this.#running?.settle(
      new DiffusionError(
        'worker_stuck',
        `The inference process said nothing for ${this.#settings.stuckAfterMs} ms and was killed`,
      ),
    );
  }

  #send(child: LiveChild, message: ToChild): void {
    // A send that fails means a process that is dying: its exit settles the job.
    child.process.send(message, () => {});
  }

  /** An idle inference process does not keep the program alive. */
  #hold(child: LiveChild, busy: boolean): void {
    // The declared type of a child's stderr does not say that it is a socket, which can be unreferenced.
    const stderr = child.process.stderr as { ref?(): void; unref?(): void } | null;
    for (const holder of [child.process, child.process.channel, stderr]) {
      if (busy) holder?.ref?.();
      else holder?.unref?.();
    }
  }

  /** Ends the process, and the job that runs with `closed`. Safe to call again. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (!child) return;
    const exited = new Promise<void>((resolve) => child.process.once('exit', () => resolve()));
    child.process.ref();
    child.process.kill('SIGKILL');
    await exited;
  }
}

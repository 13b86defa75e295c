import { ChildHost } from './child-host.ts';
import { EventQueue } from './event-queue.ts';
import { readModelFolder } from './families/families.ts';
import { memoryLimit } from './memory-limit.ts';
import type { Model } from './model.ts';
import { physicalCores } from './physical-cores.ts';
import { assertRequest } from './request.ts';
import type { DiffusionEvent, DiffusionRequest } from './request.ts';
import type { LoadedModel, WorkEvent, WorkReport } from './protocol.ts';
import { automaticProviders } from './runtime/runtime.ts';
import type { ExecutionProvider } from './runtime/runtime.ts';
import { readUpscalerFolder } from './upscale/folder.ts';
import type { Upscaler } from './upscale/folder.ts';
import { assertUpscale } from './upscale/request.ts';
import type { UpscaleEvent, UpscaleRequest } from './upscale/request.ts';
import { upscaleWith } from './upscale/upscale-with.ts';
import { eitherSignal } from './work-options.ts';
import type { WorkOptions } from './work-options.ts';

/** How `openDiffusion` works; what is left out suits the machine. */
export interface DiffusionSettings {
  /** Threads of one network evaluation. Default: the physical cores. */
  threads?: number;
  /**
   * Execution providers to try, best first; the processor is always the last resort. Default: those of graphics cards
   * that this build of onnxruntime has. A provider that cannot be used on this machine is passed over.
   */
  providers?: readonly ExecutionProvider[];
  /** Weights kept in memory; the least recently used model goes first. Default: half of the memory there is. */
  memoryLimitBytes?: number;
  /**
   * How long the inference process may be silent during a job before it is killed. Loading a model and one step of it are
   * silent. Default: 10 minutes.
   */
  stuckAfterMs?: number;
}

/** Draws with diffusion models, in a process of its own, so that neither its work nor its crashes reach the caller. */
export interface Diffusion {
  /** Reads a model folder and loads its networks. Throws `model_invalid`, `memory_limit`, `runtime_missing`. */
  load(folder: string, options?: { signal?: AbortSignal }): Promise<Model>;
  /**
   * Draws. Requests run one after another, in the order in which they were begun. Breaking out of the loop, or aborting,
   * stops within one step. Throws `request_invalid` at once, else `cancelled`, `worker_lost`, `worker_stuck`,
   * `inference_failed`, or what `load` throws.
   */
  generate(model: Model, request: DiffusionRequest, options?: WorkOptions): AsyncGenerator<DiffusionEvent>;
  /** Reads an upscaler's folder and loads its network, if it has one. Throws as `load` does. */
  loadUpscaler(folder: string, options?: { signal?: AbortSignal }): Promise<Upscaler>;
  /**
   * Enlarges a picture, alpha kept, in its turn among the drawings. Breaking out of the loop, or aborting, stops within one tile.
   * Throws `request_invalid` at once (another scale, or a side above the manifest's `maxSide`), else what `generate` throws.
   */
  upscale(upscaler: Upscaler, request: UpscaleRequest, options?: WorkOptions): AsyncGenerator<UpscaleEvent>;
  /** How the last work went: on which execution provider, and how much of its time was this library's own. Undefined before the first. */
  readonly lastReport: WorkReport | undefined;
  /** Models in memory, each with the execution provider that onnxruntime really took. */
  readonly loaded: readonly LoadedModel[];
  /** The inference process's id, while there is one. It starts with the first job. */
  readonly pid: number | undefined;
  /** Ends the inference process. */
  close(): Promise<void>;
}

/** Only the latest preview of a picture matters to a slow reader. */
function supersedes(newer: DiffusionEvent, older: DiffusionEvent): boolean {
  return newer.type === 'preview' && older.type === 'preview' && newer.index === older.index;
}

async function* generateWith(
  host: ChildHost,
  model: Model,
  request: DiffusionRequest,
  options: WorkOptions,
): AsyncGenerator<DiffusionEvent> {
  const left = new AbortController();
  const queue = new EventQueue<DiffusionEvent>(supersedes);
  const work = { type: 'draw', folder: model.folder, request } as const;
  const onEvent = (event: WorkEvent) => void (event.type !== 'tile' && queue.push(event));
  host.run(work, { ...options, onEvent }, eitherSignal(options, left.signal)).then(
    () => queue.end(),
    (error: unknown) => queue.end({ error }),
  );
  try {
    yield* queue.read();
  } finally {
    left.abort();
  }
}

const never = new AbortController().signal;

/** Opens the library. Nothing is started before the first `load` or `generate`. */
export function openDiffusion(settings: DiffusionSettings = {}): Diffusion {
  const host = new ChildHost({
    threads: settings.threads ?? physicalCores(),
    providers: settings.providers ?? automaticProviders(),
    memoryLimitBytes: settings.memoryLimitBytes ?? memoryLimit(),
    stuckAfterMs: settings.stuckAfterMs ?? 600_000,
  });
  return {
    async load(folder, { signal = never } = {}) {
      const model = await readModelFolder(folder);
      await host.run({ type: 'load', folder: model.folder }, {}, signal);
      return model;
    },
    generate(model, request, options = {}) {
      assertRequest(model, request);
      return generateWith(host, model, request, options);
    },
    async loadUpscaler(folder, { signal = never } = {}) {
      const upscaler = await readUpscalerFolder(folder);
      await host.run({ type: 'load-upscaler', folder: upscaler.folder }, {}, signal);
      return upscaler;
    },
    upscale(upscaler, request, options = {}) {
      assertUpscale(upscaler, request);
      return upscaleWith(host, upscaler, request, options);
    },
    get lastReport() {
      return host.lastReport;
    },
    get loaded() {
      return host.loaded;
    },
    get pid() {
      return host.pid;
    },
    close: () => host.close(),
  };
}

import assert from 'node:assert/strict';
import type { Capabilities } from '@rendermart/contract';
import { EngineError } from './errors.ts';
import type { EngineErrorKind } from './errors.ts';
import type { EngineEvent, EngineJob, EngineModel, EngineWarning, ImageEngine, Picture } from './spec.ts';

/** An engine to check, and how to make it do what cannot be done with every engine alike. */
export interface EngineSubject {
  title: string;
  open(): Promise<ImageEngine>;
  model: EngineModel;
  /** A prompt that the engine draws without a warning. */
  prompt: string;
  /** Changes to a job that make it run long: many steps after its first sign of life, or a server that hangs. */
  slow: Partial<EngineJob>;
  /** Jobs that must fail, each with the kind that it must fail with. */
  failures?: { name: string; job: Partial<EngineJob>; kind: EngineErrorKind }[];
}

/** How long a stopped job may take to end. It tells a hang from an end; no engine should need a tenth of it. */
export const patienceMs = 10_000;

export const never: AbortSignal = new AbortController().signal;

/** Opens an engine for one check, and closes it whatever happens. */
export async function withEngine(
  subject: EngineSubject,
  check: (engine: ImageEngine, capabilities: Capabilities) => Promise<void>,
): Promise<void> {
  const engine = await subject.open();
  try {
    await check(engine, await engine.describe(subject.model, never));
  } finally {
    await engine.close();
  }
}

/** The plainest job that a model takes: its defaults, and one image. */
export function plainJob(
  subject: EngineSubject,
  { size, steps, guidanceScale }: Capabilities,
  changes: Partial<EngineJob> = {},
): EngineJob {
  const { width, height } = size.kind === 'list' ? size.options[0]! : size.default;
  return {
    model: subject.model,
    prompt: subject.prompt,
    negativePrompt: '',
    width,
    height,
    steps: steps?.default ?? null,
    guidanceScale: guidanceScale?.default ?? null,
    seeds: [1],
    background: null,
    source: null,
    ...changes,
  };
}

export interface Drawn {
  events: EngineEvent[];
  images: Extract<EngineEvent, { type: 'image' }>[];
  warnings: EngineWarning[];
}

export async function draw(engine: ImageEngine, job: EngineJob, signal: AbortSignal = never): Promise<Drawn> {
  const events: EngineEvent[] = [];
  for await (const event of engine.generate(job, signal)) events.push(event);
  return {
    events,
    images: events.filter((event) => event.type === 'image'),
    warnings: events.filter((event) => event.type === 'warning').map(({ warning }) => warning),
  };
}

/** Waits for a failure and checks that it is an `EngineError`. */
export async function failureOf(promise: Promise<unknown>): Promise<EngineError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  assert(outcome, 'it succeeded where it had to fail');
  assert(EngineError.isInstance(outcome.error), `every failure is an EngineError, this is ${String(outcome.error)}`);
  return outcome.error;
}

/** Fails instead of waiting for ever. */
export async function withinPatience<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new assert.AssertionError({ message: `${what} took longer than ${patienceMs} ms` })),
      patienceMs,
    );
  });
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

const signatures: Record<Picture['mediaType'], (bytes: Buffer) => boolean> = {
  'image/png': (bytes) => bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n',
  'image/jpeg': (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8,
  'image/webp': (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
};

/** Bytes must be of the declared type; for PNG, whose header is simple, also of the declared size. */
export function assertPicture({ bytes, mediaType, width, height }: Picture): void {
  const buffer = Buffer.from(bytes);
  assert(signatures[mediaType](buffer), `the bytes are not ${mediaType}`);
  if (mediaType !== 'image/png') return;
  assert.deepEqual([buffer.readUInt32BE(16), buffer.readUInt32BE(20)], [width, height], 'the picture has the declared size');
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Capabilities } from '@rendermart/contract';
import { EngineError, engineSpecVersion } from '@rendermart/engine';
import type { EngineEvent, EngineJob, EngineModel, ImageEngine } from '@rendermart/engine';
import { z } from 'zod';
import { parseConfiguration, parseOptions } from '../configuration.ts';
import { unsupportedWarnings } from '../warnings.ts';
import { drawPattern } from './pattern.ts';
import { readOrders } from './sentinels.ts';
import type { Orders } from './sentinels.ts';

const FakeConfiguration = z.strictObject({ stepMs: z.number().min(0).default(0) });

/** Options of a fake model: any capability, to test what the platform does with it. */
const FakeOptions = z.strictObject({ capabilities: Capabilities.partial().default({}) });

const defaults: Capabilities = {
  size: { kind: 'range', min: 16, max: 2048, step: 8, maxPixels: 2048 * 2048, default: { width: 512, height: 512 } },
  steps: { min: 1, max: 100, default: 4 },
  guidanceScale: { min: 1, max: 20, default: 7 },
  negativePrompt: true,
  seed: true,
  imageToImage: { min: 0, max: 1, default: 0.6 },
  inpainting: true,
  transparentBackground: true,
  imagesPerCall: 4,
  promptMaxLength: 2000,
  progress: true,
  preview: true,
  cancel: 'step',
  vocabulary: false,
};

function capabilitiesOf(model: EngineModel): Capabilities {
  if (!model.name.startsWith('fake'))
    throw new EngineError('misconfigured', `The fake engine has no model ${model.name}: its models are called fake…`);
  return { ...defaults, ...parseOptions(FakeOptions, model.options).capabilities } as Capabilities;
}

/** Waits one step, or not at all. Throws `cancelled` when it is stopped meanwhile. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {});
  if (signal.aborted) throw new EngineError('cancelled', 'The job was cancelled');
}

/** The picture of one seed. Every setting of the job is in its colours, so that a test sees whether it arrived. */
function pictureOf(job: EngineJob, seed: number, { wrongSize }: Orders) {
  const { prompt, negativePrompt, steps, guidanceScale, background, source } = job;
  const settings = [
    prompt,
    negativePrompt,
    steps,
    guidanceScale,
    background,
    source?.denoisingStrength,
    source?.picture.bytes.length,
    source?.mask?.bytes.length,
    seed,
  ];
  return drawPattern(JSON.stringify(settings), wrongSize ? job.width - 8 : job.width, job.height);
}

function obeyHalfway(job: EngineJob, orders: Orders, failedBefore: Set<string>): void {
  if (orders.die) process.kill(process.pid, 'SIGKILL');
  if (orders.crash) throw new TypeError('The fake engine crashed, as its prompt says');
  if (orders.fail) throw new EngineError(orders.fail, `The prompt says to fail with ${orders.fail}`, { retryAfterMs: 100 });
  const key = JSON.stringify([job.prompt, job.seeds]);
  if (!orders.failOnce || failedBefore.has(key)) return;
  failedBefore.add(key);
  throw new EngineError(orders.failOnce, `The prompt says to fail once with ${orders.failOnce}`, { retryAfterMs: 100 });
}

interface Run {
  job: EngineJob;
  capabilities: Capabilities;
  stepMs: number;
  failedBefore: Set<string>;
}

async function* run({ job, capabilities, stepMs, failedBefore }: Run, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  const orders = readOrders(job.prompt);
  for (const warning of unsupportedWarnings(job, capabilities)) yield { type: 'warning', warning };
  const steps = orders.steps ?? job.steps ?? 4;
  const pauseMs = Math.max(stepMs, orders.slowMs / steps);
  await pause(0, signal);
  for (let step = 1; step <= steps; step++) {
    await pause(pauseMs, signal);
    if (capabilities.preview && pauseMs > 0 && step < steps)
      yield { type: 'preview', index: 0, picture: drawPattern(`${job.prompt}/${step}`, 64, 64) };
    if (step === Math.ceil(steps / 2)) obeyHalfway(job, orders, failedBefore);
    await pause(0, signal);
    if (capabilities.progress) yield { type: 'progress', step, steps };
  }
  if (orders.wrongSize)
    yield {
      type: 'warning',
      warning: { code: 'setting_changed', setting: 'width', message: 'The prompt says to draw another width.' },
    };
  await pause(0, signal);
  for (const [index, seed] of job.seeds.entries()) yield { type: 'image', index, seed, picture: pictureOf(job, seed, orders) };
}

/**
 * An engine for tests: it draws patterns, obeys sentinels in the prompt (`sentinels.ts` lists them), and takes no time unless told to.
 * @param configuration `{ stepMs }`: how long a step takes; default 0
 */
export function openFakeEngine(configuration: unknown): ImageEngine {
  const { stepMs } = parseConfiguration(FakeConfiguration, configuration, { stepMs: 'FAKE_ENGINE_STEP_MS' });
  const failedBefore = new Set<string>();
  let closed = false;
  return {
    name: 'fake',
    specVersion: engineSpecVersion,
    describe: async (model) => capabilitiesOf(model),
    async *generate(job, signal) {
      if (closed) throw new EngineError('engine_lost', 'The fake engine is closed');
      yield* run({ job, capabilities: capabilitiesOf(job.model), stepMs, failedBefore }, signal);
    },
    async close() {
      closed = true;
    },
  };
}

import { DiffusionError } from '../failure.ts';
import type { ModelDescription } from '../model.ts';
import type { RgbaPicture } from '../picture.ts';
import { PreviewPace } from '../preview-pace.ts';
import { sizeOf } from '../request.ts';
import type { DiffusionEvent, DiffusionRequest } from '../request.ts';
import { rowOf } from '../runtime/tensors.ts';
import type { Numbers } from '../runtime/tensors.ts';
import { makeScheduler, seededNoise } from '../schedulers/make-scheduler.ts';
import type { NoiseSource, Scheduler, SchedulerMemory } from '../schedulers/scheduler.ts';
import { assertFinite } from './autoencoder.ts';
import type { Autoencoder } from './autoencoder.ts';
import type { Denoiser } from './denoiser.ts';
import { makePredict } from './guidance.ts';
import type { Guidance, Predict } from './guidance.ts';
import type { LatentSpace } from './latent-space.ts';
import { prepareStart } from './start.ts';
import type { Start } from './start.ts';

/** A model of diffusers' layout with its networks, as drawing sees it: the kinds differ behind these names only. */
export interface Components {
  description: ModelDescription;
  space: LatentSpace;
  schedulerConfig: unknown;
  /** Whether the denoising network also sees a mask and a masked picture. */
  inpainting: boolean;
  /** Whether guidance is a second evaluation, and not an input of the network. */
  classifierFree: boolean;
  autoencoder: Autoencoder;
  makeDenoiser(guidanceScale: number): Denoiser;
  /** The prompts' and, where they are needed, the negative prompts' conditioning. */
  encode(request: DiffusionRequest, guided: boolean): Promise<Omit<Guidance, 'scale'>>;
  /** A quick look at one row of clean latents. */
  preview(latents: Numbers): Promise<RgbaPicture>;
}

interface Drawing {
  scheduler: Scheduler;
  noise: NoiseSource;
  start: Start;
  predict: Predict;
}

function assertGoesOn(signal: AbortSignal): void {
  if (signal.aborted) throw new DiffusionError('cancelled', 'The drawing was cancelled');
}

function schedulerOf({ schedulerConfig, description, space }: Components, request: DiffusionRequest): Scheduler {
  const { width, height } = sizeOf({ description }, request);
  return makeScheduler(schedulerConfig, {
    steps: request.steps ?? description.steps.default,
    imageTokens: (width / space.grid) * (height / space.grid),
    ...(request.source && { strength: request.source.strength }),
    ...(request.scheduler && { scheduler: request.scheduler }),
  });
}

async function prepare(components: Components, request: DiffusionRequest): Promise<Drawing> {
  const { description, space } = components;
  const { width, height } = sizeOf({ description }, request);
  const noise = seededNoise(request.pictures.map(({ seed }) => seed));
  const scheduler = schedulerOf(components, request);
  const shape = [request.pictures.length, space.channels, height / space.scale, width / space.scale];
  const scale = request.guidanceScale ?? description.guidanceScale?.default ?? 1;
  const guidance = await components.encode(request, components.classifierFree && scale > 1);
  const plan = { scheduler, noise, shape, scale: space.scale, source: request.source, inpainting: components.inpainting };
  return {
    scheduler,
    noise,
    start: await prepareStart(plan, components.autoencoder),
    predict: makePredict(components.makeDenoiser(scale), { scale, ...guidance }),
  };
}

interface Walked {
  step: number;
  steps: number;
  latents: Numbers;
  predicted: Numbers;
}

/** Walks the schedule: a network evaluation and a scheduler's step each time. */
async function* walk({ scheduler, noise, start, predict }: Drawing, signal: AbortSignal): AsyncGenerator<Walked> {
  const { timesteps } = scheduler;
  const { shape } = start;
  let latents = start.latents;
  let memory: SchedulerMemory = [];
  for (const [index, timestep] of timesteps.entries()) {
    assertGoesOn(signal);
    const modelOutput = await predict(start.withSource(scheduler.scaleModelInput(latents, index)), timestep);
    assertFinite(modelOutput, 'The denoising network');
    const output = scheduler.step({ modelOutput, sample: latents, index, noise, ...(index > 0 && { memory }) });
    latents = start.keep(output.sample, index);
    memory = output.memory;
    const predicted = { data: output.predicted, shape };
    yield { step: index + 1, steps: timesteps.length, latents: { data: latents, shape }, predicted };
  }
}

async function* shownRows(latents: Numbers, signal: AbortSignal, show: (row: Numbers) => Promise<RgbaPicture>) {
  for (let index = 0; index < latents.shape[0]!; index++) {
    assertGoesOn(signal);
    yield { index, picture: await show(rowOf(latents, index)) };
  }
}

/** Draws a request in this process. Pictures of a batch are decoded one by one, so that memory holds one at a time. */
export async function* drawWith(
  components: Components,
  request: DiffusionRequest,
  signal: AbortSignal,
): AsyncGenerator<DiffusionEvent> {
  assertGoesOn(signal);
  const drawing = await prepare(components, request);
  const pace = new PreviewPace();
  let last: Numbers | undefined;
  for await (const { step, steps, latents, predicted } of walk(drawing, signal)) {
    yield { type: 'step', step, steps };
    last = latents;
    if (!request.previews || step === steps || !pace.due) continue;
    pace.begin();
    for await (const row of shownRows(predicted, signal, components.preview)) yield { type: 'preview', ...row };
    pace.end();
  }
  const { decode } = components.autoencoder;
  if (last) for await (const row of shownRows(last, signal, decode)) yield { type: 'image', ...row };
}

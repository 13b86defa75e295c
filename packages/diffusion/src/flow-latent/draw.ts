import { DiffusionError, invariant } from '../failure.ts';
import type { FlowLatentModel } from './model-folder.ts';
import type { Networks } from './networks.ts';
import { normalNoise } from '../noise.ts';
import { padTokens, tokenize } from './reading.ts';
import { PreviewPace } from '../preview-pace.ts';
import type { DiffusionEvent, DiffusionRequest } from '../request.ts';
import { sampleFlow } from './sampler.ts';
import type { FlowPlan } from './sampler.ts';
import { stepsForStrength } from './schedule.ts';

function tokenRows({ words: { vocabulary } }: FlowLatentModel, prompts: readonly string[]): BigInt64Array {
  const rows = prompts.flatMap((prompt) => padTokens(vocabulary, tokenize(vocabulary, prompt)));
  return BigInt64Array.from(rows, BigInt);
}

function noiseRows(model: FlowLatentModel, { pictures }: DiffusionRequest): Float32Array {
  const size = model.manifest.latent.size;
  const latents = new Float32Array(pictures.length * size);
  pictures.forEach(({ seed }, row) => latents.set(normalNoise(seed, size), row * size));
  return latents;
}

/** Where image-to-image begins: the noise already mixed with the source, as if the flow had walked that far. */
async function mixWithSource(
  latents: Float32Array,
  networks: Networks,
  source: NonNullable<DiffusionRequest['source']>,
): Promise<void> {
  invariant(networks.encode, 'a request with a source is only accepted for a model with an encoder');
  const encoded = await networks.encode(source.picture);
  const time = 1 - source.strength;
  for (let i = 0; i < latents.length; i++) latents[i] = time * encoded[i % encoded.length]! + source.strength * latents[i]!;
}

async function planOf(model: FlowLatentModel, networks: Networks, request: DiffusionRequest): Promise<FlowPlan> {
  const { sampling } = model.manifest;
  const { pictures, source, negativePrompt = '' } = request;
  const steps = request.steps ?? sampling.defaultSteps;
  const latents = noiseRows(model, request);
  if (source) await mixWithSource(latents, networks, source);
  return {
    sampling,
    steps: source ? stepsForStrength(steps, source.strength) : steps,
    startTime: source ? Math.max(sampling.timeStart, 1 - source.strength) : sampling.timeStart,
    guidanceScale: request.guidanceScale ?? sampling.guidance.default,
    latents,
    tokens: tokenRows(
      model,
      pictures.map(({ prompt }) => prompt),
    ),
    againstTokens: tokenRows(
      model,
      pictures.map(() => negativePrompt),
    ),
    isNegative: tokenize(model.words.vocabulary, negativePrompt).length > 0,
  };
}

/** Decodes the pictures of a batch one by one, so that a picture's bytes do not depend on its neighbours. */
async function* decodeRows(networks: Networks, latents: Float32Array, { tokens }: FlowPlan, count: number, signal: AbortSignal) {
  const row = <Numbers extends Float32Array | BigInt64Array>(all: Numbers, index: number) =>
    all.slice((index * all.length) / count, ((index + 1) * all.length) / count) as Numbers;
  for (let index = 0; index < count; index++) {
    if (signal.aborted) throw new DiffusionError('cancelled', 'The drawing was cancelled');
    yield { index, picture: await networks.decode(row(latents, index), row(tokens, index)) };
  }
}

/** Draws a request with loaded networks, in this process. Inference runs on threads of its own; `openDiffusion` also moves it out of the process. */
export async function* drawPictures(
  model: FlowLatentModel,
  networks: Networks,
  request: DiffusionRequest,
  signal: AbortSignal,
): AsyncGenerator<DiffusionEvent> {
  const plan = await planOf(model, networks, request);
  const count = request.pictures.length;
  const pace = new PreviewPace();
  for await (const { step, steps, predicted } of sampleFlow(networks.denoise, plan, count, signal)) {
    yield { type: 'step', step, steps };
    if (step === steps) {
      for await (const picture of decodeRows(networks, predicted, plan, count, signal)) yield { type: 'image', ...picture };
      continue;
    }
    if (!request.previews || !pace.due) continue;
    pace.begin();
    for await (const picture of decodeRows(networks, predicted, plan, count, signal)) yield { type: 'preview', ...picture };
    pace.end();
  }
}

import { DiffusionError, invariant } from '../failure.ts';
import type { FlowLatentModel } from './model-folder.ts';
import type { Networks } from './networks.ts';
import { normalNoise } from '../noise.ts';
import { tokenize, tokenRows } from './reading.ts';
import { PreviewPace } from '../preview-pace.ts';
import type { DiffusionEvent, DiffusionRequest } from '../request.ts';
import { sampleFlow } from './sampler.ts';
import type { FlowPlan } from './sampler.ts';
import { flowTimes, restartsForStrength, stepsForStrength, timesFromNoise } from './schedule.ts';
import { inStyleOfSource } from './source-style.ts';

/** The tokens of each picture's prompt. With a source, a prompt that names no style is drawn in the source's. */
async function tokensOf(
  model: FlowLatentModel,
  { denoise }: Networks,
  { pictures }: DiffusionRequest,
  encoded: Float32Array | null,
): Promise<BigInt64Array> {
  const { vocabulary } = model.words;
  const tokens = new Map<string, readonly number[]>();
  for (const prompt of new Set(pictures.map((picture) => picture.prompt))) {
    const read = tokenize(vocabulary, prompt);
    tokens.set(prompt, encoded === null ? read : await inStyleOfSource(model, denoise, read, encoded));
  }
  return tokenRows(
    vocabulary,
    pictures.map(({ prompt }) => tokens.get(prompt)!),
  );
}

/** Each picture's noise, as wide as the model wants it; another one for another stream. */
function noiseRows({ manifest }: FlowLatentModel, { pictures }: DiffusionRequest, stream = 0): Float32Array {
  const { size } = manifest.latent;
  const { temperature = 1 } = manifest.sampling;
  const latents = new Float32Array(pictures.length * size);
  pictures.forEach(({ seed }, row) => latents.set(normalNoise(seed, size, stream), row * size));
  return latents.map((value) => temperature * value);
}

async function encode(networks: Networks, { picture }: NonNullable<DiffusionRequest['source']>): Promise<Float32Array> {
  invariant(networks.encode, 'a request with a source is only accepted for a model with an encoder');
  return networks.encode(picture);
}

/** Where image-to-image begins: the noise mixed with the encoded source, in place, as if the flow had walked that far. */
function mixWithSource(latents: Float32Array, encoded: Float32Array, strength: number): void {
  for (let i = 0; i < latents.length; i++) latents[i] = (1 - strength) * encoded[i % encoded.length]! + strength * latents[i]!;
}

function timesOf(
  { manifest: { sampling } }: FlowLatentModel,
  { steps = sampling.defaultSteps, source }: DiffusionRequest,
): number[] {
  if (!source) return timesFromNoise(sampling, steps);
  const { strength } = source;
  const start = Math.max(sampling.timeStart, 1 - strength);
  return flowTimes(sampling, stepsForStrength(steps, strength), start, restartsForStrength(steps, strength));
}

async function planOf(model: FlowLatentModel, networks: Networks, request: DiffusionRequest): Promise<FlowPlan> {
  const { sampling } = model.manifest;
  const { pictures, source, negativePrompt = '' } = request;
  const latents = noiseRows(model, request);
  const encoded = source ? await encode(networks, source) : null;
  if (source && encoded) mixWithSource(latents, encoded, source.strength);
  const against = tokenize(model.words.vocabulary, negativePrompt);
  return {
    sampling,
    times: timesOf(model, request),
    guidanceScale: request.guidanceScale ?? sampling.guidance.default,
    latents,
    freshNoise: (stream) => noiseRows(model, request, stream),
    tokens: await tokensOf(model, networks, request, encoded),
    againstTokens: tokenRows(
      model.words.vocabulary,
      pictures.map(() => against),
    ),
    isNegative: against.length > 0,
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

import type { SourcePicture } from '../request.ts';
import type { Numbers } from '../runtime/tensors.ts';
import type { NoiseSource, Scheduler } from '../schedulers/scheduler.ts';
import { rgbPlanes } from './autoencoder.ts';
import type { Autoencoder } from './autoencoder.ts';
import { appendChannels } from './channels.ts';
import { blend, latentMask, withoutMasked } from './mask.ts';

/** Streams of noise that belong to no step: the highest, so that no number of steps reaches them. */
const sourceStream = 0xffff_ffff;
const maskedSourceStream = 0xffff_fffe;

/** Where a drawing begins, and what a source picture does to its steps. */
export interface Start {
  /** [rows, channels, h, w] before the first step. */
  latents: Float32Array;
  shape: readonly number[];
  /** What the network sees for (scaled) latents: inpainting networks also see the mask and what is kept. */
  withSource(latents: Float32Array): Numbers;
  /** Latents after step `index`, with what is kept of the source put back. */
  keep(latents: Float32Array, index: number): Float32Array;
}

export interface StartPlan {
  scheduler: Scheduler;
  noise: NoiseSource;
  /** [rows, channels, h, w] */
  shape: readonly number[];
  /** Pixels per latent. */
  scale: number;
  source: SourcePicture | undefined;
  /** Whether the network has inputs for a mask and a masked picture. */
  inpainting: boolean;
}

const countOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Redraws a source: its latents, noised as far as the strength says. With a mask at full strength, from noise alone. */
async function sourceStart(plan: StartPlan, source: SourcePicture, autoencoder: Autoencoder) {
  const { scheduler, noise, shape } = plan;
  const count = countOf(shape);
  const pure = noise(0, count);
  if (source.mask && source.strength === 1 && plan.inpainting) return { latents: scaled(pure, scheduler), clean: pure };
  const clean = (await autoencoder.encode(rgbPlanes(source.picture), noise(sourceStream, count))).data;
  const fromNoise = source.mask !== undefined && source.strength === 1;
  return { latents: fromNoise ? scaled(pure, scheduler) : scheduler.addNoise(clean, pure, 0), clean };
}

const scaled = (noise: Float32Array, { initialNoiseScale }: Scheduler) => noise.map((value) => value * initialNoiseScale);

/** Without a source an inpainting network is shown a grey picture of which everything is drawn anew. */
function wholePicture({ shape, scale }: StartPlan): Required<SourcePicture> {
  const [height, width] = shape.slice(2).map((side) => side * scale) as [number, number];
  const rgba = new Uint8Array(width * height * 4).fill(255);
  return { picture: { width, height, rgba }, strength: 1, mask: new Uint8Array(width * height).fill(255) };
}

/** The mask and the encoded rest of the picture: the further inputs of an inpainting network (Rombach et al., 2112.10752). */
async function inpaintingChannels(plan: StartPlan, autoencoder: Autoencoder): Promise<Numbers[]> {
  const whole = wholePicture(plan);
  const { picture, mask = whole.mask } = plan.source ?? whole;
  const kept = withoutMasked(rgbPlanes(picture), mask);
  const masked = await autoencoder.encode(kept, plan.noise(maskedSourceStream, countOf(plan.shape)));
  return [latentMask(mask, picture.width, picture.height, plan.scale), masked];
}

/** Prepares the latents of a drawing. */
export async function prepareStart(plan: StartPlan, autoencoder: Autoencoder): Promise<Start> {
  const { scheduler, noise, shape, source, scale } = plan;
  const added = plan.inpainting ? await inpaintingChannels(plan, autoencoder) : [];
  const withSource = (latents: Float32Array) => appendChannels({ data: latents, shape }, added);
  const whole: Pick<Start, 'shape' | 'withSource' | 'keep'> = { shape, withSource, keep: (latents) => latents };
  if (source === undefined) return { ...whole, latents: scaled(noise(0, countOf(shape)), scheduler) };
  const { latents, clean } = await sourceStart(plan, source, autoencoder);
  if (source.mask === undefined || plan.inpainting) return { ...whole, latents };
  const mask = latentMask(source.mask, source.picture.width, source.picture.height, scale);
  const pure = noise(0, countOf(shape));
  return { ...whole, latents, keep: (drawn, index) => blend(drawn, scheduler.addNoise(clean, pure, index + 1), mask) };
}

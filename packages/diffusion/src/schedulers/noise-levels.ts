import type { NoiseLevelSettings } from './config.ts';

const { fround, sqrt } = Math;

/** `count` evenly spaced numbers from `start` to `end`; only `start` when `count` is 1, as numpy has it. */
export function linspace(start: number, end: number, count: number): number[] {
  const step = count > 1 ? (end - start) / (count - 1) : 0;
  return Array.from({ length: count }, (_, i) => (i === count - 1 && count > 1 ? end : start + i * step));
}

/** The cosine schedule of Nichol & Dhariwal, 2102.09672, with betas capped at 0.999. */
function cosineBetas(count: number): number[] {
  const alphaBar = (t: number) => Math.cos(((t + 0.008) / 1.008) * (Math.PI / 2)) ** 2;
  return Array.from({ length: count }, (_, i) => Math.min(1 - alphaBar((i + 1) / count) / alphaBar(i / count), 0.999));
}

function betasOf(settings: NoiseLevelSettings): number[] {
  const { beta_start: start, beta_end: end, num_train_timesteps: count } = settings;
  if (settings.trained_betas) return settings.trained_betas;
  switch (settings.beta_schedule) {
    case 'linear':
      return linspace(start, end, count);
    // Evenly spaced roots: the schedule of latent diffusion (Rombach et al., 2112.10752).
    case 'scaled_linear':
      return linspace(sqrt(start), sqrt(end), count).map((root) => fround(root) ** 2);
    case 'squaredcos_cap_v2':
      return cosineBetas(count);
  }
}

/** ᾱ with its last value moved to 0 and its first kept (Lin et al., 2305.08891, algorithm 1). */
function withoutTerminalSignal(alphasCumprod: number[]): number[] {
  const roots = alphasCumprod.map(sqrt);
  const [first, last] = [roots[0]!, roots.at(-1)!];
  return roots.map((root) => ((root - last) * (first / (first - last))) ** 2);
}

/**
 * ᾱ of every training timestep: the share of the picture's variance that is left at it. Betas, alphas and their
 * products are rounded to float32 where PyTorch rounds them: at σ ≈ 15 the last bits would show in the fifth digit.
 */
export function alphasCumprodOf(settings: NoiseLevelSettings): number[] {
  let product = 1;
  const alphas = betasOf(settings).map((beta) => fround(1 - fround(beta)));
  const products = alphas.map((alpha) => fround((product *= alpha)));
  return settings.rescale_betas_zero_snr ? withoutTerminalSignal(products) : products;
}

/**
 * σ = √((1−ᾱ)/ᾱ) of every training timestep: the noise level of latents that keep the picture's scale (Karras et al.,
 * 2206.00364). Under a zero terminal SNR the last would be infinite; ᾱ = 2⁻²⁴ stands for 0 there, as in diffusers.
 */
export function sigmasOf(settings: NoiseLevelSettings): number[] {
  const alphasCumprod = alphasCumprodOf(settings);
  if (settings.rescale_betas_zero_snr) alphasCumprod[alphasCumprod.length - 1] = 2 ** -24;
  return alphasCumprod.map((alpha) => fround(sqrt((1 - alpha) / alpha)));
}

/** The value of a list at a fractional index, between its neighbours; beyond an end, the end. */
export function interpolated(values: readonly number[], index: number): number {
  const low = Math.min(Math.max(Math.floor(index), 0), values.length - 1);
  const high = Math.min(low + 1, values.length - 1);
  const share = Math.min(Math.max(index - low, 0), 1);
  return values[low]! + share * (values[high]! - values[low]!);
}

/**
 * The fractional timestep of a noise level, by its logarithm between those of its neighbours. The neighbours' are
 * float32, as in the reference: where it cuts the fraction off, the last bit decides between two timesteps.
 */
export function timestepOfSigma(sigma: number, sigmas: readonly number[]): number {
  const log = Math.log(Math.max(sigma, 1e-10));
  const above = sigmas.findIndex((other) => fround(Math.log(other)) > log);
  const low = Math.min(Math.max((above < 0 ? sigmas.length : above) - 1, 0), sigmas.length - 2);
  const [lowLog, highLog] = [fround(Math.log(sigmas[low]!)), fround(Math.log(sigmas[low + 1]!))];
  return low + Math.min(Math.max((lowLog - log) / (lowLog - highLog), 0), 1);
}

/** `count` noise levels from high to low, evenly spaced in σ^(1/7) (Karras et al., 2206.00364, equation 5). */
export function karrasSigmas(highest: number, lowest: number, count: number): number[] {
  return linspace(highest ** (1 / 7), lowest ** (1 / 7), count).map((root) => root ** 7);
}

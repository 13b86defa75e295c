import type { NoiseLevelSettings } from './config.ts';

const { fround, sqrt } = Math;

/** `count` evenly spaced numbers from `start` to `end`; only `start` when `count` is 1, as numpy has it. */
export function linspace(start: number, end: number, count: number): number[] {
  const step = count > 1 ? (end - start) / (count - 1) : 0;
  return Array.from({ length: count }, (_, i) => (i === count - 1 && count > 1 ? end : start + i * step));
}

/**
 * `torch.linspace` in float32, to the last bit: counted from the start up to the middle and from the end after it, each
 * value by one fused multiplication and addition. (A product of a float32 and a small whole number is exact in a double.)
 */
function linspace32(start: number, end: number, count: number): number[] {
  const [first, last] = [fround(start), fround(end)];
  const step = fround(fround(last - first) / (count - 1));
  const halfway = Math.floor(count / 2);
  return Array.from({ length: count }, (_, i) => fround(i < halfway ? first + step * i : last - step * (count - 1 - i)));
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
      return linspace32(start, end, count);
    // Evenly spaced roots: the schedule of latent diffusion (Rombach et al., 2112.10752).
    case 'scaled_linear':
      return linspace32(sqrt(start), sqrt(end), count).map((root) => root ** 2);
    case 'squaredcos_cap_v2':
      return cosineBetas(count);
  }
}

/** Products of all alphas up to each, added up in double precision and rounded, as `torch.cumprod` does it. */
function products(betas: readonly number[]): number[] {
  let product = 1;
  return betas.map((beta) => fround((product *= fround(1 - fround(beta)))));
}

/** Betas whose ᾱ ends at 0 and begins where it did (Lin et al., 2305.08891, algorithm 1). */
function betasWithoutTerminalSignal(betas: readonly number[]): number[] {
  const roots = products(betas).map((alpha) => fround(sqrt(alpha)));
  const [first, last] = [roots[0]!, roots.at(-1)!];
  const stretch = fround(first / fround(first - last));
  const levels = roots.map((root) => fround(fround(fround(root - last) * stretch) ** 2));
  return levels.map((level, i) => fround(1 - (i === 0 ? level : fround(level / levels[i - 1]!))));
}

/**
 * ᾱ of every training timestep: the share of the picture's variance that is left at it. Rounded to float32 wherever
 * PyTorch rounds, so that the table is that of diffusers to the last bit: where an equation subtracts large numbers, as
 * at σ = 4096, a last bit is worth 1e-3 in the latents.
 */
export function alphasCumprodOf(settings: NoiseLevelSettings): number[] {
  const betas = betasOf(settings);
  return products(settings.rescale_betas_zero_snr ? betasWithoutTerminalSignal(betas) : betas);
}

/**
 * σ = √((1−ᾱ)/ᾱ) of every training timestep: the noise level of latents that keep the picture's scale (Karras et al.,
 * 2206.00364). Under a zero terminal SNR the last would be infinite; 2¹² stands there, as diffusers takes 2⁻²⁴ for ᾱ.
 */
export function sigmasOf(settings: NoiseLevelSettings): number[] {
  const sigmas = alphasCumprodOf(settings).map((alpha) => fround(sqrt(fround(fround(1 - alpha) / alpha))));
  if (settings.rescale_betas_zero_snr) sigmas[sigmas.length - 1] = 2 ** 12;
  return sigmas;
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

import type { FlowLatentModel } from './model-folder.ts';
import { padTokens } from './reading.ts';
import type { Denoise } from './sampler.ts';

/** How far a row of predictions is from the source, in the coordinates that its encoder tells: an encoder leaves fine ones at zero. */
function distance(predicted: Float32Array, encoded: Float32Array): number {
  return encoded.reduce((sum, value, i) => (value === 0 ? sum : sum + (predicted[i]! - value) ** 2), 0);
}

/**
 * The tokens of a prompt that names no style, with the style in which the network pictures it nearest to the source. Redrawn
 * in another one, a source would be mixed with a drawing that has its shapes elsewhere. One evaluation, of all styles.
 * @param encoded the latents of the source
 */
export async function inStyleOfSource(
  { manifest, words: { vocabulary } }: FlowLatentModel,
  denoise: Denoise,
  tokens: readonly number[],
  encoded: Float32Array,
): Promise<readonly number[]> {
  const styles = [...new Set(vocabulary.styles.values())].map((name) => vocabulary.words.get(name)!);
  if (styles.length === 0 || tokens.length === 0 || styles.some((style) => tokens.includes(style))) return tokens;
  const candidates = styles.map((style) => [style, ...tokens]);
  const rows = BigInt64Array.from(
    candidates.flatMap((candidate) => padTokens(vocabulary, candidate)),
    BigInt,
  );
  const size = encoded.length;
  const times = new Float32Array(styles.length).fill(manifest.sampling.timeStart);
  const predicted = await denoise(new Float32Array(styles.length * size), times, rows);
  const away = styles.map((_, i) => distance(predicted.subarray(i * size, (i + 1) * size), encoded));
  return candidates[away.indexOf(Math.min(...away))]!;
}

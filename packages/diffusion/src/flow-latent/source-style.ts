import type { FlowLatentModel } from './model-folder.ts';
import { tokenRows } from './reading.ts';
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
  const tokenOf = (word: string) => vocabulary.words.get(word);
  const named = new Set([...vocabulary.styles.keys()].map(tokenOf));
  // A vocabulary may have a style whose own name it does not know as a word.
  const styles = [...new Set(vocabulary.styles.values())].flatMap((name) => tokenOf(name) ?? []);
  if (styles.length === 0 || tokens.length === 0 || tokens.some((token) => named.has(token))) return tokens;
  const candidates = styles.map((style) => [style, ...tokens]);
  const size = encoded.length;
  const times = new Float32Array(styles.length).fill(manifest.sampling.timeStart);
  const predicted = await denoise(new Float32Array(styles.length * size), times, tokenRows(vocabulary, candidates));
  const away = styles.map((_, i) => distance(predicted.subarray(i * size, (i + 1) * size), encoded));
  return candidates[away.indexOf(Math.min(...away))]!;
}

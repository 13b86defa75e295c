import { DiffusionError, invariant } from '../failure.ts';
import type { PromptChunks } from './tokenizer.ts';

/**
 * What is done to embeddings after they were weighted. `mean` restores the mean that they had, as AUTOMATIC1111's
 * interface and the community pipelines of diffusers do, so that prompts with weights that people share look the same.
 * `none` is for SDXL: its text encoders answer with hidden states before the last normalisation, whose mean is so near
 * zero that restoring it would scale by chance.
 */
export type WeightNormalisation = 'mean' | 'none';

const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

function weightedWindow(embeddings: Float32Array, weights: readonly number[], normalisation: WeightNormalisation): Float32Array {
  const width = embeddings.length / weights.length;
  const weighted = embeddings.map((value, i) => value * weights[Math.floor(i / width)]!);
  if (normalisation === 'none') return weighted;
  const scale = meanOf(embeddings) / meanOf(weighted);
  // All weights 0, or a mean that changed its sign: there is nothing sensible to restore.
  return Number.isFinite(scale) && scale > 0 ? weighted.map((value) => value * scale) : weighted;
}

/**
 * Multiplies each token's embedding by its weight, window by window. Windows whose weights are all 1 stay as they are.
 * @param embeddings what the text encoder answered: windows × tokens × width numbers
 * @returns a new array of the same shape; one after another, the windows are the conditioning of a long prompt
 */
export function weightEmbeddings(
  embeddings: Float32Array,
  chunks: PromptChunks,
  normalisation: WeightNormalisation,
): Float32Array {
  const each = embeddings.length / chunks.length;
  invariant(Number.isInteger(each / chunks[0]!.ids.length), 'embeddings are windows × tokens × width numbers');
  const result = embeddings.slice();
  for (const [row, { weights }] of chunks.entries()) {
    if (weights.every((weight) => weight === 1)) continue;
    const window = embeddings.subarray(row * each, (row + 1) * each);
    result.set(weightedWindow(window, weights, normalisation), row * each);
  }
  return result;
}

/**
 * Which hidden state of a text encoder conditions the picture under a clip skip: 0 is the embedding of the tokens, and
 * `layers` the output of the last layer. As in diffusers, `clipSkip` counts the layers that are left out beyond what the
 * model leaves out by itself (none for Stable Diffusion 1 and 2, one for SDXL); other interfaces count from 1.
 * Throws `request_invalid` when no layer would be left.
 */
export function hiddenStateIndex(layers: number, clipSkip: number, ownSkip: 0 | 1): number {
  const index = layers - ownSkip - clipSkip;
  if (Number.isInteger(clipSkip) && clipSkip >= 0 && index >= 1) return index;
  throw new DiffusionError(
    'request_invalid',
    `clip skip must be a whole number from 0 to ${layers - ownSkip - 1} for this text encoder; it is ${clipSkip}`,
  );
}

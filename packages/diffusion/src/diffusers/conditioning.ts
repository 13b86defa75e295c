import type { DiffusionRequest } from '../request.ts';
import { stackRows } from '../runtime/tensors.ts';
import type { Numbers } from '../runtime/tensors.ts';
import type { Guidance } from './guidance.ts';
import type { Conditioning, EncodeTexts, WantedText } from './text.ts';
import { skippedOutput } from './skipped-layers.ts';
import { embeddingsOutput, encodeTexts, hiddenState } from './text-encoder.ts';
import type { EncodedText, TextEncoder } from './text-encoder.ts';

/** [1, tokens, a] and [1, tokens, b] side by side, the rest up to `width` left at 0: [1, tokens, width]. */
function besides(parts: readonly Numbers[], width: number): Numbers {
  const tokens = parts[0]!.shape[1]!;
  const data = new Float32Array(tokens * width);
  let column = 0;
  for (const part of parts) {
    const own = part.shape[2]!;
    for (let token = 0; token < tokens; token++)
      data.set(part.data.subarray(token * own, (token + 1) * own), token * width + column);
    column += own;
  }
  return { data, shape: [1, tokens, width] };
}

function pooledBesides(parts: readonly EncodedText[]): Numbers {
  const data = Float32Array.from(parts.flatMap(({ pooled }) => [...pooled!.data]));
  return { data, shape: [1, data.length] };
}

/** Stable Diffusion 1.x and 2.x, and LCM: what the text encoder gives. */
export function stableDiffusionTexts(encoder: TextEncoder): EncodeTexts {
  const whole = embeddingsOutput(encoder.network.outputs)!;
  const output = (clipSkip: number) => (clipSkip === 0 ? whole : skippedOutput(clipSkip));
  return async (texts) => {
    const encoded = await encodeTexts(encoder, texts, { output, normalisation: 'mean', pooled: false });
    return { embeddings: stackRows(encoded.map(({ embeddings }) => embeddings)) };
  };
}

/** What both encoders say of each text. */
async function encodeWithBoth(encoders: readonly TextEncoder[], texts: readonly WantedText[], pooled: readonly boolean[]) {
  const encoded: EncodedText[][] = [];
  for (const [index, encoder] of encoders.entries()) {
    const output = (clipSkip: number) => hiddenState(encoder, clipSkip);
    encoded.push(await encodeTexts(encoder, texts, { output, normalisation: 'none', pooled: pooled[index]! }));
  }
  return texts.map((_, row) => encoded.map((byText) => byText[row]!));
}

/** SDXL: two encoders side by side, pooled by the second (Podell et al., 2307.01952, section 2.1). */
export function stableDiffusionXlTexts(encoders: readonly [TextEncoder, TextEncoder]): EncodeTexts {
  return async (texts) => {
    const rows = await encodeWithBoth(encoders, texts, [false, true]);
    const embeddings = rows.map((parts) => {
      const both = parts.map((part) => part.embeddings);
      return besides(
        both,
        both.reduce((sum, { shape }) => sum + shape[2]!, 0),
      );
    });
    return { embeddings: stackRows(embeddings), pooled: stackRows(rows.map(([, second]) => second!.pooled!)) };
  };
}

/** Tokens that the T5 encoder would have given; without it they are zeros, as the model was trained to take them. */
const t5Tokens = 256;

/** Stable Diffusion 3 without T5: two CLIP encoders, and zeros in the third's place (Esser et al., 2403.03206, section 4). */
export function stableDiffusion3Texts(encoders: readonly [TextEncoder, TextEncoder], width: number): EncodeTexts {
  return async (texts) => {
    const rows = await encodeWithBoth(encoders, texts, [true, true]);
    const embeddings = rows.map((parts) => {
      const clip = besides(
        parts.map((part) => part.embeddings),
        width,
      );
      const tokens = clip.shape[1]! + t5Tokens;
      const data = new Float32Array(tokens * width);
      data.set(clip.data);
      return { data, shape: [1, tokens, width] };
    });
    return { embeddings: stackRows(embeddings), pooled: stackRows(rows.map(pooledBesides)) };
  };
}

function rowsOf({ embeddings, pooled }: Conditioning, from: number, to: number): Conditioning {
  const cut = ({ data, shape }: Numbers): Numbers => {
    const size = data.length / shape[0]!;
    return { data: data.slice(from * size, to * size), shape: [to - from, ...shape.slice(1)] };
  };
  return { embeddings: cut(embeddings), ...(pooled && { pooled: cut(pooled) }) };
}

const zeroed = ({ embeddings, pooled }: Conditioning): Conditioning => ({
  embeddings: { ...embeddings, data: new Float32Array(embeddings.data.length) },
  ...(pooled && { pooled: { ...pooled, data: new Float32Array(pooled.data.length) } }),
});

/**
 * What a request is steered by: its prompts, and under guidance its negative prompt for each of them. As in diffusers, clip
 * skip is for prompts: negative ones are heard by the whole encoder.
 * @param zerosForNone whether no negative prompt is zeros, as SDXL was trained, and not an empty text
 */
export async function conditionRequest(
  encode: EncodeTexts,
  { pictures, negativePrompt = '', clipSkip = 0 }: DiffusionRequest,
  guided: boolean,
  zerosForNone: boolean,
): Promise<Omit<Guidance, 'scale'>> {
  const prompts = pictures.map(({ prompt }) => ({ text: prompt, clipSkip }));
  const count = prompts.length;
  if (!guided) return { towards: await encode(prompts) };
  const both = await encode([...prompts, ...prompts.map(() => ({ text: negativePrompt, clipSkip: 0 }))]);
  const against = rowsOf(both, count, 2 * count);
  return { towards: rowsOf(both, 0, count), against: zerosForNone && negativePrompt === '' ? zeroed(against) : against };
}

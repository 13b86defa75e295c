import type { Network } from '../runtime/network.ts';
import type { Numbers } from '../runtime/tensors.ts';
import { chunkPrompts } from '../tokenizers/prompt-chunks.ts';
import { parsePrompt } from '../tokenizers/prompt-weights.ts';
import type { PromptChunks, Tokenizer } from '../tokenizers/tokenizer.ts';
import { hiddenStateIndex, weightEmbeddings } from '../tokenizers/weighted-embeddings.ts';
import type { WeightNormalisation } from '../tokenizers/weighted-embeddings.ts';

/** A CLIP text encoder with its tokenizer. */
export interface TextEncoder {
  network: Network;
  tokenizer: Tokenizer;
  /** Hidden layers, without the embeddings. */
  layers: number;
}

/** What an encoder says of one text: [1, tokens, width], and the text in one vector where that is asked for. */
export interface EncodedText {
  embeddings: Numbers;
  pooled?: Numbers;
}

export interface EncodingWish {
  /** The output that is taken for embeddings, such as `last_hidden_state`. */
  output: string;
  normalisation: WeightNormalisation;
  /** Whether `text_embeds` is wanted too. */
  pooled: boolean;
}

/** The layer before the last, and further back by what is skipped: what SDXL and Stable Diffusion 3 are conditioned on. */
export function hiddenState({ layers }: TextEncoder, clipSkip: number): string {
  return `hidden_states.${hiddenStateIndex(layers, clipSkip, 1)}`;
}

async function encodeChunks({ network }: TextEncoder, chunks: PromptChunks, wish: EncodingWish): Promise<EncodedText> {
  const length = chunks[0]!.ids.length;
  const shape = [chunks.length, length];
  const feeds = {
    input_ids: { data: Float32Array.from(chunks.flatMap(({ ids }) => ids)), shape },
    attention_mask: { data: new Float32Array(chunks.length * length).fill(1), shape },
  };
  const outputs = wish.pooled ? [wish.output, 'text_embeds'] : [wish.output];
  const [hidden, texts] = await network.runMany(feeds, outputs);
  const width = hidden!.shape[2]!;
  const data = weightEmbeddings(hidden!.data, chunks, wish.normalisation);
  const embeddings = { data, shape: [1, chunks.length * length, width] };
  return texts ? { embeddings, pooled: firstRow(texts) } : { embeddings };
}

/** A prompt of several windows is summed up by its first, as its beginning says most. */
function firstRow({ data, shape }: Numbers): Numbers {
  return { data: data.slice(0, shape[1]), shape: [1, shape[1]!] };
}

/** Encodes texts that are drawn together, each once, so that all have the same number of tokens. */
export async function encodeTexts(
  encoder: TextEncoder,
  texts: readonly string[],
  wish: EncodingWish,
): Promise<Map<string, EncodedText>> {
  const unique = [...new Set(texts)];
  const chunked = chunkPrompts(encoder.tokenizer, unique.map(parsePrompt));
  const encoded = new Map<string, EncodedText>();
  for (const [index, text] of unique.entries()) encoded.set(text, await encodeChunks(encoder, chunked[index]!, wish));
  return encoded;
}

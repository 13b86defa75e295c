import type { Network } from '../runtime/network.ts';
import type { Numbers } from '../runtime/tensors.ts';
import { chunkPrompts } from '../tokenizers/prompt-chunks.ts';
import { parsePrompt } from '../tokenizers/prompt-weights.ts';
import type { PromptChunks, Tokenizer } from '../tokenizers/tokenizer.ts';
import { hiddenStateIndex, weightEmbeddings } from '../tokenizers/weighted-embeddings.ts';
import type { WeightNormalisation } from '../tokenizers/weighted-embeddings.ts';
import type { WantedText } from './text.ts';

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
  /** The output that is taken for embeddings under a clip skip, such as `last_hidden_state`. */
  output: (clipSkip: number) => string;
  normalisation: WeightNormalisation;
  /** Whether `text_embeds` is wanted too. */
  pooled: boolean;
}

/** The output of an encoder that gives the embeddings of its text: its first where none has the usual name. */
export const embeddingsOutput = (outputs: readonly { name: string }[]): string | undefined =>
  (outputs.find(({ name }) => name === 'last_hidden_state') ?? outputs[0])?.name;

/** The layer before the last, and further back by what is skipped: what SDXL and Stable Diffusion 3 are conditioned on. */
export function hiddenState({ layers }: TextEncoder, clipSkip: number): string {
  return `hidden_states.${hiddenStateIndex(layers, clipSkip, 1)}`;
}

async function encodeChunks(
  { network }: TextEncoder,
  chunks: PromptChunks,
  clipSkip: number,
  wish: EncodingWish,
): Promise<EncodedText> {
  const length = chunks[0]!.ids.length;
  const shape = [chunks.length, length];
  const feeds = {
    input_ids: { data: Float32Array.from(chunks.flatMap(({ ids }) => ids)), shape },
    attention_mask: { data: new Float32Array(chunks.length * length).fill(1), shape },
  };
  const output = wish.output(clipSkip);
  const outputs = wish.pooled ? [output, 'text_embeds'] : [output];
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

/** Encodes texts that are drawn together, each once, so that all have the same number of tokens. In the order of the texts. */
export async function encodeTexts(
  encoder: TextEncoder,
  texts: readonly WantedText[],
  wish: EncodingWish,
): Promise<EncodedText[]> {
  const keyOf = ({ text, clipSkip }: WantedText) => `${clipSkip} ${text}`;
  const unique = [...new Map(texts.map((wanted) => [keyOf(wanted), wanted])).values()];
  const chunked = chunkPrompts(
    encoder.tokenizer,
    unique.map(({ text }) => parsePrompt(text)),
  );
  const encoded = new Map<string, EncodedText>();
  for (const [index, wanted] of unique.entries())
    encoded.set(keyOf(wanted), await encodeChunks(encoder, chunked[index]!, wanted.clipSkip, wish));
  return texts.map((wanted) => encoded.get(keyOf(wanted))!);
}

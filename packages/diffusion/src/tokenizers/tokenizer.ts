/**
 * What a text encoder is given. `readClipTokenizer` in `read-clip-tokenizer.ts` reads a tokenizer folder, `parsePrompt` in
 * `prompt-weights.ts` reads weights, `chunkPrompts` in `prompt-chunks.ts` makes windows of tokens from both, and
 * `weightEmbeddings` in `weighted-embeddings.ts` weighs what the encoder answers.
 */

/** Turns text into the ids of a text encoder's vocabulary. */
export interface Tokenizer {
  /** Ids of a text, without begin, end and padding, however many. */
  encode(text: string): number[];
  /** The token of an id as the vocabulary spells it (`</w>` ends a word); undefined for an id it does not have. */
  token(id: number): string | undefined;
  readonly beginId: number;
  readonly endId: number;
  /** Fills a window: the end token in Stable Diffusion 1.x, `!` (0) in 2.x and in the second encoder of SDXL. */
  readonly padId: number;
  /** Tokens of a window with begin and end: 77 for CLIP. */
  readonly windowLength: number;
}

/** A run of text with one weight. 1 is neutral. */
export interface WeightedText {
  text: string;
  weight: number;
}

/** One window of a prompt, ready for the text encoder. */
export interface PromptChunk {
  /** `windowLength` ids: begin, up to `windowLength − 2` tokens, end, padding. */
  ids: number[];
  /** A weight for each id; 1 for begin, end and padding. */
  weights: number[];
}

/**
 * The windows of several prompts that are drawn together (prompt and negative prompt): each has the same number, at
 * least one, so that their embeddings have one shape.
 */
export type PromptChunks = PromptChunk[];

import type { Numbers } from '../runtime/tensors.ts';

/** What texts are to a denoising network, a row for each text. */
export interface Conditioning {
  /** [texts, tokens, width] */
  embeddings: Numbers;
  /** [texts, width]: a whole text in one vector, for the kinds that want it. */
  pooled?: Numbers;
}

/** A text, and how many of the encoder's last layers are left out for it. */
export interface WantedText {
  text: string;
  clipSkip: number;
}

/** Encodes texts together, so that all have the same number of tokens. */
export type EncodeTexts = (texts: readonly WantedText[]) => Promise<Conditioning>;

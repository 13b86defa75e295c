import type { PromptChunk, PromptChunks, Tokenizer, WeightedText } from './tokenizer.ts';

interface WeightedId {
  id: number;
  weight: number;
}

function windowOf(tokenizer: Tokenizer, tokens: readonly WeightedId[]): PromptChunk {
  const { beginId, endId, padId, windowLength } = tokenizer;
  const padding = Array.from({ length: windowLength - 2 - tokens.length }, () => ({ id: padId, weight: 1 }));
  const window = [{ id: beginId, weight: 1 }, ...tokens, { id: endId, weight: 1 }, ...padding];
  return { ids: window.map(({ id }) => id), weights: window.map(({ weight }) => weight) };
}

/**
 * Cuts prompts into windows of the text encoder: 75 tokens each for CLIP, with begin, end and padding around them. Long
 * prompts take as many as they need, and shorter ones are filled with empty windows up to the longest, because prompt and
 * negative prompt must have embeddings of one shape. Each weighted run is read on its own, so its words do not join.
 * @returns for each prompt its windows: the same number for all, at least one
 */
export function chunkPrompts(tokenizer: Tokenizer, prompts: readonly (readonly WeightedText[])[]): PromptChunks[] {
  const room = tokenizer.windowLength - 2;
  const tokens = prompts.map((runs) => runs.flatMap(({ text, weight }) => tokenizer.encode(text).map((id) => ({ id, weight }))));
  const windows = Math.max(1, ...tokens.map(({ length }) => Math.ceil(length / room)));
  return tokens.map((all) => Array.from({ length: windows }, (_, i) => windowOf(tokenizer, all.slice(i * room, (i + 1) * room))));
}

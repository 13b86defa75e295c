import { smallWords } from './ordinary-words.ts';
import { nearestWords, spellingGuess } from './spelling.ts';
import { meaningOf, splitWords } from './vocabulary.ts';
import type { Vocabulary, Word } from './vocabulary.ts';

/** How a model understands one word of a prompt. */
export interface WordReading {
  word: string;
  reading: 'known' | 'ignored' | 'guessed' | 'unknown';
  /** The vocabulary's word that a guessed word was taken for. */
  takenFor?: string;
  /** The vocabulary's words nearest to an unknown one, best first. */
  suggestions?: string[];
}

/** How a model understands a prompt. `coverage` is the share of its meaningful words that are known or guessed, 1 when there is none. */
export interface PromptReading {
  words: WordReading[];
  coverage: number;
}

interface Understood {
  reading: WordReading;
  tokens: number[];
}

function understandEmoji(vocabulary: Vocabulary, word: Word): Understood {
  const meaning = meaningOf(vocabulary, word.folded);
  const tokens = meaning === undefined ? [] : tokenize(vocabulary, meaning);
  return { reading: { word: word.written, reading: tokens.length > 0 ? 'known' : 'unknown' }, tokens };
}

function understand(vocabulary: Vocabulary, word: Word): Understood {
  if (word.emoji) return understandEmoji(vocabulary, word);
  const written = word.written;
  if (vocabulary.stopWords.has(word.folded)) return { reading: { word: written, reading: 'ignored' }, tokens: [] };
  const token = vocabulary.words.get(word.folded);
  if (token !== undefined) return { reading: { word: written, reading: 'known' }, tokens: [token] };
  if (smallWords.has(word.folded)) return { reading: { word: written, reading: 'ignored' }, tokens: [] };
  const takenFor = spellingGuess(vocabulary, word.folded);
  if (takenFor !== undefined) {
    return { reading: { word: written, reading: 'guessed', takenFor }, tokens: [vocabulary.words.get(takenFor)!] };
  }
  return { reading: { word: written, reading: 'unknown' }, tokens: [] };
}

/** How a word is understood, with the nearest words to one that is unknown: looking for them is the expensive part. */
function explain(vocabulary: Vocabulary, word: Word): WordReading {
  const { reading } = understand(vocabulary, word);
  if (reading.reading !== 'unknown' || word.emoji) return reading;
  const suggestions = nearestWords(vocabulary, word.folded);
  return suggestions.length > 0 ? { ...reading, suggestions } : reading;
}

/** The token ids of a prompt, without padding. Unknown words are dropped, so they can never change a picture. */
export function tokenize(vocabulary: Vocabulary, prompt: string): number[] {
  const tokens = splitWords(prompt).flatMap((word) => understand(vocabulary, word).tokens);
  return tokens.slice(0, vocabulary.maxTokens);
}

/** Token ids at the model's length: cut, padded, and the empty prompt's token where nothing is left. */
export function padTokens(vocabulary: Vocabulary, tokens: readonly number[]): number[] {
  const kept = tokens.length === 0 ? [vocabulary.empty] : tokens.slice(0, vocabulary.maxTokens);
  return [...kept, ...Array.from({ length: vocabulary.maxTokens - kept.length }, () => vocabulary.pad)];
}

/** Token ids of several prompts as the networks want them: padded, one row after another. */
export function tokenRows(vocabulary: Vocabulary, prompts: readonly (readonly number[])[]): BigInt64Array {
  return BigInt64Array.from(
    prompts.flatMap((tokens) => padTokens(vocabulary, tokens)),
    BigInt,
  );
}

/** Tells how each word of a prompt is understood: known, ignored, taken for another word, or unknown. */
export function readPrompt(vocabulary: Vocabulary, prompt: string): PromptReading {
  const understood = new Map<string, WordReading>();
  const words = splitWords(prompt).map((word) => {
    // Prompts repeat themselves.
    const reading = understood.get(word.written) ?? explain(vocabulary, word);
    understood.set(word.written, reading);
    return reading;
  });
  const meaningful = words.filter((word) => word.reading !== 'ignored');
  const known = meaningful.filter((word) => word.reading !== 'unknown');
  return { words, coverage: meaningful.length === 0 ? 1 : known.length / meaningful.length };
}

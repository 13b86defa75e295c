import { meaningOf, splitWords } from '@rendermart/diffusion';
import type { ModelWords } from '@rendermart/diffusion';
import { attributesOf } from './folding.ts';

/**
 * The ids of the words of a text that name things, in order: what the vocabulary takes them for, so that other languages and forms
 * of a word share them. An emoji counts as what it means; small words do not count.
 * @param without words that do not count either: colours and styles, if nothing is given
 */
export function idsOfNames(text: string, model: ModelWords, without: ReadonlySet<string> = attributesOf(model)): number[] {
  const { words, stopWords } = model.vocabulary;
  return splitWords(text).flatMap((word) => {
    if (word.emoji) return idsOfNames(meaningOf(model.vocabulary, word.folded) ?? '', model, without);
    const id = stopWords.has(word.folded) || without.has(word.folded) ? undefined : words.get(word.folded);
    return id ?? [];
  });
}

const longestName = 6;

/** The ids of a name as one key. */
export const keyOf = (ids: readonly (number | string)[]): string => ids.join(' ');

/** Every run of ids that may be a name, as its key, the longest first: names are short. */
export function runsOf(ids: readonly (number | string)[]): string[] {
  const longest = Math.min(longestName, ids.length);
  const lengths = Array.from({ length: longest }, (_, i) => longest - i);
  return lengths.flatMap((length) =>
    Array.from({ length: ids.length - length + 1 }, (_, from) => keyOf(ids.slice(from, from + length))),
  );
}

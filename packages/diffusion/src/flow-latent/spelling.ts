import { ordinaryWords } from './ordinary-words.ts';
import { isOffered } from './vocabulary.ts';
import type { Vocabulary } from './vocabulary.ts';

const irregular: Readonly<Record<string, string>> = {
  ...{
    mice: 'mouse',
    geese: 'goose',
    teeth: 'tooth',
    feet: 'foot',
    men: 'man',
    women: 'woman',
    children: 'child',
    people: 'person',
  },
  ...{ oxen: 'ox', yeux: 'oeil', cieux: 'ciel' },
};

/** Other numbers of an English or French noun: foxes → fox, berries → berry, mice → mouse, chevaux → cheval, cat → cats. */
function otherNumbers(word: string): string[] {
  const singulars = Object.hasOwn(irregular, word) ? [irregular[word]!] : [];
  if (word.endsWith('ies')) singulars.push(`${word.slice(0, -3)}y`);
  if (word.endsWith('ves')) singulars.push(`${word.slice(0, -3)}f`, `${word.slice(0, -3)}fe`);
  if (word.endsWith('aux')) singulars.push(`${word.slice(0, -3)}al`, word.slice(0, -1));
  if (word.endsWith('es')) singulars.push(word.slice(0, -2));
  if (/[sx]$/.test(word)) singulars.push(word.slice(0, -1));
  return [...singulars, `${word}s`, `${word}x`, `${word}es`];
}

/** Levenshtein distance with transposition (optimal string alignment), or `limit + 1` when it is above `limit`. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let distance = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) distance = Math.min(distance, beforeLast[column - 2]! + 1);
      current.push(distance);
    }
    if (Math.min(...current) > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}

/** Which letters and digits a word has, a bit each; digits share six. */
function lettersOf(word: string): number {
  let letters = 0;
  for (let i = 0; i < word.length; i++) letters |= 1 << (word.charCodeAt(i) % 32);
  return letters;
}

function bitsOf(letters: number): number {
  let bits = 0;
  for (let left = letters; left !== 0; left &= left - 1) bits++;
  return bits;
}

const lettersOfWords = new WeakMap<Vocabulary, readonly (readonly [word: string, letters: number])[]>();

function allLetters(vocabulary: Vocabulary) {
  const known = lettersOfWords.get(vocabulary);
  if (known) return known;
  const all = Array.from(vocabulary.words.keys(), (word) => [word, lettersOf(word)] as const);
  lettersOfWords.set(vocabulary, all);
  return all;
}

/** Whether a word has all letters of another, in their order: whoever types fast forgets one ("monky") more often than changing it. */
function holdsLetters(word: string, letters: string): boolean {
  let at = 0;
  for (let i = 0; i < word.length && at < letters.length; i++) if (word[i] === letters[at]) at++;
  return at === letters.length;
}

/** Words at most `limit` edits away, nearest first; at equal distance those of the same letters, then those of more, the prominent ones, then those with the same first letter, then the alphabet. */
function wordsWithin(vocabulary: Vocabulary, word: string, limit: number): { candidate: string; distance: number }[] {
  const near: { candidate: string; distance: number; strange: number; changed: number; obscure: number; initial: number }[] = [];
  const letters = lettersOf(word);
  for (const [candidate, others] of allLetters(vocabulary)) {
    // An edit takes one letter away and brings another at most: nearly all words fall here, and nothing was compared.
    if (bitsOf(letters ^ others) > 2 * limit) continue;
    const distance = editDistance(word, candidate, limit);
    if (distance > limit) continue;
    const strange = letters === others && candidate.length === word.length ? 0 : 1;
    const changed = holdsLetters(candidate, word) ? 0 : 1;
    const obscure = vocabulary.prominent.has(candidate) ? 0 : 1;
    near.push({ candidate, distance, strange, changed, obscure, initial: candidate[0] === word[0] ? 0 : 1 });
  }
  return near.toSorted(
    (a, b) =>
      a.distance - b.distance ||
      a.strange - b.strange ||
      a.changed - b.changed ||
      a.obscure - b.obscure ||
      a.initial - b.initial ||
      (a.candidate < b.candidate ? -1 : 1),
  );
}

/**
 * The word that a person most likely meant: another number of the same noun, "ph" written as it sounds, or one edit away. Too many real words are one letter
 * from each other, so a guess begins with the letter that was written, and for a short word it is of the name of a thing, a
 * colour or a style; everyday words, words with digits and words of fewer than four letters are never corrected.
 */
export function spellingGuess(vocabulary: Vocabulary, word: string): string | undefined {
  if (word.length < 3 || ordinaryWords.has(word)) return undefined;
  const others = otherNumbers(word);
  const spelt = word.includes('f') ? [word, ...others].map((other) => other.replaceAll('f', 'ph')) : [];
  const folded = [...others, ...spelt].find((candidate) => vocabulary.words.has(candidate));
  if (folded !== undefined) return folded;
  if (word.length < 4 || /\d/.test(word) || others.some((other) => ordinaryWords.has(other))) return undefined;
  const isLikely = (candidate: string) =>
    candidate[0] === word[0] && candidate.length >= 4 && (word.length >= 6 || vocabulary.prominent.has(candidate));
  return wordsWithin(vocabulary, word, 1).find(({ candidate }) => isLikely(candidate))?.candidate;
}

/**
 * Up to three words that look like an unknown one: a shared beginning of four letters, or at most a third of its letters wrong;
 * those of names before others.
 */
export function nearestWords(vocabulary: Vocabulary, word: string): string[] {
  if (word.length < 3) return [];
  const near = wordsWithin(vocabulary, word, Math.min(3, Math.floor(word.length / 3))).map(({ candidate }) => candidate);
  const stem = word.slice(0, 4);
  const sameStem = stem.length < 4 ? [] : [...vocabulary.words.keys()].filter((candidate) => candidate.startsWith(stem));
  const all = [...new Set([...near, ...sameStem])].filter((candidate) => candidate.length >= 3 && isOffered(candidate));
  return all.toSorted((a, b) => Number(vocabulary.prominent.has(b)) - Number(vocabulary.prominent.has(a))).slice(0, 3);
}

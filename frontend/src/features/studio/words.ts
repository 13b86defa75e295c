import type { PromptReading } from '@rendermart/contract';

/** Letters and digits of any script; an apostrophe or a hyphen ends a word, as the vocabularies see it. */
const word = /[\p{L}\p{N}\p{M}]+/gu;

export interface Span {
  start: number;
  end: number;
  text: string;
}

/** The word that the caret is in or right behind; null when it is in none. */
export function wordAt(text: string, caret: number): Span | null {
  for (const match of text.matchAll(word)) {
    const end = match.index + match[0].length;
    if (match.index < caret && caret <= end) return { start: match.index, end, text: match[0] };
  }
  return null;
}

/** Replaces the first whole word that reads the same, whatever its case and accents. */
export function replaceWord(text: string, old: string, replacement: string): string {
  const found = [...text.matchAll(word)].find((match) => fold(match[0]) === fold(old));
  return found ? text.slice(0, found.index) + replacement + text.slice(found.index + found[0].length) : text;
}

export function fillWord(text: string, { start, end }: Span, replacement: string): { text: string; caret: number } {
  const rest = text.slice(end);
  const gap = rest === '' ? ' ' : '';
  return { text: text.slice(0, start) + replacement + gap + rest, caret: start + replacement.length + gap.length };
}

export const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Unknown and guessed words, each once; the rest needs no attention. */
export function attention({ words }: PromptReading) {
  const once = <Item extends { word: string }>(items: Item[]) =>
    items.filter((item, index) => items.findIndex((other) => fold(other.word) === fold(item.word)) === index);
  return {
    unknown: once(words.filter(({ reading }) => reading === 'unknown')),
    guessed: once(words.filter(({ reading }) => reading === 'guessed')),
  };
}

/** Moves through a list and through -1, "none of them", in a circle. */
export const nextMark = (marked: number, move: number, count: number): number =>
  ((marked + 1 + move + count + 1) % (count + 1)) - 1;

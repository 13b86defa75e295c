import { expect, test } from 'vitest';
import { attention, fillWord, nextMark, replaceWord, wordAt } from './words.ts';

test('the word at the caret, from its first letter to right behind it', () => {
  expect(wordAt('a red fox', 9)).toEqual({ start: 6, end: 9, text: 'fox' });
  expect(wordAt('a red fox', 6)).toBeNull();
  expect(wordAt('éléphant bleu', 3)).toEqual({ start: 0, end: 8, text: 'éléphant' });
  expect(wordAt("l'ours", 6)?.text).toBe('ours');
});

test('replacing takes whole words only, whatever case and accents', () => {
  expect(replaceWord('foxes and a FOX', 'fox', 'cat')).toBe('foxes and a cat');
  expect(replaceWord('un élephant', 'elephant', 'éléphant')).toBe('un éléphant');
  expect(replaceWord('a dog', 'cat', 'fox')).toBe('a dog');
});

test('a filled word is followed by one space at the end only', () => {
  expect(fillWord('a re', { start: 2, end: 4, text: 're' }, 'red')).toEqual({ text: 'a red ', caret: 6 });
  expect(fillWord('a re fox', { start: 2, end: 4, text: 're' }, 'red')).toEqual({ text: 'a red fox', caret: 5 });
});

test('each word that needs attention is named once', () => {
  const words = [
    { word: 'Foo', reading: 'unknown' as const },
    { word: 'foo', reading: 'unknown' as const },
    { word: 'fux', reading: 'guessed' as const, takenFor: 'fox' },
    { word: 'red', reading: 'known' as const },
  ];
  expect(attention({ words, coverage: 0.5 })).toEqual({ unknown: [words[0]], guessed: [words[2]] });
});

test('the mark goes round through none', () => {
  expect([-1, 0, 1, 2].map((marked) => nextMark(marked, 1, 3))).toEqual([0, 1, 2, -1]);
  expect([-1, 0, 1, 2].map((marked) => nextMark(marked, -1, 3))).toEqual([2, -1, 0, 1]);
});

import { describe, expect, it } from 'vitest';
import { padTokens, readPrompt, tokenize } from './reading.ts';
import { editDistance } from './spelling.ts';
import { suggestWords } from './suggestions.ts';
import { readVocabulary } from './vocabulary.ts';

const vocabulary = readVocabulary({
  maxTokens: 4,
  pad: 0,
  unknown: 1,
  empty: 2,
  stopWords: ['a', 'un', 'the', 'of'],
  words: {
    fox: 3,
    red: 4,
    berry: 5,
    cheval: 6,
    ecureuil: 7,
    elephant: 8,
    bird: 9,
    night: 10,
    '3d': 11,
    oeuf: 12,
    cat: 13,
    wolf: 14,
    grec: 15,
    green: 16,
    snail: 17,
    snarl: 18,
    mouse: 19,
    ice: 20,
    otter: 21,
    knights: 22,
    berrys: 5,
    floor: 23,
    flower: 24,
    hand: 25,
    bs: 26,
  },
  emoji: { '🦊': 'red fox', '❤️': 'red', '🐒': 'monkey', '👍': 'bird', '👩‍⚕️': 'cat' },
  concepts: [
    { en: 'fox', fr: 'renard', char: '🦊' },
    { en: 'squirrel', fr: 'écureuil' },
    { en: 'red bird', fr: 'oiseau rouge' },
    { en: 'elephant', fr: 'éléphant' },
    { en: 'snail', fr: 'escargot' },
    { en: 'night', fr: 'nuit' },
    { en: 'mouse', fr: 'souris' },
    { en: 'flower', fr: 'floor' },
    { en: 'hand', fr: 'hand' },
  ],
  colours: { green: ['green'] },
});

describe('readPrompt', () => {
  it.each([
    ['A red fox', ['ignored', 'known', 'known']],
    ['un ÉCUREUIL, 3D!', ['ignored', 'known', 'known']],
    ['œuf', ['known']],
    ['foxes berries wolves chevaux', ['guessed', 'guessed', 'guessed', 'guessed']],
    ['elepent nihgt birrd', ['unknown', 'guessed', 'guessed']],
    ['cot vs B', ['unknown', 'ignored', 'unknown']],
    ['🦊❤️❤ 🐒 🛸', ['known', 'known', 'known', 'unknown', 'unknown']],
    ['👍🏿 👍🏻 ❤️‍🔥', ['known', 'known', 'known']],
    ['👩🏽‍⚕️ 👩‍⚕', ['known', 'known']],
    ['other knight tapis', ['ignored', 'unknown', 'unknown']],
    ['knights snailz znail', ['known', 'guessed', 'unknown']],
    ['Einstein 狐', ['unknown', 'unknown']],
  ])('reads %s', (prompt, readings) => {
    expect(readPrompt(vocabulary, prompt).words.map((word) => word.reading)).toEqual(readings);
  });

  it('takes a word for a thing, colour or style before any other that is as near', () => {
    expect(readPrompt(vocabulary, 'gren snaiil').words.map((word) => word.takenFor)).toEqual(['green', 'snail']);
  });

  it('takes a word for one of which a letter was forgotten before one of which it was changed', () => {
    expect(readPrompt(vocabulary, 'flowr').words[0]!.takenFor).toBe('flower');
  });

  it('hears what is written as it sounds', () => {
    expect(readPrompt(vocabulary, 'elefant éléfants').words.map((word) => word.takenFor)).toEqual(['elephant', 'elephant']);
  });

  it('takes no German word for an English one', () => {
    expect(readPrompt(vocabulary, 'Hund').words[0]!.reading).toBe('unknown');
  });

  it('knows plurals of their own', () => {
    expect(readPrompt(vocabulary, 'mice').words).toEqual([{ word: 'mice', reading: 'guessed', takenFor: 'mouse' }]);
  });

  it('says what a guessed word was taken for, and what is near an unknown one', () => {
    expect(readPrompt(vocabulary, 'foxes elepent').words).toEqual([
      { word: 'foxes', reading: 'guessed', takenFor: 'fox' },
      { word: 'elepent', reading: 'unknown', suggestions: ['elephant'] },
    ]);
  });

  it.each([
    ['a', 1],
    ['', 1],
    ['red Einstein', 0.5],
    ['Einstein', 0],
    ['the red foxes', 1],
  ])('coverage of %j is %d', (prompt, coverage) => {
    expect(readPrompt(vocabulary, prompt).coverage).toBe(coverage);
  });
});

describe('tokenize', () => {
  it('drops stop words and unknown words, so an unknown word cannot change the picture', () => {
    expect(tokenize(vocabulary, 'Einstein and a red fox 狐')).toEqual(tokenize(vocabulary, 'red fox'));
  });

  it('spells emoji out', () => expect(tokenize(vocabulary, '🦊')).toEqual([4, 3]));

  it('cuts to the model’s length', () => expect(tokenize(vocabulary, 'red fox red fox red fox')).toEqual([4, 3, 4, 3]));

  it('pads, and puts the empty token where nothing is left', () => {
    expect(padTokens(vocabulary, [3])).toEqual([3, 0, 0, 0]);
    expect(padTokens(vocabulary, [])).toEqual([2, 0, 0, 0]);
  });
});

it.each([
  ['fox', 'fox', 0],
  ['night', 'nihgt', 1],
  ['bird', 'birrd', 1],
  ['cat', 'dog', 3],
  ['a', 'abcd', 3],
])('editDistance %s %s', (a, b, distance) => {
  expect(editDistance(a, b, 3)).toBe(distance);
});

describe('suggestWords', () => {
  it('ignores accents and case, and names things in the language asked for', () => {
    expect(suggestWords(vocabulary, 'Écu', 'fr-CA')).toEqual(['écureuil']);
    expect(suggestWords(vocabulary, 'squ', 'en')).toEqual(['squirrel']);
  });

  it('finds later words of a name after its beginning', () => {
    expect(suggestWords(vocabulary, 'bi', 'en')).toEqual(['red bird', 'bird']);
    expect(suggestWords(vocabulary, '  ', 'en')).toEqual([]);
  });

  it('offers no plural that nobody writes', () => {
    expect(suggestWords(vocabulary, 'berr', 'en')).toEqual(['berry']);
    expect(readPrompt(vocabulary, 'berrys').words[0]!.reading).toBe('known');
  });
});

it('says which entry of a vocabulary is wrong', () => {
  expect(() => readVocabulary({ maxTokens: 'many' }, 'x/vocabulary.json')).toThrow(/x\/vocabulary\.json.*[\s\S]*maxTokens/);
});

it.each([{ nothing: [0] }, { fox: [99] }])('refuses keywords that mean nothing: %j', (keywords) => {
  const file = {
    maxTokens: 4,
    pad: 0,
    unknown: 1,
    empty: 2,
    stopWords: [],
    words: { fox: 3 },
    concepts: [{ en: 'fox', fr: 'renard' }],
  };
  expect(() => readVocabulary({ ...file, keywords })).toThrow(`keywords.${Object.keys(keywords)[0]}`);
  expect(readVocabulary({ ...file, keywords: { fox: [0] } }).keywords.get(3)).toEqual([{ en: 'fox', fr: 'renard' }]);
});

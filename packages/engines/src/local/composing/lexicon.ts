import { foldText, splitWords } from '@rendermart/diffusion';
import type { ModelWords, PromptReading } from '@rendermart/diffusion';
import { callsSomething, callsThing } from './calling.ts';
import { attributesOf, foldPrompt, perModel } from './folding.ts';
import { inNames, keywordIn } from './keywords.ts';
import { describes, namesKind } from './kind-words.ts';
import { kindIn } from './kinds.ts';
import type { Lexicon, Span } from './plan.ts';
import { thingOf } from './things.ts';
import { unjoined } from './unjoined.ts';

/** The words of a text that name things, in order: no small words, colours or styles. */
function nameOf(text: string, model: ModelWords): string {
  const attributes = attributesOf(model);
  const words = splitWords(text).map(({ folded }) => folded);
  return words.filter((word) => !model.vocabulary.stopWords.has(word) && !attributes.has(word)).join(' ');
}

const namesOf = perModel((model): ReadonlySet<string> => {
  const names = new Set(model.vocabulary.concepts.flatMap(({ en, fr }) => [en, fr].map((name) => nameOf(name, model))));
  names.delete('');
  return names;
});

const singular = (word: string) => (word.length > 3 ? word.replace(/[sx]$/, '') : word);

/** Names of several words as they are written, by their first word; the longest first. */
const writtenNamesOf = perModel((model): ReadonlyMap<string, string[][]> => {
  const names = model.vocabulary.concepts
    .flatMap(({ en, fr }) => [foldPrompt(en), foldPrompt(fr)])
    .filter((name) => name.includes(' '))
    .map((name) => name.split(' ').map(singular))
    .toSorted((a, b) => b.length - a.length);
  return Map.groupBy(names, ([first]) => first!);
});

/** Where names of several words stand in a folded text. */
function namesIn(text: string, model: ModelWords): Span[] {
  const names = writtenNamesOf(model);
  const words = Array.from(text.matchAll(/[^\s]+/g), ({ 0: word, index }) => ({
    word: singular(word),
    index,
    end: index + word.length,
  }));
  const found: Span[] = [];
  for (let i = 0; i < words.length; i++) {
    const name = names.get(words[i]!.word)?.find((name) => name.every((word, k) => word === words[i + k]?.word));
    if (name === undefined) continue;
    found.push({ start: words[i]!.index, end: words[i + name.length - 1]!.end });
    i += name.length - 1;
  }
  return found;
}

/** A text with the vocabulary's words in place of those that were taken for them: "anmial" is an animal. */
function meantBy(text: string, { words }: PromptReading): string {
  const meant = new Map(
    words.flatMap(({ word, takenFor }) => (takenFor === undefined ? [] : [[foldText(word), takenFor] as const])),
  );
  return text.replaceAll(/[a-z0-9]+/g, (word) => meant.get(word) ?? word);
}

/**
 * What a model's vocabulary says about one prompt. The prompt's reading is asked once: guessing words is slow.
 * @param hasKinds whether the words for kinds name things too, even those that the model does not know
 */
export function lexiconOf(model: ModelWords, reading: PromptReading, hasKinds = true): Lexicon {
  const attributes = attributesOf(model);
  const names = namesOf(model);
  const things = new Set(
    reading.words
      .filter((word) => word.reading === 'known' || word.reading === 'guessed')
      .flatMap(({ word, takenFor = '' }) => splitWords(`${word} ${inNames(foldText(word), model)} ${takenFor}`))
      .map(({ folded }) => folded)
      .filter((word) => !attributes.has(word) && !describes(word)),
  );
  const namesThing = (text: string) => splitWords(text).some(({ folded }) => things.has(folded));
  const hasThing = (text: string) => namesThing(text) || (hasKinds && namesKind(text));
  return {
    isName: (text) => names.has(nameOf(text, model)),
    namesIn: (text) => namesIn(text, model),
    hasThing,
    callsThing: (text) => hasThing(text) && callsThing(meantBy(text, reading), model),
    callsSomething: (text) => hasThing(text) && callsSomething(meantBy(text, reading), model),
    unjoined: (text) => (names.has(nameOf(text, model)) ? [text] : unjoined(text, namesIn(text, model).length > 0, model)),
    thingOf: (text) => {
      const written = thingOf(text, model, { hasThing });
      const thing = hasKinds ? { ...written, prompt: inNames(written.prompt, model) } : written;
      const meant = meantBy(thing.prompt, reading);
      const kindOf = (words: string) => kindIn(words, model, { hasThing });
      const kind = hasKinds ? (kindOf(thing.prompt) ?? kindOf(meant) ?? keywordIn(meant, model)) : undefined;
      return kind ? { ...thing, kind } : thing;
    },
  };
}

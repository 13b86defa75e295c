import { foldText, splitWords } from '@rendermart/diffusion';
import type { ModelWords, PromptReading } from '@rendermart/diffusion';
import { attributesOf, perModel } from './folding.ts';
import { namesKind } from './kind-words.ts';
import { kindIn } from './kinds.ts';
import type { Lexicon } from './plan.ts';
import { thingOf } from './things.ts';

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
      .flatMap(({ word }) => splitWords(word).map(({ folded }) => folded))
      .filter((word) => !attributes.has(word)),
  );
  const namesThing = (text: string) => splitWords(text).some(({ folded }) => things.has(folded));
  const hasThing = (text: string) => namesThing(text) || (hasKinds && namesKind(text));
  return {
    isName: (text) => names.has(nameOf(text, model)),
    hasThing,
    thingOf: (text) => {
      const thing = thingOf(text, model, { hasThing });
      const kindOf = (words: string) => kindIn(words, model, { hasThing });
      const kind = hasKinds ? (kindOf(thing.prompt) ?? kindOf(meantBy(thing.prompt, reading))) : undefined;
      return kind ? { ...thing, kind } : thing;
    },
  };
}

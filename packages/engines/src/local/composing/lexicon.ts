import { splitWords } from '@rendermart/diffusion';
import type { ModelWords, PromptReading } from '@rendermart/diffusion';
import { attributesOf } from './folding.ts';
import type { Lexicon } from './plan.ts';
import { thingOf } from './things.ts';

/** The words of a text that name things, in order: no small words, colours or styles. */
function nameOf(text: string, model: ModelWords, attributes: ReadonlySet<string>): string {
  const words = splitWords(text).map(({ folded }) => folded);
  return words.filter((word) => !model.vocabulary.stopWords.has(word) && !attributes.has(word)).join(' ');
}

const namesOfModels = new WeakMap<ModelWords, ReadonlySet<string>>();

function namesOf(model: ModelWords, attributes: ReadonlySet<string>): ReadonlySet<string> {
  const known = namesOfModels.get(model);
  if (known) return known;
  const names = new Set(
    model.vocabulary.concepts.flatMap(({ en, fr }) => [en, fr].map((name) => nameOf(name, model, attributes))),
  );
  names.delete('');
  namesOfModels.set(model, names);
  return names;
}

/** What a model's vocabulary says about one prompt. The prompt's reading is asked once: guessing words is slow. */
export function lexiconOf(model: ModelWords, reading: PromptReading): Lexicon {
  const attributes = attributesOf(model);
  const names = namesOf(model, attributes);
  const things = new Set(
    reading.words
      .filter((word) => word.reading === 'known' || word.reading === 'guessed')
      .flatMap(({ word }) => splitWords(word).map(({ folded }) => folded))
      .filter((word) => !attributes.has(word)),
  );
  const hasThing = (text: string) => splitWords(text).some(({ folded }) => things.has(folded));
  return {
    isName: (text) => names.has(nameOf(text, model, attributes)),
    hasThing,
    thingOf: (text) => thingOf(text, model, { hasThing }),
  };
}

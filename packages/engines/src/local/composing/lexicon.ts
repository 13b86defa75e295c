import { foldText, splitWords } from '@rendermart/diffusion';
import type { ModelWords, PromptReading } from '@rendermart/diffusion';
import type { Lexicon } from './plan.ts';

/** Characters of a prompt that are looked at: twice what the models here promise to read. */
const mostCharacters = 2000;

/** A prompt as the patterns of composing see it: folded, apostrophes and hyphens as spaces, other punctuation as commas. */
export function foldPrompt(prompt: string): string {
  return foldText(prompt.slice(0, mostCharacters))
    .replaceAll(/[’'`_\-/]/g, ' ')
    .replaceAll(/[.;:!?()"«»\n]/g, ' , ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The single words that name colours and styles. */
export const attributesOf = ({ vocabulary }: ModelWords): ReadonlySet<string> =>
  new Set([...vocabulary.attributes].flatMap((word) => splitWords(word).map(({ folded }) => folded)));

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
  return {
    isName: (text) => names.has(nameOf(text, model, attributes)),
    hasThing: (text) => splitWords(text).some(({ folded }) => things.has(folded)),
  };
}

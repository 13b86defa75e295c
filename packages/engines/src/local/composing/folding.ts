import { foldText, splitWords } from '@rendermart/diffusion';
import type { ModelWords } from '@rendermart/diffusion';

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

/** The same, made once for each model and kept as long as the model is. */
export function perModel<Made>(make: (model: ModelWords) => Made): (model: ModelWords) => Made {
  const known = new WeakMap<ModelWords, { made: Made }>();
  return (model) => {
    const entry = known.get(model) ?? { made: make(model) };
    known.set(model, entry);
    return entry.made;
  };
}

/** The single words that name colours and styles. */
export const attributesOf = perModel(
  ({ vocabulary }): ReadonlySet<string> =>
    new Set([...vocabulary.attributes].flatMap((word) => splitWords(word).map(({ folded }) => folded))),
);

/** Without the gaps that words leave behind which were taken out. */
export const tidy = (text: string): string =>
  text
    .replaceAll(/(?:\s*,)+\s*/g, ', ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/^[\s,]+|[\s,]+$/g, '');

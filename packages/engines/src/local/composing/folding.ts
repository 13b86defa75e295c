import { bareEmoji, foldText, splitWords } from '@rendermart/diffusion';
import type { ModelWords } from '@rendermart/diffusion';

/** Characters of a prompt that are looked at: twice what the models here promise to read. */
const mostCharacters = 2000;

/** Joined ones too, which are no RGI emoji without their variation selectors. */
const oneEmoji = '(?:\\p{RGI_Emoji}|\\p{Extended_Pictographic})';
const emoji = `${oneEmoji}(?:\\u200D${oneEmoji})*`;
const eachEmoji = new RegExp(emoji, 'gv');
/** "🐱🐶" is a cat and a dog. */
const besideEmoji = new RegExp(`(${emoji})\\s*(?=${emoji})`, 'gv');

/** A prompt as the patterns of composing see it: folded, apostrophes and hyphens as spaces, signs as words, other punctuation as commas. */
export function foldPrompt(prompt: string): string {
  return foldText(bareEmoji(prompt.slice(0, mostCharacters)))
    .replaceAll(/ \/ |[.…;:!?()[\]{}<>|•–—"“”„«»\n]/g, ' , ')
    .replaceAll(/[’‘'`_\-/]/g, ' ')
    .replaceAll(/[&+]/g, ' and ')
    .replaceAll(besideEmoji, '$1 and ')
    .replaceAll(eachEmoji, ' $& ')
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

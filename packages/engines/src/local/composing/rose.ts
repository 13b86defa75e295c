import type { ModelWords } from '@rendermart/diffusion';
import { attributesOf, foldPrompt, perModel } from './folding.ts';
import { namesKind } from './kind-words.ts';
import { numberWords } from './words.ts';

/** Adjectives that stand before a French noun: a "petite rose" is a flower. */
const before = /^(?:petit|grand|gros|beau|bel|joli|vieux|vieil|jeune|nouveau|nouvel|bon|mauvais|premier|double|demi)/;
const singular = (word: string) => word.replace(/[sx]$/, '');

/** The nouns that French names of things begin with: "fleur" of "fleur fanée", "t" and "shirt" of "t-shirt". */
const nounsOf = perModel(({ vocabulary: { concepts, stopWords } }): ReadonlySet<string> => {
  const first = concepts.flatMap(({ fr }) => foldPrompt(fr.trim().split(/\s/, 1)[0]!).split(' '));
  const isNoun = (word: string) => /^[a-z]+$/.test(word) && !stopWords.has(word) && !(word in numberWords) && !before.test(word);
  return new Set(first.filter(isNoun).map(singular));
});

/**
 * French has one word for a flower and for a colour. After a noun that is another thing it is the colour: "un éléphant rose",
 * "des chaussettes roses". Alone, after an article or before its own colour it is the flower: "une rose", "rose rouge".
 * @param thing folded, as `foldPrompt` gives it
 * @returns the same with the colour as a word that means nothing else
 */
export function roseAsColour(thing: string, model: ModelWords): string {
  const [nouns, attributes] = [nounsOf(model), attributesOf(model)];
  return thing.replaceAll(/(?<![a-z0-9])roses?(?![a-z0-9])/g, (rose, index: number) => {
    const words = thing.slice(0, index).trimEnd().split(/\s+/);
    // "un chat 3d rose": other attributes may stand between.
    const noun = words.findLast((word) => !attributes.has(word)) ?? '';
    return nouns.has(singular(noun)) || namesKind(noun) ? 'pink' : rose;
  });
}

import { splitWords } from '@rendermart/diffusion';
import type { ModelWords } from '@rendermart/diffusion';
import { attributesOf } from './folding.ts';
import { withoutMarkup } from './markup.ts';

/** French things that only an accent tells from a small word. */
const accented: readonly (readonly [RegExp, string])[] = [
  [/(?<!\p{L})thés?(?!\p{L})/giu, 'tea'],
  [/(?<!\p{L})dés?(?!\p{L})/giu, 'game die'],
];

/** French has one word for balls and balloons: of a colour, or in the sky, it is a balloon. */
const balloons =
  /(?<!\p{L})ballons?(?=\s+(?:rouges?|bleus?|verts?|jaunes?|roses?|violets?|orange|blancs?|noirs?|gonflables?|multicolores?|dans le ciel)(?!\p{L}))/giu;

/** Things that have the name of a colour: where a prompt names nothing else, they are meant. */
const namesakes: readonly (readonly [RegExp, string])[] = [
  [/(?<!\p{L})oranges?(?!\p{L})/giu, 'tangerine'],
  [/(?<!\p{L})limes?(?!\p{L})/giu, 'green lemon'],
  [/(?<!\p{L})marrons?(?!\p{L})/giu, 'chestnut'],
];

const replaced = (text: string, table: readonly (readonly [RegExp, string])[]): string =>
  table.reduce((all, [pattern, meant]) => all.replaceAll(pattern, meant), text);

function namesThing(text: string, model: ModelWords): boolean {
  const { stopWords } = model.vocabulary;
  const attributes = attributesOf(model);
  return splitWords(text).some(({ folded }) => !stopWords.has(folded) && !attributes.has(folded));
}

/** A prompt without markup, and with what folding and a list of colours would lose in words that mean nothing else: "un thé", "an orange". */
export function meantPrompt(prompt: string, model: ModelWords): string {
  const spelt = replaced(withoutMarkup(prompt.normalize('NFC')), [...accented, [balloons, 'balloon']]);
  return namesThing(spelt, model) ? spelt : replaced(spelt, namesakes);
}

import { smallWords, splitWords } from '@rendermart/diffusion';
import type { ModelWords } from '@rendermart/diffusion';
import { everydayThings } from './everyday-things.ts';
import { attributesOf, foldPrompt, perModel } from './folding.ts';
import { describing, kinds } from './kind-words.ts';
import { numberWords, phrase } from './words.ts';

/*
 * What people call a thing, without an article: in "house, green tree, sun" each part is one, in "fox, cute, masterpiece" only the
 * first. Nobody says "deciduous tree", so the word that a name is about counts too.
 */

/** More that describes than what kinds are said to be. */
const alsoDescribing = phrase(
  'fluffy|furry|chubby|round|tall|long|short|baby|simple|single|real|soft|sleeping|sleepy|dizzy|angry|scary|evil|magic|' +
    'comic book|story ?book|high|low|left|right|bald|locked|unlocked|radioactive|super|double|' +
    'ronde?s?|longue?s?|courte?s?|hauts?|hautes?|endormie?s?|mechante?s?|magiques?|pleine?s?|seule?s?|muette?s?',
);

/** A word without its plural, English or French; others may lose a letter, so it is for comparing. */
export const singular = (word: string) =>
  word.length > 3
    ? word
        .replace(/eaux$/, 'eau')
        .replace(/aux$/, 'al')
        .replace(/ies$/, 'y')
        .replace(/([^s])s$|x$/, '$1')
    : word;

const saidOfPictures =
  'art print light love joy fear smile face head name mode style danger end medium dot stripe ' +
  'visage tete silhouette luminosite premier premiere dernier graphique';

/** Names, or the last words of names, that a prompt says of a picture rather than of a thing in it; and numbers. */
const ofPictures = new Set([...saidOfPictures.split(' '), ...Object.keys(numberWords)].map(singular));

/** The words of a text that say what it is, in their singular: no small words, colours, styles or ordinary adjectives. */
function tellingWords(text: string, model: ModelWords): string[] {
  const attributes = attributesOf(model);
  const { stopWords } = model.vocabulary;
  const rest = text.replaceAll(describing, ' ').replaceAll(alsoDescribing, ' ');
  const telling = splitWords(rest).filter(({ folded }) => ![stopWords, smallWords, attributes].some((set) => set.has(folded)));
  return telling.map(({ folded }) => singular(folded));
}

/** What a vocabulary's name is about, in English at its end, in French at its beginning; the rest says which one. */
function headOf(name: string, isFrench: boolean, model: ModelWords): string | undefined {
  const words = tellingWords(foldPrompt(name.replace(/[:(].*/, '')), model);
  const head = words.at(isFrench ? 0 : -1);
  return head === undefined || head.endsWith('ing') ? undefined : head;
}

const callsOf = perModel((model): ReadonlySet<string> => {
  const calls = model.vocabulary.concepts.flatMap(({ en, fr }) => [
    ...[en, fr].map((name) => tellingWords(foldPrompt(name), model).join(' ')),
    headOf(en, false, model) ?? '',
    headOf(fr, true, model) ?? '',
  ]);
  const known = calls.filter((call) => call.length > 1 && !ofPictures.has(call));
  // "Foxes" and "peaches" lose their last letter only.
  return new Set(known.flatMap((call) => (/(?:[sxz]|ch|sh)$/.test(call) ? [call, `${call}e`] : [call])));
});

/** Whether a word, in its singular, calls a thing by itself. */
export const isCall = (word: string, model: ModelWords): boolean => callsOf(model).has(word);

const everydayOf = perModel((model) => new Set(everydayThings.map((thing) => tellingWords(thing, model).join(' '))));

/** A face is what most things have. */
const withoutKinds = (text: string) =>
  kinds.reduce((rest, { name, pattern }) => (name === 'face' ? rest : rest.replaceAll(pattern, ' ')), text);

const isEmoji = (word: string) => !/^[\p{L}\p{N}]/u.test(word);

/** Whether a folded text is a thing and nothing else, but for how it looks: "green tree", "cute birds", an emoji. */
export function callsThing(text: string, model: ModelWords): boolean {
  const words = tellingWords(text, model);
  if (words.length === 0) return false;
  const isKind = tellingWords(withoutKinds(text), model).length === 0;
  const call = words.join(' ');
  return isKind || callsOf(model).has(call) || everydayOf(model).has(call) || words.every(isEmoji);
}

/** Whether one word of a folded text calls a thing at least: "happy fox jumping". */
export const callsSomething = (text: string, model: ModelWords): boolean =>
  withoutKinds(text) !== text ||
  tellingWords(text, model).some((word) => callsOf(model).has(word) || everydayOf(model).has(word) || isEmoji(word));

import { splitWords } from '@rendermart/diffusion';
import type { ModelWords } from '@rendermart/diffusion';
import type { Dress } from './dressing.ts';
import { foldPrompt, perModel, tidy } from './folding.ts';
import { keyOf, runsOf } from './naming.ts';
import type { Lexicon, Plan } from './plan.ts';
import type { Pose } from './pose.ts';
import { type Colour, isColour } from './recolour.ts';
import { roseAsColour } from './rose.ts';
import type { EvenStyle } from './surfaces.ts';

/** What a thing is called. */
export interface Names {
  en: string;
  fr: string;
}

/** A thing as the network draws it, and the colour that it is given afterwards by rule. */
export interface Thing {
  prompt: string;
  colour: Colour | null;
  /**
   * The kind (or the keywords) that a thing without a name of its own is one of, the words for it, and what else is said of it, such as its style.
   * Words that describe ("a cute animal") are in neither: beside the name of a thing the network makes a cloud of both.
   */
  kind?: { name: string; words: string; rest: string };
  /** Which of its kind the seed chose, as the vocabulary names it in both languages. */
  drawnAs?: Names;
  /** The styles whose artists give each surface one colour of a palette, if it is drawn in such: a rule does so afterwards. */
  surfacesOf?: readonly EvenStyle[];
  /** The style that a rule gives it, and the one in which the network draws it, if nobody drew it in the asked one. */
  dress?: Dress;
  /** How the thing is turned after it was drawn, if it is. */
  pose?: Pose;
}

/** The styles that are asked of a thing: the one that the seed chose for its plan, and those that it names. */
export function stylesOf({ prompt }: Thing, { style }: Plan, { vocabulary }: ModelWords): string[] {
  const named = splitWords(prompt).flatMap(({ folded }) => vocabulary.styles.get(folded) ?? []);
  return style === undefined ? named : [style, ...named];
}

const wordPattern = /[a-z0-9]+/g;

interface Token {
  word: string;
  index: number;
  /** What the vocabulary takes it for; other languages and forms of a word share it. */
  id: number | string;
  colour: string | undefined;
}

function tokensOf(text: string, { vocabulary }: ModelWords): Token[] {
  return Array.from(text.matchAll(wordPattern), ({ 0: word, index }) => ({
    word,
    index,
    id: vocabulary.words.get(word) ?? word,
    colour: vocabulary.colours.get(word),
  })).filter(({ word }) => !vocabulary.stopWords.has(word));
}

/** Names of things that have a colour in them ("black cat", "coeur bleu"), as the ids of their words. */
const colouredNamesOf = perModel((model): ReadonlySet<string> => {
  const all = model.vocabulary.concepts.flatMap(({ en, fr }) => [en, fr].map((name) => tokensOf(foldPrompt(name), model)));
  const coloured = all.filter((tokens) => tokens.length > 1 && tokens.some(({ colour }) => colour !== undefined));
  return new Set(coloured.map((tokens) => keyOf(idsOf(tokens))));
});

const idsOf = (tokens: readonly Token[]) => tokens.map(({ id }) => id);

/** Whether a folded text holds the name of a thing that has a colour in it. */
export const holdsColouredName = (text: string, model: ModelWords): boolean =>
  runsOf(idsOf(tokensOf(text, model))).some((run) => colouredNamesOf(model).has(run));

/** A shade beside a colour: the rules know one of each colour. "Dark" alone is black. */
const shadeBefore = /(?<![a-z0-9])(?:light|dark|pale|deep|bright|baby|sky|navy|hot|lime|forest|pastel) (?=([a-z]+))/g;
const shadeAfter =
  /(?<=(?<![a-z0-9])([a-z]+)) (?:claire?s?|foncee?s?|pales?|vi(?:f|ve)s?|marine|ciel|pastel|sombres?)(?![a-z0-9])/g;

function withoutShades(text: string, { vocabulary }: ModelWords): string {
  const besideColour = (match: string, colour: string) => (vocabulary.colours.has(colour) ? '' : match);
  return text.replaceAll(shadeBefore, besideColour).replaceAll(shadeAfter, besideColour);
}

/**
 * Takes the one colour out of a thing ("a purple fox"): the network draws the thing, a rule paints it. Two colours, a colour alone
 * ("an orange") and a thing whose name has the colour ("a black cat") stay with the network, which learned those.
 * @param text folded, as `foldPrompt` gives it
 */
export function thingOf(text: string, model: ModelWords, { hasThing }: Pick<Lexicon, 'hasThing'>): Thing {
  const prompt = withoutShades(roseAsColour(text, model), model);
  const tokens = tokensOf(prompt, model);
  const [colour, second] = new Set(tokens.flatMap((token) => token.colour ?? []));
  if (colour === undefined || second !== undefined || !isColour(colour)) return { prompt, colour: null };
  if (holdsColouredName(prompt, model)) return { prompt, colour: null };
  const plain = tokens
    .filter((token) => token.colour !== undefined)
    .reduceRight((rest, { index, word }) => rest.slice(0, index) + rest.slice(index + word.length), prompt);
  const thing = tidy(plain);
  return hasThing(thing) ? { prompt: thing, colour } : { prompt, colour: null };
}

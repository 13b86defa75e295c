import { smallWords, splitWords } from '@rendermart/diffusion';
import type { ModelWords } from '@rendermart/diffusion';
import { callsThing, isCall, singular } from './calling.ts';
import { attributesOf, foldPrompt, perModel } from './folding.ts';
import { kindsOfNames } from './kinds.ts';

/** An article in the middle of a text; "a" only after an English one, because it is French too: "un four a pizza". */
const articles = [/ (?=(?:une?|des) )/, / (?=(?:an?|the) )/];

/** "A drawing of". */
function endsOpen(text: string, { vocabulary: { stopWords } }: ModelWords): boolean {
  const last = text.split(' ').at(-1)!;
  return stopWords.has(last) || smallWords.has(last);
}

/** "Un chat un chien". */
function splitAtArticles(text: string, model: ModelWords): string[] {
  for (const article of articles) {
    const parts = ` ${text}`.split(article).map((part) => part.trim());
    const things = parts.filter((part) => part !== '');
    const areThings = things.every((part) => callsThing(part, model) && !endsOpen(part, model));
    if (things.length > 1 && parts[0] === '' && areThings) return things;
  }
  return [text];
}

/** The words of each name, in their singular. */
const wordsOfNames = perModel((model): readonly ReadonlySet<string>[] =>
  model.vocabulary.concepts.flatMap(({ en, fr }) =>
    [en, fr].map((name) => new Set(splitWords(foldPrompt(name)).map(({ folded }) => singular(folded)))),
  ),
);

/** "Cat dog": two of a kind, or three of any, which no name has together. "Robot cat" is one thing. */
function splitNames(text: string, model: ModelWords): string[] {
  const parts = text.split(' ');
  const attributes = attributesOf(model);
  const last = parts.findLastIndex((part) => !attributes.has(part));
  const names = parts.slice(0, last + 1);
  const words = names.map(singular);
  if (names.length < 2 || !words.every((word) => isCall(word, model))) return [text];
  const [first, ...others] = words.map((word) => kindsOfNames(model).get(word) ?? []);
  const areOfAKind = first!.some((kind) => others.every((kinds) => kinds.includes(kind)));
  if (names.length === 2 && !areOfAKind) return [text];
  if (wordsOfNames(model).some((name) => words.every((word) => name.has(word)))) return [text];
  return names.map((name) => [name, ...parts.slice(last + 1)].join(' '));
}

/**
 * The things of a folded text that no word joins: "cat dog bird", "un chat un chien".
 * @param hasLongName whether a name of several words stands in it
 */
export function unjoined(text: string, hasLongName: boolean, model: ModelWords): string[] {
  const parts = splitAtArticles(text, model);
  return parts.length > 1 || hasLongName ? parts : splitNames(text, model);
}

import { smallWords, splitWords } from '@rendermart/diffusion';
import type { Concept, ModelWords } from '@rendermart/diffusion';
import { isCall, singular } from './calling.ts';
import { attributesOf, foldPrompt, perModel, tidy } from './folding.ts';
import { describes } from './kind-words.ts';
import { idsOfNames, keyOf, runsOf } from './naming.ts';
import type { Thing } from './things.ts';
import { numberWords } from './words.ts';

/*
 * "A bottle" is a keyword of several things and the name of none: the network draws a cloud of them all. It is drawn as one of them.
 */

/** The names of things, as the ids of their words. */
const namesOf = perModel(
  (model): ReadonlySet<string> =>
    new Set(
      model.vocabulary.concepts.flatMap(({ en, fr }) => [en, fr].map((name) => keyOf(idsOfNames(foldPrompt(name), model)))),
    ),
);

/** The words of a text that name things, if each is a keyword, no run of them is a name and no emoji says what is meant. */
function keywordsOf(text: string, model: ModelWords): string[] {
  const { stopWords, words, keywords } = model.vocabulary;
  const attributes = attributesOf(model);
  const isSmall = (word: string) =>
    word.length < 2 || describes(word) || Object.hasOwn(numberWords, word) || stopWords.has(word) || smallWords.has(word);
  const written = splitWords(text);
  const found = written.filter(({ folded }) => words.has(folded) && !isSmall(folded) && !attributes.has(folded));
  const areVague = found.every(({ folded }) => keywords.has(words.get(folded)!)) && written.every(({ emoji }) => !emoji);
  return areVague && !runsOf(idsOfNames(text, model)).some((run) => namesOf(model).has(run))
    ? found.map(({ folded }) => folded)
    : [];
}

/** A text with the name of a thing in place of its plural, where that is a keyword and names nothing else: "chevaux", "cars". */
export function inNames(text: string, model: ModelWords): string {
  const { words, keywords } = model.vocabulary;
  const [plural, other] = keywordsOf(text, model);
  if (plural === undefined || other !== undefined) return text;
  const name = singular(plural);
  const id = words.get(name);
  if (id === undefined || keywords.has(id) || !isCall(name, model)) return text;
  return text.replaceAll(/[a-z0-9]+/g, (word) => (word === plural ? name : word));
}

/** What a text means that names a thing by keywords alone: the same form as a kind. */
export function keywordIn(text: string, model: ModelWords): Thing['kind'] {
  const found = keywordsOf(text, model);
  if (found.length === 0 || conceptsOf(found.join(' '), model).length === 0) return undefined;
  const rest = text.replaceAll(/[a-z0-9]+/g, (word) => (found.includes(word) ? ' ' : word));
  return { name: found.join(' '), words: found.join(' '), rest: tidy(rest) };
}

/** What a keyword may mean; if several have it in their names, these: "bowl" is no American football. */
function meaningsOf(keyword: string, { vocabulary: { words, keywords } }: ModelWords): readonly Concept[] {
  const all = keywords.get(words.get(keyword)!) ?? [];
  const named = all.filter(({ en, fr }) => foldPrompt(`${en} ${fr}`).split(' ').includes(keyword));
  return named.length > 1 ? named : all;
}

/** The things that keywords mean together ("water bottle"); if none is meant by all, those of the word that means the fewest. */
export function conceptsOf(name: string, model: ModelWords): readonly Concept[] {
  const { words, keywords } = model.vocabulary;
  const each = name.split(' ').map((word) => keywords.get(words.get(word)!) ?? []);
  const shared = each.reduce((all, list) => all.filter((concept) => list.includes(concept)));
  if (each.length > 1 && shared.length > 0) return shared;
  const meanings = name.split(' ').map((word) => meaningsOf(word, model));
  return meanings.toSorted((a, b) => a.length - b.length)[0]!;
}

import { smallWords, splitWords } from '@rendermart/diffusion';
import type { Concept, ModelWords } from '@rendermart/diffusion';
import { attributesOf, foldPrompt, perModel, tidy } from './folding.ts';
import { idsOfNames, keyOf, runsOf } from './naming.ts';
import type { Thing } from './things.ts';

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

/** The words of a text that name things, if each is a keyword and no run of them is a name. */
function keywordsOf(text: string, model: ModelWords): string[] {
  const { stopWords, words, keywords } = model.vocabulary;
  const attributes = attributesOf(model);
  const isSmall = (word: string) => word.length < 2 || stopWords.has(word) || smallWords.has(word);
  const found = splitWords(text).filter(({ folded }) => words.has(folded) && !isSmall(folded) && !attributes.has(folded));
  const ids = found.map(({ folded }) => words.get(folded)!);
  const areVague = found.every(({ emoji }) => !emoji) && ids.every((id) => keywords.has(id));
  return areVague && !runsOf(ids).some((run) => namesOf(model).has(run)) ? found.map(({ folded }) => folded) : [];
}

/** What a text means that names a thing by keywords alone: the same form as a kind. */
export function keywordIn(text: string, model: ModelWords): Thing['kind'] {
  const found = keywordsOf(text, model);
  if (found.length === 0 || conceptsOf(found.join(' '), model).length === 0) return undefined;
  const rest = text.replaceAll(/[a-z0-9]+/g, (word) => (found.includes(word) ? ' ' : word));
  return { name: found.join(' '), words: found.join(' '), rest: tidy(rest) };
}

/** The things that keywords mean together ("water bottle"); if none is meant by all, those of the word that means the fewest. */
export function conceptsOf(name: string, { vocabulary }: ModelWords): readonly Concept[] {
  const each = name.split(' ').map((word) => vocabulary.keywords.get(vocabulary.words.get(word)!) ?? []);
  const [fewest = [], ...others] = each.toSorted((a, b) => a.length - b.length);
  const shared = fewest.filter((concept) => others.every((list) => list.includes(concept)));
  return shared.length > 0 ? shared : fewest;
}

import type { ModelWords } from '@rendermart/diffusion';
import { perModel } from './folding.ts';
import { idsOfNames, keyOf, runsOf } from './naming.ts';
import table from './pose-traits.json' with { type: 'json' };

/** What may be done to a thing without harm to what it means: letters, signs and clocks have none. */
export type Trait = 'mirror' | 'tilt' | 'stretch';
export type Traits = readonly Trait[];

/** Names of things and single words with their traits, as training/record_pose.py wrote them. */
function listed(part: Record<string, string>): [entry: string, traits: Traits][] {
  return Object.entries(part).flatMap(([traits, entries]) => {
    const own = traits.split(' ') as Trait[];
    return entries.split('|').map((entry): [string, Traits] => [entry, own]);
  });
}

const tablesOf = perModel((model) => {
  const own = new Map(listed(table.names));
  const names = new Map<string, Traits>();
  for (const { en, fr } of model.vocabulary.concepts)
    for (const name of [en, fr]) {
      const [key, traits] = [keyOf(idsOfNames(name, model)), own.get(en) ?? []];
      names.set(key, shared([names.get(key) ?? traits, traits]));
    }
  const words = listed(table.words).flatMap(([word, traits]) => idsOfNames(word, model).map((id) => [id, traits] as const));
  return { names, words: new Map(words) };
});

/** Whoever asks for a side gets it. */
const sides = /(?<![a-z0-9])(?:left|right|gauche|droite)(?![a-z0-9])/;

/**
 * The traits of the longest name in a text; without a name, those that all its words share.
 * @param text folded, as `foldPrompt` gives it
 */
export function traitsOf(text: string, model: ModelWords): Traits {
  const { names, words } = tablesOf(model);
  const ids = idsOfNames(text, model);
  const ofWords = ids.map((id) => words.get(id)).filter((found) => found !== undefined);
  const traits = named(ids, names) ?? shared(ofWords);
  return sides.test(text) ? traits.filter((trait) => trait !== 'mirror') : traits;
}

function named(ids: readonly number[], names: ReadonlyMap<string, Traits>): Traits | undefined {
  const run = runsOf(ids).find((key) => names.has(key));
  return run === undefined ? undefined : names.get(run);
}

const shared = ([first = [], ...others]: readonly Traits[]): Traits =>
  first.filter((trait) => others.every((traits) => traits.includes(trait)));

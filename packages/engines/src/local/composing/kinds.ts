import type { Concept, ModelWords, PromptReading } from '@rendermart/diffusion';
import { foldPrompt, perModel, tidy } from './folding.ts';
import { conceptsOf } from './keywords.ts';
import { type KindName, kindWords, kinds } from './kind-words.ts';
import { idsOfNames } from './naming.ts';
import { mostThings } from './dividing.ts';
import type { Lexicon, Plan } from './plan.ts';
import { type Names, type Thing, holdsColouredName } from './things.ts';

/*
 * "An animal" is no picture: the network adds up what it knows of the word and draws a cloud. So a prompt that names a kind, and no
 * thing, is drawn as one of the things of this kind, which the seed chooses.
 */

/**
 * The kind that a thing is one of; undefined where it has a word for a thing of its own ("animal fox", "potted plant").
 * @param text folded, as `foldPrompt` gives it
 */
export function kindIn(text: string, model: ModelWords, { hasThing }: Pick<Lexicon, 'hasThing'>): Thing['kind'] {
  if (holdsColouredName(text, model)) return undefined;
  for (const { name, pattern, describing } of kinds) {
    const found = text.match(pattern);
    if (found === null || thingsOfKinds(model)[name].length === 0) continue;
    const rest = text.replaceAll(pattern, ' ').replaceAll(describing, ' ');
    if (!hasThing(rest)) return { name, words: found[0], rest: tidy(rest) };
  }
  return undefined;
}

interface ThingOfKind {
  names: Names;
  ids: readonly number[];
}

/** What the vocabulary adds to some French names: "cuisinier (tous genres)". */
const remark = / \(.*\)$/;

function thingOfKind({ en, fr }: Concept, model: ModelWords): ThingOfKind {
  const names = { en, fr: fr.replace(remark, '') };
  return { names, ids: idsOfNames(foldPrompt(`${en} ${fr}`), model) };
}

/** What a model can draw of a kind, or of keywords that stand in its place. */
const optionsOf = (name: string, model: ModelWords): readonly ThingOfKind[] =>
  isKind(name) ? thingsOfKinds(model)[name] : conceptsOf(name, model).map((concept) => thingOfKind(concept, model));

const isKind = (name: string): name is KindName => Object.hasOwn(kindWords, name);

/** What a model can draw of each kind, with the ids of the words of its names. */
const thingsOfKinds = perModel((model) => {
  const concepts = new Map(model.vocabulary.concepts.map((concept) => [concept.en, concept]));
  const known = (name: string) => {
    const concept = concepts.get(name);
    return concept === undefined ? [] : [thingOfKind(concept, model)];
  };
  const entries = kinds.map(({ name }) => [name, kindWords[name].things.flatMap(known)] as const);
  return Object.fromEntries(entries) as unknown as Record<KindName, ThingOfKind[]>;
});

/** The kinds of each thing of one word, by this word. */
export const kindsOfNames = perModel((model): ReadonlyMap<string, readonly KindName[]> => {
  const entries = kinds.flatMap(({ name }) =>
    thingsOfKinds(model)[name].flatMap(({ names: { en, fr } }) => [en, fr].map((one) => [foldPrompt(one), name] as const)),
  );
  return new Map([...Map.groupBy(entries, ([word]) => word)].map(([word, all]) => [word, all.map(([, kind]) => kind)]));
});

/** The things of kinds that a negative prompt forbids, by its words or by their kind; by name. */
function unwantedIn(negative: PromptReading, model: ModelWords): (thing: ThingOfKind) => boolean {
  const text = foldPrompt(negative.words.map(({ word, takenFor }) => takenFor ?? word).join(' '));
  const ids = new Set(idsOfNames(text, model));
  const things = kinds.filter(({ pattern }) => text.search(pattern) >= 0).flatMap(({ name }) => thingsOfKinds(model)[name]);
  const names = new Set(things.map(({ names: { en } }) => en));
  return (thing) => names.has(thing.names.en) || thing.ids.some((id) => ids.has(id));
}

/**
 * The option at a place in an endless row of them, in which any few neighbours differ. A round is its options in order; each begins
 * one later, or the same seeds modulo four, which poses take turns by, would always meet the same things.
 */
function inRounds<Option>(place: number, options: readonly Option[]): Option {
  const later = options.length > mostThings ? Math.floor(place / options.length) : 0;
  return options[(place + later) % options.length]!;
}

/**
 * A plan whose kinds are each one of their things. Several of one kind ("three animals") are different ones, and seeds in a row
 * take turns. A negative prompt that leaves nothing of a kind forbids nothing.
 */
export function asOneOfKind(seed: number, plan: Plan, model: ModelWords, negative: PromptReading): Plan {
  if (plan.things.every(({ kind }) => kind === undefined)) return plan;
  const isUnwanted = unwantedIn(negative, model);
  const things = plan.things.map((thing, i): Thing => {
    const { kind } = thing;
    if (kind === undefined) return thing;
    const all = optionsOf(kind.name, model);
    const wanted = all.filter((one) => !isUnwanted(one));
    const alike = plan.things.flatMap((other, place) => (other.kind?.name === kind.name ? [place] : []));
    const { names: drawnAs } = inRounds(seed * alike.length + alike.indexOf(i), wanted.length > 0 ? wanted : all);
    return { ...thing, prompt: tidy(`${foldPrompt(drawnAs.en)}, ${kind.rest}`), drawnAs };
  });
  return { ...plan, things };
}

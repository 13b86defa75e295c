import { tidy } from './folding.ts';
import type { Lexicon, Plan, Span } from './plan.ts';
import * as words from './words.ts';
import type { Relation } from './words.ts';

/** More things than these are too small to be seen. */
export const mostThings = 6;

/** What a text is about: things, each in words, and how they stand to each other. */
export interface Division {
  things: string[];
  layout: Plan['layout'];
  /** The words that this answers. */
  ruled: string[];
  /** The words that nothing answers. */
  unheard: string[];
}

/** Whether something that stands at a place of a text would take a part of a name away; a whole name may go. */
function cutsName({ start, text }: { start: number; text: string }, names: readonly Span[]): boolean {
  const end = start + text.length;
  return names.some((name) => name.start < end && start < name.end && !(start <= name.start && name.end <= end));
}

/** Takes whatever fits a pattern and cuts no name out of a text, and leaves `gap` in its place. */
export function takeOut(
  text: string,
  pattern: RegExp,
  gap: string,
  { namesIn }: Pick<Lexicon, 'namesIn'>,
): { rest: string; found: string[] } {
  if (text.search(pattern) < 0) return { rest: text, found: [] };
  const names = namesIn(text);
  const found: string[] = [];
  const rest = text.replaceAll(pattern, (match: string, ...more: unknown[]) => {
    if (cutsName({ start: more.at(-2) as number, text: match }, names)) return match;
    found.push(match.trim());
    return gap;
  });
  return { rest, found };
}

/** The style words at the end of a prompt belong to each of its things: "a cat and a dog, 3d". */
function splitTail(text: string, lexicon: Lexicon): [head: string, tail: string] {
  const parts = text.split(',').map((part) => part.trim());
  const isOwn = (part: string) => beginsThing.test(part) || lexicon.callsSomething(part) || lexicon.thingOf(part).colour !== null;
  const called = parts.findLastIndex(isOwn);
  const last = called >= 0 ? called : parts.findLastIndex((part) => lexicon.hasThing(part));
  return [parts.slice(0, last + 1).join(' , '), parts.slice(last + 1).join(' ')];
}

interface Related {
  relation: Relation;
  sides: [string, string];
  found: string;
}

function splitByRelation(text: string, lexicon: Lexicon): Related | undefined {
  const names = lexicon.namesIn(text);
  for (const { relation, forms, isReverse } of words.relationWords) {
    for (const { index, 0: found } of text.matchAll(words.phrase(forms))) {
      const sides: [string, string] = [text.slice(0, index), text.slice(index + found.length)];
      if (cutsName({ start: index, text: found }, names) || !sides.every((side) => lexicon.hasThing(side))) continue;
      return { relation, sides: isReverse ? [sides[1], sides[0]] : sides, found };
    }
  }
  return undefined;
}

const joint = /\s*,\s*|(?<![a-z0-9])(?:and|et|with|avec|plus|vs|versus)(?![a-z0-9])/g;
const beginsThing = /^(?:an?|the|some|une?|des|les?|la|l|another|autre) /;

/** The things of a list ("a cat, a dog and a bird"). What is no thing of its own stays with its neighbour: "black and white cat". */
function splitList(text: string, lexicon: Lexicon): string[] {
  const names = lexicon.namesIn(text);
  const joints = [...text.matchAll(joint)].filter(({ index, 0: found }) => !cutsName({ start: index, text: found }, names));
  const ends = [...joints.map(({ index }) => index), text.length];
  const starts = [0, ...joints.map(({ index, 0: found }) => index + found.length)];
  const things: string[] = [];
  for (const [i, start] of starts.entries()) {
    const part = text.slice(start, ends[i]).trim();
    const link = joints[i - 1]?.[0].trim() ?? '';
    const whole = things.at(-1);
    const isThing = lexicon.hasThing(part) && (link !== ',' || isNamed(part, lexicon)) && !isFeature(link, part);
    const isAnother = isThing && whole !== undefined && (link === ',' ? lexicon.callsSomething(whole) : lexicon.hasThing(whole));
    if (whole === undefined || isAnother) things.push(part);
    else things[things.length - 1] = `${whole} ${link} ${part}`;
  }
  return things;
}

/** A comma also stands before what only describes: "a fox, cute, fluffy". */
const isNamed = (part: string, lexicon: Lexicon): boolean =>
  beginsThing.test(part) || leadingNumber.test(part) || lexicon.callsThing(part);

/** "A cat with blue eyes" is no cat and two eyes. */
const isFeature = (link: string, part: string): boolean => /^(?:with|avec)$/.test(link) && words.beginsWithFeature.test(part);

const leadingNumber = new RegExp(
  `^(?:(?:the|les|ces|mes|my|exactly) )?(?:(${Object.keys(words.numberWords).join('|')})|(?:an?|une?) (${words.groupWords}))(?: of| d[eu]s?| d)? (.+)$`,
);

interface Counted {
  count: number;
  thing: string;
  number: string;
}

/** "two cats" → the cats and how many; a name that begins with a number ("two hearts") is one thing. */
function countOf(text: string, lexicon: Lexicon): Counted {
  const match = leadingNumber.exec(text.trim());
  const number = match?.[1] ?? match?.[2];
  if (number === undefined || !lexicon.hasThing(match![3]!) || lexicon.isName(text)) return { count: 1, thing: text, number: '' };
  return { count: words.numberWords[number]!, thing: match![3]!, number };
}

/** A thing without its eyes and hair, which are as its picture has them, and these; a name that has them is left whole. */
function withoutFeatures(thing: string, pattern: RegExp, gap: string, lexicon: Lexicon): { thing: string; features: string[] } {
  if (lexicon.isName(thing)) return { thing, features: [] };
  const { rest, found: features } = takeOut(thing, pattern, gap, lexicon);
  return lexicon.hasThing(rest) ? { thing: rest, features } : { thing, features: [] };
}

/** All that a text lists, whatever stands between: "a cat near a dog near a horse". */
function listOf(text: string, lexicon: Lexicon): string[] {
  const related = lexicon.isName(text) ? undefined : splitByRelation(text, lexicon);
  return related
    ? related.sides.flatMap((side) => listOf(tidy(side), lexicon))
    : splitList(text, lexicon).flatMap((part) => lexicon.unjoined(part));
}

const layoutOf = (things: number, distinct: number, relation: Relation): Plan['layout'] => {
  if (things < 2) return null;
  return things === 2 && distinct === 2 ? { kind: 'relation', relation } : { kind: 'count' };
};

/**
 * The things of a text, each in words, and how they stand to each other.
 * @param side where the first of two things stands, if the text said so
 */
export function divide(text: string, lexicon: Lexicon, side: Relation | undefined): Division {
  const bare = withoutFeatures(text, words.bareFeature, ' , ', lexicon);
  const [head, tail] = splitTail(bare.thing, lexicon);
  if (lexicon.isName(head) || head === '') {
    return { things: [tidy(bare.thing)], layout: null, ruled: [], unheard: bare.features };
  }
  const related = splitByRelation(head, lexicon);
  const listed = (related?.sides ?? [head]).flatMap((part) => listOf(tidy(part), lexicon));
  const counted = listed.map((item) => countOf(item, lexicon));
  const drawn = counted.map(({ count, thing }) => ({ count, ...withoutFeatures(thing, words.withFeature, ' ', lexicon) }));
  const things = drawn.flatMap(({ count, thing }) => Array.from({ length: count }, () => tidy(`${thing} , ${tail}`)));
  const several = things.slice(0, mostThings);
  return {
    things: several,
    layout: layoutOf(several.length, counted.length, related?.relation ?? side ?? 'beside'),
    ruled: [...counted.flatMap(({ number }) => number || []), ...(related ? [related.found] : [])],
    unheard: [...bare.features, ...drawn.flatMap(({ features }) => features)],
  };
}

import type { Backdrop, Pattern, Place, TimeOfDay, Weather } from '../scenes/index.ts';
import { tidy } from './folding.ts';
import type { Thing } from './things.ts';
import * as words from './words.ts';
import type { Relation, Treatment } from './words.ts';

/** What a prompt asks for: things that the network draws, and what is made by rule of them and around them. */
export interface Plan {
  /** What the network draws. Several things have a layout. */
  things: readonly Thing[];
  layout: { kind: 'relation'; relation: Relation } | { kind: 'count' } | null;
  backdrop: Backdrop | null;
  treatment: Treatment | null;
  /** A style that the seed chose for the network's things. */
  style?: string;
  /** The words that are answered by rule, as they stand in the folded prompt. */
  ruled: readonly string[];
}

/** What a plan must know of a model's vocabulary. */
export interface Lexicon {
  /** Whether a text, folded, is the name of something that the model draws as one thing ("bow and arrow", "two hearts"). */
  isName(text: string): boolean;
  /** Whether a text holds a word for a thing: one that is known and neither a colour nor a style. */
  hasThing(text: string): boolean;
  /** A thing as the network shall draw it, and what is left of its colour for a rule. */
  thingOf(text: string): Thing;
}

/** Text still to be understood. */
class Remainder {
  text: string;
  readonly taken: string[] = [];

  constructor(text: string) {
    this.text = text;
  }

  /** Takes out whatever fits a pattern and leaves `gap` in its place; returns the first that fitted. */
  take(pattern: RegExp, gap = ' , '): string | undefined {
    const found = Array.from(this.text.matchAll(pattern), ([match]) => match.trim());
    this.text = this.text.replaceAll(pattern, gap);
    this.taken.push(...found);
    return found[0];
  }
}

function firstOf<Key extends string>(table: Record<Key, string>, take: (forms: string) => string | undefined): Key | undefined {
  return (Object.keys(table) as Key[]).find((key) => take(table[key]) !== undefined);
}

function takeBackground(rest: Remainder): Backdrop | undefined {
  const found = rest.take(words.backgroundPhrase);
  if (found === undefined) return undefined;
  const [first, second] = words.coloursIn(found).map((name) => words.backgroundColours[name]!);
  const named = (Object.keys(words.patternWords) as (keyof typeof words.patternWords)[]).find((key) =>
    words.phrase(words.patternWords[key]).test(found),
  );
  const pattern: Pattern = named ?? (second ? 'gradient' : 'plain');
  return { kind: 'plain', pattern, colours: [first ?? words.backgroundColours[pattern === 'plain' ? 'white' : 'blue']!, second] };
}

/** Words that are neither a place nor left for the network: "a beach at night" has none, "a cat at night" has one. */
const meaningless =
  /^(?:the|an?|la|les?|l|une?|des?|du|d|of|in|on|at|sur|dans|,|and|et|with|avec|landscape|paysage|scene|wallpaper|fond ecran|\s)*$/;

function takePlace(rest: Remainder, moods: readonly string[]): Place | undefined {
  const places = Object.keys(words.placeWords) as Place[];
  const ofBackground = places.find((place) => rest.take(words.backgroundOfPlace(words.placeWords[place])));
  if (ofBackground) return ofBackground;
  if (rest.take(words.underwater)) return 'underwater';
  // A preposition alone begins no place: what is left of "cat in the snow" must still name something, or be nothing at all.
  const named = places.find((place) => rest.take(words.placePhrase(words.placeWords[place])));
  if (named) return named;
  // Only places and moods: the landscape itself is asked for. One bare word ("beach") stays a thing for the network.
  const alone = places.find((place) => {
    const pattern = words.barePlace(words.placeWords[place]);
    return meaningless.test(rest.text.replaceAll(pattern, ' ')) && rest.text.search(pattern) >= 0;
  });
  return alone !== undefined && moods.length > 0 && rest.take(words.barePlace(words.placeWords[alone])) ? alone : undefined;
}

function takeBackdrop(rest: Remainder): Backdrop | null {
  const background = takeBackground(rest);
  if (background) return background;
  const time = firstOf<TimeOfDay>(words.timeWords, (forms) => rest.take(words.phrase(forms), ' '));
  const nightSky = rest.take(
    /(?<![a-z0-9])(?:(?:in|under|dans|sous)\s+)?(?:(?:the|a|le|un|an)\s+)?(?:night sky|starry sky|ciel etoile|ciel de nuit)(?![a-z0-9])/g,
  );
  const weather = firstOf<Exclude<Weather, 'clear'>>(words.weatherWords, (forms) => rest.take(words.phrase(forms), ' '));
  const moods = [time, nightSky, weather].filter((mood) => mood !== undefined);
  const place =
    takePlace(rest, moods) ?? (nightSky ? 'meadow' : weather === 'snow' ? 'snow' : moods.length > 0 ? 'meadow' : undefined);
  if (place === undefined) return null;
  return { kind: 'place', place, time: time ?? (nightSky ? 'night' : 'day'), weather: weather ?? 'clear' };
}

/** The style words at the end of a prompt belong to each of its things: "a cat and a dog, 3d". */
function splitTail(text: string, lexicon: Lexicon): [head: string, tail: string] {
  const parts = text.split(',').map((part) => part.trim());
  const last = parts.findLastIndex((part) => lexicon.hasThing(part));
  return [parts.slice(0, last + 1).join(' , '), parts.slice(last + 1).join(' ')];
}

function splitByRelation(head: string, lexicon: Lexicon): { relation: Relation; sides: [string, string] } | undefined {
  for (const [relation, forms] of words.relationWords) {
    for (const { index, 0: found } of head.matchAll(words.phrase(forms))) {
      const sides: [string, string] = [head.slice(0, index), head.slice(index + found.length)];
      if (sides.every((side) => lexicon.hasThing(side))) return { relation, sides };
    }
  }
  return undefined;
}

const leadingNumber = /^\s*(?:a |une? |the |les )?([a-z0-9]+)(?: of| d[eu]s?)?\s+(.+)$/;

/** "two cats" → the cats and how many; a name that begins with a number ("two hearts") is one thing. */
function countOf(text: string, lexicon: Lexicon): { count: number; thing: string } {
  const match = leadingNumber.exec(text);
  const count = Object.hasOwn(words.numberWords, match?.[1] ?? '') ? words.numberWords[match![1]!]! : 1;
  const known = match && count > 1 && lexicon.hasThing(match[2]!) && !lexicon.isName(text);
  return known ? { count, thing: match[2]! } : { count: 1, thing: text };
}

/** More things than these are too small to be seen. */
export const mostThings = 6;

/** The things of a text, each in words, and how they stand to each other. */
function thingsOf(text: string, lexicon: Lexicon): Pick<Plan, 'layout'> & { things: string[]; ruled: string[] } {
  const [head, tail] = splitTail(text, lexicon);
  const styled = (thing: string) => tidy(`${thing} , ${tail}`);
  const repeat = (side: string) => {
    const { count, thing } = countOf(side, lexicon);
    return Array.from({ length: count }, () => styled(thing));
  };
  if (lexicon.isName(head)) return { things: [tidy(text)], layout: null, ruled: [] };
  const split = splitByRelation(head, lexicon);
  if (split === undefined) {
    const things = repeat(head).slice(0, mostThings);
    return things.length > 1
      ? { things, layout: { kind: 'count' }, ruled: [String(things.length)] }
      : { things: [tidy(text)], layout: null, ruled: [] };
  }
  const [first, second] = split.sides.map(repeat) as [string[], string[]];
  const several = first.length + second.length > 2;
  const things = [...first, ...second].slice(0, mostThings);
  return { things, layout: several ? { kind: 'count' } : { kind: 'relation', relation: split.relation }, ruled: [] };
}

/**
 * Reads a folded prompt: which things the network draws, how they stand to each other, before what, and in which treatment.
 * A prompt that is itself the name of a thing ("night with stars") is left to the network as it is.
 */
export function planPrompt(folded: string, lexicon: Lexicon): Plan {
  const rest = new Remainder(folded);
  const treatment = firstOf<Treatment>(words.treatmentWords, (forms) => rest.take(words.phrase(forms))) ?? null;
  if (lexicon.isName(tidy(rest.text)))
    return { things: [lexicon.thingOf(tidy(rest.text))], layout: null, backdrop: null, treatment, ruled: rest.taken };
  const backdrop = takeBackdrop(rest);
  const text = tidy(rest.text);
  if (backdrop && meaningless.test(text)) return { things: [], layout: null, backdrop, treatment, ruled: rest.taken };
  const { things, layout, ruled } = thingsOf(text, lexicon);
  return { things: things.map((thing) => lexicon.thingOf(thing)), layout, backdrop, treatment, ruled: [...rest.taken, ...ruled] };
}

import type { Backdrop, Pattern, Place, TimeOfDay, Weather } from '../scenes/index.ts';
import { divide, takeOut } from './dividing.ts';
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
  /** What the prompt says that shall not be there ("without a hat"). */
  unwanted?: readonly string[];
  /** What nobody draws: eyes and hair of a thing are as its picture has them. */
  unheard?: readonly string[];
}

/** Where a name stands in a text. */
export interface Span {
  start: number;
  end: number;
}

/** What a plan must know of a model's vocabulary. */
export interface Lexicon {
  /** Whether a text, folded, is the name of something that the model draws as one thing ("bow and arrow", "two hearts"). */
  isName(text: string): boolean;
  /** Where names of several words stand in a text ("arc en ciel"): no rule may take them apart. */
  namesIn(text: string): readonly Span[];
  /** Whether a text holds a word for a thing: one that is known and neither a colour nor a style. */
  hasThing(text: string): boolean;
  /** Whether a text is what people call a thing, but for how it looks ("green tree"), with or without an article. */
  callsThing(text: string): boolean;
  /** Whether a text calls something so, among other words ("happy fox jumping"). */
  callsSomething(text: string): boolean;
  /** The things of a text that no word joins: "cat dog". */
  unjoined(text: string): readonly string[];
  /** A thing as the network shall draw it, and what is left of its colour for a rule. */
  thingOf(text: string): Thing;
}

/** Text still to be understood. */
class Remainder {
  text: string;
  readonly taken: string[] = [];
  private readonly lexicon: Pick<Lexicon, 'namesIn' | 'hasThing' | 'callsSomething'>;

  constructor(text: string, lexicon: Pick<Lexicon, 'namesIn' | 'hasThing' | 'callsSomething'>) {
    this.text = text;
    this.lexicon = lexicon;
  }

  /** Takes out whatever fits a pattern and cuts no name, and leaves `gap` in its place; returns what fitted. */
  takeAll(pattern: RegExp, gap = ' , '): string[] {
    const { rest, found } = takeOut(this.text, pattern, gap, this.lexicon);
    this.text = rest;
    return found;
  }

  /** The same for what a rule answers; returns the first that fitted. */
  take(pattern: RegExp, gap?: string): string | undefined {
    const found = this.takeAll(pattern, gap);
    this.taken.push(...found);
    return found[0];
  }

  /**
   * The same for whole parts between commas, where something else is left to draw ("castle, night" but not "night, flat").
   * @param isFound whether something was found before, so that nothing need be left
   */
  takePart(forms: string, isFound = false): string | undefined {
    const pattern = words.wholePart(forms);
    const { rest } = takeOut(this.text, pattern, ' , ', this.lexicon);
    return isFound || this.lexicon.callsSomething(rest) || words.anyPlace.test(rest) ? this.take(pattern) : undefined;
  }

  /** Whether nothing else has a meaning: "masterpiece, forest". */
  isAll(pattern: RegExp): boolean {
    const rest = this.text.replaceAll(pattern, ' ');
    return meaningless.test(rest) || !this.lexicon.hasThing(rest);
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
  /^(?:(?:the|an?|la|les?|l|une?|des?|du|d|of|in|on|at|sur|dans|and|et|with|avec|landscape|paysage|scene|wallpaper|fond ecran)(?![a-z0-9])|[\s,])*$/;

/** The places that a prompt names: "in the mountains in winter" are two. */
function takePlaces(rest: Remainder, moods: readonly string[]): Place[] {
  const places = Object.keys(words.placeWords) as Place[];
  const ofBackground = places.find((place) => rest.take(words.backgroundOfPlace(words.placeWords[place])));
  if (ofBackground) return [ofBackground];
  if (rest.take(words.underwater)) return ['underwater'];
  const around = places.find((place) => rest.take(words.placeWith(words.placeWords[place])));
  if (around) return [around];
  // A preposition alone begins no place: what is left of "cat in the snow" must still name something, or be nothing at all.
  const named = places.filter((place) => rest.take(words.placePhrase(words.placeWords[place])));
  if (named.length > 0) return named;
  const listed: Place[] = [];
  for (const place of places) if (rest.takePart(words.placeWords[place], listed.length > 0)) listed.push(place);
  if (listed.length > 0) return listed;
  // Only places and moods: the landscape itself is asked for. One bare word ("beach") stays a thing for the network.
  const alone = places.find((place) => {
    const pattern = words.barePlace(words.placeWords[place]);
    return rest.isAll(pattern) && rest.text.search(pattern) >= 0;
  });
  return alone !== undefined && moods.length > 0 && rest.take(words.barePlace(words.placeWords[alone])) ? [alone] : [];
}

function takeBackdrop(rest: Remainder): Backdrop | null {
  const background = takeBackground(rest);
  if (background) return background;
  const time =
    firstOf<TimeOfDay>(words.timeWords, (forms) => rest.take(words.phrase(forms), ' ')) ??
    firstOf<TimeOfDay>(words.bareTimes, (forms) => rest.takePart(forms));
  const nightSky = rest.take(
    /(?<![a-z0-9])(?:(?:in|under|dans|sous)\s+)?(?:(?:the|a|le|un|an)\s+)?(?:night sky|starry sky|ciel etoile|ciel de nuit)(?![a-z0-9])/g,
  );
  const weather =
    firstOf<Exclude<Weather, 'clear'>>(words.weatherWords, (forms) => rest.take(words.phrase(forms), ' ')) ??
    firstOf<Exclude<Weather, 'clear'>>(words.bareWeathers, (forms) => rest.takePart(forms));
  const moods = [time, nightSky, weather].filter((mood) => mood !== undefined);
  const places = takePlaces(rest, moods);
  const somewhere = nightSky ? 'meadow' : weather === 'snow' ? 'snow' : moods.length > 0 ? 'meadow' : undefined;
  // Winter is a place and, somewhere else, weather.
  const place = places.find((one) => one !== 'snow') ?? places[0] ?? somewhere;
  if (place === undefined) return null;
  const snows = place !== 'snow' && places.includes('snow');
  return { kind: 'place', place, time: time ?? (nightSky ? 'night' : 'day'), weather: weather ?? (snows ? 'snow' : 'clear') };
}

const treatmentIn = (rest: Remainder): Treatment | null =>
  firstOf<Treatment>(words.treatmentWords, (forms) => rest.take(words.phrase(forms))) ?? null;

/** A place and nothing else ("snowy mountains at sunset"), even where the model has a picture of it. */
function planLandscape(folded: string, lexicon: Lexicon): Plan | undefined {
  const rest = new Remainder(folded, { ...lexicon, namesIn: () => [] });
  const treatment = treatmentIn(rest);
  const backdrop = takeBackdrop(rest);
  const isAlone = backdrop !== null && meaningless.test(tidy(rest.text));
  return isAlone ? { things: [], layout: null, backdrop, treatment, ruled: rest.taken } : undefined;
}

/** A text that is itself the name of a thing ("night with stars"): the network draws it as it is. */
function planName(text: string, lexicon: Lexicon, said: Pick<Plan, 'treatment' | 'ruled'>): Plan | undefined {
  return lexicon.isName(text) ? { things: [lexicon.thingOf(text)], layout: null, backdrop: null, ...said } : undefined;
}

function planThings(folded: string, lexicon: Lexicon): Plan {
  const rest = new Remainder(folded, lexicon);
  const treatment = treatmentIn(rest);
  const named = planName(tidy(rest.text), lexicon, { treatment, ruled: rest.taken });
  if (named) return named;
  rest.take(words.noBackground);
  const unwanted = rest.takeAll(words.negation);
  const backdrop = takeBackdrop(rest);
  const side = words.sideIn(rest.take(words.sidePhrase, ' '));
  const { things, layout, ruled, unheard } = divide(tidy(rest.text), lexicon, side);
  return {
    things: things.map((thing) => lexicon.thingOf(thing)),
    ...{ layout, backdrop, treatment },
    ruled: [...rest.taken, ...unwanted, ...ruled],
    ...(unwanted.length > 0 && { unwanted: unwanted.map(words.negated) }),
    ...(unheard.length > 0 && { unheard }),
  };
}

/** Reads a folded prompt: which things the network draws, how they stand to each other, before what, and in which treatment. */
export function planPrompt(folded: string, lexicon: Lexicon): Plan {
  const nothing = { treatment: null, ruled: [] };
  return planName(tidy(folded), lexicon, nothing) ?? planLandscape(folded, lexicon) ?? planThings(folded, lexicon);
}

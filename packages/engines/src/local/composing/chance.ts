import { splitWords } from '@rendermart/diffusion';
import type { ModelWords, PromptReading } from '@rendermart/diffusion';
import { dressOf } from './dressing.ts';
import type { Plan } from './plan.ts';

/** A whole number from a seed, always the same; Fibonacci hashing. */
export const scatter = (seed: number) => Number(BigInt.asUintN(64, BigInt(seed + 1) * 0x9e3779b97f4a7c15n) >> 32n);

/** Things of one image start from noise of their own: two cats are two cats. The first has the image's seed. */
export const seedOfThing = (seed: number, thing: number): number => (seed + thing * 0x9e3779b1) % 2 ** 32;

/** One of some options for a seed, always the same; neighbouring seeds choose options far apart. */
export function chosenBy<Option>(seed: number, options: readonly Option[]): Option | undefined {
  return options[scatter(seed) % options.length];
}

/** The same for few options, so that seeds in a row take turns; which option begins a round is scattered. */
export function inTurn<Option>(seed: number, options: readonly [Option, ...Option[]]): Option {
  return options[(seed + scatter(Math.floor(seed / options.length))) % options.length]!;
}

function namesStyle({ words }: PromptReading, { vocabulary }: ModelWords): boolean {
  const meant = words.flatMap((word) => splitWords(word.takenFor ?? word.word));
  return meant.some(({ folded }) => vocabulary.styles.has(folded));
}

/** How many styles must have been drawn of things for the seed to choose among these alone: with fewer, pictures of one prompt would be too alike. */
const leastDrawn = 3;

/**
 * The styles among which the seed chooses: those in which somebody drew all things of a plan, because what is only dressed in a style
 * is less rich. Pixels and lines are made of drawings that nobody dresses, so there one style that somebody drew is enough.
 */
function stylesFor({ things, treatment }: Plan, model: ModelWords): string[] {
  const styles = [...new Set(model.vocabulary.styles.values())];
  const drawn = styles.filter((style) => things.every(({ prompt }) => dressOf(prompt, style, model) === undefined));
  return drawn.length < (treatment === null ? leastDrawn : 1) ? styles : drawn;
}

/**
 * A plan in a style that the seed chooses, where the prompt names none. Left to itself the network draws most things in one
 * style whatever the seed, and some as a mixture of all: four pictures of a fox would be one fox.
 */
export function inStyleOf(seed: number, plan: Plan, model: ModelWords, reading: PromptReading): Plan {
  if (plan.things.length === 0 || namesStyle(reading, model)) return plan;
  const [first, ...others] = stylesFor(plan, model);
  return first === undefined ? plan : { ...plan, style: inTurn(seed, [first, ...others]) };
}

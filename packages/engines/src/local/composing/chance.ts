import { splitWords } from '@rendermart/diffusion';
import type { ModelWords, PromptReading } from '@rendermart/diffusion';
import type { Plan } from './plan.ts';

/** One of some options for a seed, always the same. Seeds in a row take turns; which option begins a round is scattered. */
export function chosenBy<Option>(seed: number, options: readonly Option[]): Option | undefined {
  if (options.length === 0) return undefined;
  const round = Math.floor(seed / options.length);
  // Fibonacci hashing.
  const scattered = BigInt.asUintN(64, BigInt(round + 1) * 0x9e3779b97f4a7c15n) >> 32n;
  return options[(seed + Number(scattered)) % options.length];
}

function namesStyle({ words }: PromptReading, { vocabulary }: ModelWords): boolean {
  const meant = words.flatMap((word) => splitWords(word.takenFor ?? word.word));
  return meant.some(({ folded }) => vocabulary.styles.has(folded));
}

/**
 * A plan in a style that the seed chooses, where the prompt names none. Left to itself the network draws most things in one
 * style whatever the seed: four pictures of a fox would be one fox.
 */
export function inStyleOf(seed: number, plan: Plan, model: ModelWords, reading: PromptReading): Plan {
  if (plan.treatment !== null || plan.things.length === 0 || namesStyle(reading, model)) return plan;
  const style = chosenBy(seed, [...new Set(model.vocabulary.styles.values())]);
  return style === undefined ? plan : { ...plan, style };
}

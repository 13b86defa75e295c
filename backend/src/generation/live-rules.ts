import type { Capabilities, GenerationInput, ParsedLiveDrawingInput } from '@rendermart/contract';
import type { LimitRule } from '../platform/index.ts';
import type { Settings } from './rules.ts';
import type { ModelRow } from './tables.ts';

/** Settings with which a model draws while somebody types. */
export type LiveSettings = NonNullable<Capabilities['live']>;

/** How long a drawing may wait for a free worker. Then it is dropped: the person has typed on. */
export const pickUpMs = 700;
/** How long one may take, from asking to the picture. */
export const patienceMs = 2_000;

/**
 * A page asks about four times a second while somebody types. More than that for minutes is no typing, and a worker that is idle for
 * generations is not there for one person alone.
 */
export const liveLimit = {
  live: { account: { tries: 240, perSeconds: 60 }, address: { tries: 2_400, perSeconds: 60 } },
} as const satisfies Record<string, LimitRule>;

/**
 * How a model draws while somebody types; null when it does not. Its own word counts for the speed; a price would be spent by typing;
 * and without a seed the picture could not be kept.
 * @param isAllowed what the administrators set for the installation
 */
export function liveSettingsOf(
  { capabilities, price_credits: price }: Pick<ModelRow, 'capabilities' | 'price_credits'>,
  isAllowed: boolean,
): LiveSettings | null {
  if (!isAllowed || BigInt(price) > 0n || !capabilities.seed) return null;
  return capabilities.live ?? null;
}

/** The wish that a live drawing stands for: kept, it draws the same picture. */
export function wishOf(input: ParsedLiveDrawingInput, { size, steps }: LiveSettings) {
  return { ...input, ...size, count: 1, ...(steps !== null && { steps }) };
}

/** The body that keeps what was decided for a live drawing. It was free; a price that the model was given meanwhile is not taken unasked. */
export function keepOf(modelId: string, settings: Settings): GenerationInput {
  const { prompt, negativePrompt, width, height, steps, guidanceScale, seed, background } = settings;
  const { sourceImageId, maskId, denoisingStrength } = settings;
  return {
    prompt,
    negativePrompt,
    modelId,
    width,
    height,
    seed,
    count: 1,
    expectedPriceCredits: '0',
    ...(steps !== null && { steps }),
    ...(guidanceScale !== null && { guidanceScale }),
    ...(background !== null && { background }),
    ...(sourceImageId !== null && { sourceImageId }),
    ...(maskId !== null && { maskId }),
    ...(denoisingStrength !== null && { denoisingStrength }),
  };
}

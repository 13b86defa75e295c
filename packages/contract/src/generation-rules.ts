import type { GenerationState } from './generation.ts';

// Values without a schema stand apart, so that a page that uses them does not carry the schemas to its readers.

/** Which states allow which act: the server and the button read the same line. */
export const generationCan = {
  cancel: (state: GenerationState) => state === 'queued' || state === 'running',
  retry: (state: GenerationState) => state === 'failed' || state === 'cancelled' || state === 'expired',
};

export const maxSeed = 4_294_967_295;

/** Why a generation ended without all of its images; each has a text in the page. */
export const generationFailures = [
  'refused_prompt',
  'refused_output',
  'rate_limited',
  'no_capacity',
  'provider_credit',
  'invalid_request',
  'model_retired',
  'engine_lost',
  'engine_failed',
  'misconfigured',
  'storage_full',
  'expired',
] as const;
export type GenerationFailureCode = (typeof generationFailures)[number];

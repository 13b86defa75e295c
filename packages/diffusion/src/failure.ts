/** What can go wrong in this library. Closed: every failure is one of these. */
export const diffusionFailureCodes = [
  'model_invalid',
  'request_invalid',
  'cancelled',
  'memory_limit',
  'runtime_missing',
  'inference_failed',
  'output_invalid',
  'worker_lost',
  'worker_stuck',
  'closed',
] as const;
/** One of `diffusionFailureCodes`. */
export type DiffusionFailureCode = (typeof diffusionFailureCodes)[number];

/** The only error this library throws on purpose. `message` says what is wrong, where, and what to do. */
export class DiffusionError extends Error {
  override readonly name = 'DiffusionError';
  readonly code: DiffusionFailureCode;

  constructor(code: DiffusionFailureCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** For what cannot happen unless this library has a defect. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}

/** What can go wrong in an engine. Closed: every failure of every engine is one of these. */
export const engineErrorKinds = [
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
  'cancelled',
] as const;
export type EngineErrorKind = (typeof engineErrorKinds)[number];

/**
 * What the platform does about each kind.
 * `retry`: `later` puts the attempt back and backs off; `once` tries one more time (same seed); `never` ends the generation.
 * Every final failure voids the hold for what was not delivered, so no kind charges for a missing image.
 */
export const engineErrorPolicy: Record<EngineErrorKind, { retry: 'never' | 'once' | 'later'; alertOperator: boolean }> = {
  refused_prompt: { retry: 'never', alertOperator: false },
  refused_output: { retry: 'never', alertOperator: false },
  rate_limited: { retry: 'later', alertOperator: false },
  no_capacity: { retry: 'later', alertOperator: false },
  provider_credit: { retry: 'never', alertOperator: true },
  invalid_request: { retry: 'never', alertOperator: false },
  model_retired: { retry: 'never', alertOperator: true },
  engine_lost: { retry: 'once', alertOperator: false },
  engine_failed: { retry: 'once', alertOperator: true },
  misconfigured: { retry: 'never', alertOperator: true },
  cancelled: { retry: 'never', alertOperator: false },
};

const marker = Symbol.for('rendermart.engine-error');

/** The only error an engine may throw. `message` is for operators and never holds a secret; people read a text per `kind`. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly kind: EngineErrorKind;
  /** When the provider said how long to wait. */
  readonly retryAfterMs: number | undefined;
  /** The setting that the provider refused, where it named one. */
  readonly field: string | undefined;
  readonly [marker] = true;

  constructor(kind: EngineErrorKind, message: string, details: { cause?: unknown; retryAfterMs?: number; field?: string } = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.retryAfterMs = details.retryAfterMs;
    this.field = details.field;
  }

  /** Works across copies of this package, where `instanceof` does not. */
  static isInstance(error: unknown): error is EngineError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}

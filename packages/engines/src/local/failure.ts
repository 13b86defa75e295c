import { DiffusionError } from '@rendermart/diffusion';
import type { DiffusionFailureCode } from '@rendermart/diffusion';
import { EngineError } from '@rendermart/engine';
import type { EngineErrorKind } from '@rendermart/engine';

const kinds: Record<DiffusionFailureCode, EngineErrorKind> = {
  model_invalid: 'misconfigured',
  request_invalid: 'invalid_request',
  cancelled: 'cancelled',
  memory_limit: 'misconfigured',
  runtime_missing: 'misconfigured',
  inference_failed: 'engine_failed',
  output_invalid: 'engine_failed',
  worker_lost: 'engine_lost',
  worker_stuck: 'engine_lost',
  closed: 'engine_lost',
};

/** What a failure of the diffusion library, or of reading a picture, is to the platform. */
export function toEngineError(error: unknown): EngineError {
  if (EngineError.isInstance(error)) return error;
  if (error instanceof DiffusionError) return new EngineError(kinds[error.code], error.message, { cause: error });
  return new EngineError('engine_failed', error instanceof Error ? error.message : String(error), { cause: error });
}

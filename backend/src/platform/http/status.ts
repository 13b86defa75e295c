import type { FailureCategory } from '@rendermart/contract';

/** The only place that knows which status number a kind of failure has. */
export const statusOf: Record<FailureCategory, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  timed_out: 408,
  too_large: 413,
  unsupported_media: 415,
  rate_limited: 429,
  headers_too_large: 431,
  unavailable: 503,
  internal: 500,
};

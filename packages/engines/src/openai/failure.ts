import { EngineError } from '@rendermart/engine';
import type { EngineErrorKind } from '@rendermart/engine';
import { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import { TooLarge } from './bounded-fetch.ts';

/** What a server said about a failure, whatever its form. */
export interface ServerFailure {
  status: number | undefined;
  code: string;
  message: string;
  field: string | undefined;
}

const moderationCodes = /moderation|content_policy|policy_violation|safety/;
const moderationWords = /safety system|content policy|moderation|content filter/i;
const creditCodes = /insufficient_quota|billing|payment|credit/;

/** Decides the kind of a failure from its status, its code and its words: see the table of signals in the decision record. */
export function kindOfFailure({ status, code, message }: ServerFailure): EngineErrorKind {
  if (creditCodes.test(code) || status === 402) return 'provider_credit';
  if (moderationCodes.test(code) || moderationWords.test(message))
    return /output|generated image/i.test(message) ? 'refused_output' : 'refused_prompt';
  if (code === 'model_not_found' || status === 410) return 'model_retired';
  if (status === 429) return 'rate_limited';
  if (status === 401 || status === 403) return 'misconfigured';
  if (status === 404) return /model/i.test(message) ? 'model_retired' : 'misconfigured';
  if (status === 503 || status === 529) return 'no_capacity';
  if (status === 408 || status === 502 || status === 504) return 'engine_lost';
  if (status !== undefined && status >= 400 && status < 500) return 'invalid_request';
  return 'engine_failed';
}

/** Milliseconds in a `Retry-After` header, which is a number of seconds or a date. */
export function retryAfterMs(header: string | null | undefined, now = Date.now()): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : undefined;
}

/** Providers quote part of a key in "incorrect API key" messages; logs and pages must not. */
function withoutSecrets(message: string, apiKey: string | undefined): string {
  const withoutKey = apiKey ? message.replaceAll(apiKey, '(key)') : message;
  return withoutKey.replaceAll(/\b(sk|key|Bearer)[-_ ][\w*.-]{6,}/g, '(key)').slice(0, 500);
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** OpenAI sends `{ error: { message, type, param, code } }`, stable-diffusion.cpp `{ error: "text" }`, proxies HTML. */
function readFailure(error: APIError): ServerFailure {
  const body: unknown = error.error;
  const object = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return {
    status: error.status,
    code: textOf(object['code']) ?? textOf(object['type']) ?? '',
    message: textOf(object['message']) ?? textOf(body) ?? error.message,
    field: textOf(object['param']),
  };
}

function causesOf(error: unknown): unknown[] {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? [error] : [error, ...causesOf(cause)];
}

/** Turns whatever a call threw into an `EngineError`. `signal` tells an abort from a lost connection. */
export function toEngineError(error: unknown, signal: AbortSignal, apiKey?: string): EngineError {
  if (signal.aborted) return new EngineError('cancelled', 'The job was cancelled', { cause: error });
  if (EngineError.isInstance(error)) return error;
  const tooLarge = causesOf(error).find((cause) => cause instanceof TooLarge);
  if (tooLarge) return new EngineError('engine_failed', tooLarge.message, { cause: error });
  if (error instanceof APIUserAbortError) return new EngineError('engine_lost', 'The engine was closed', { cause: error });
  if (error instanceof APIConnectionError || !(error instanceof APIError)) {
    const root = causesOf(error).findLast((cause) => cause instanceof Error);
    return new EngineError(
      'engine_lost',
      withoutSecrets(`The connection to the server failed: ${root?.message ?? 'no reason given'}`, apiKey),
      { cause: error },
    );
  }
  const failure = readFailure(error);
  const wait = retryAfterMs(error.headers?.get('retry-after'));
  return new EngineError(kindOfFailure(failure), withoutSecrets(`${failure.status ?? 'stream'} ${failure.message}`, apiKey), {
    cause: error,
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(failure.field !== undefined && { field: failure.field }),
  });
}

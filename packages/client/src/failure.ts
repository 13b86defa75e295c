import type { FailureBody, FailureCode } from '@rendermart/contract';

/** A code of the contract, or `unreachable`: no answer, or an answer that did not come from RenderMart. */
export type ApiFailureCode = FailureCode | 'unreachable';
type Details = Partial<Omit<FailureBody['error'], 'code' | 'message'>> & { status?: number; cause?: unknown };

/** What every call throws when it does not succeed. An aborted call throws the signal's own reason instead. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly code: ApiFailureCode;
  readonly status: number | undefined;
  /** The field at fault, as a path such as `settings.width`. */
  readonly field: string | undefined;
  readonly issues: readonly { field: string; message: string }[];
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;

  constructor(code: ApiFailureCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.field = details.field;
    this.issues = details.issues ?? [];
    this.retryAfterMs = details.retryAfterMs;
    this.requestId = details.requestId;
  }
}

/** Reads the contract's failure body; anything else (a proxy's page, say) becomes `unreachable` or `internal`. */
export async function failureOf(response: Response): Promise<ApiFailure> {
  const body: unknown = await response.json().catch(() => null);
  if (isFailureBody(body)) {
    const { code, message, ...details } = body.error;
    return new ApiFailure(code, message, { ...details, status: response.status });
  }
  const code = response.status >= 502 && response.status <= 504 ? 'unreachable' : 'internal';
  return new ApiFailure(code, `The server answered ${response.status} without an explanation.`, { status: response.status });
}

function isFailureBody(body: unknown): body is FailureBody {
  const error = (body as Partial<FailureBody> | null)?.error;
  return typeof error?.code === 'string' && typeof error.message === 'string';
}

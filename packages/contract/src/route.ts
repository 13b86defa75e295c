import type { z } from 'zod';
import type { FailureCode } from './failures.ts';

/** Scopes that an API key may carry. A browser session has all of them. */
export const apiKeyScopes = [
  'generations:read',
  'generations:write',
  'images:read',
  'images:write',
  'account:read',
  'admin',
] as const;
export type ApiKeyScope = (typeof apiKeyScopes)[number];

/**
 * One line of the contract. Server, client, OpenAPI and documentation are all read off it.
 * `auth`: `none` never looks at the session; `visitor` has an actor or none; `member` and `administrator` need one.
 * `scope`: what an API key needs for this route; a route without one is for browser sessions only.
 * `output: null` answers 204; `raw` routes answer bytes, streams or pages and are mounted by hand.
 */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: `/api/${string}`;
  summary: string;
  room: 'accounts' | 'ledger' | 'generation' | 'market' | 'payments' | 'downloads' | 'library' | 'platform';
  auth: 'none' | 'visitor' | 'member' | 'administrator';
  scope?: ApiKeyScope;
  params?: z.ZodObject;
  query?: z.ZodObject;
  input?: z.ZodType;
  output: z.ZodType | null;
  status?: 200 | 201 | 202 | 204;
  /** The request needs an `Idempotency-Key` header. */
  idempotent?: true;
  raw?: 'bytes' | 'event-stream' | 'upload' | 'html' | 'text';
  failures: readonly FailureCode[];
}

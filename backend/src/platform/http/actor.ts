import type { ApiKeyScope, Role } from '@rendermart/contract';

/** Who asks. `scopes` is `all` for a browser session; an API key has only what it was given. */
export interface Actor {
  accountId: string;
  name: string;
  role: Role;
  scopes: 'all' | readonly ApiKeyScope[];
  sessionId: string | null;
}

/** Finds out who asks from the request's headers; null for nobody. Throws a Failure for a key or session that is not valid. */
export type Authenticate = (headers: Headers) => Promise<Actor | null>;

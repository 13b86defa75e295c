import { Failure } from '../failure.ts';

interface Asked {
  method: string;
  host: string | undefined;
  origin: string | undefined;
  fetchSite: string | undefined;
}

/**
 * Pure: refuses a state-changing request that a browser sent from another site.
 * Programs that are not browsers send neither header and are let through: they hold no cookie of a person.
 */
export function refuseForeignOrigin(asked: Asked, trustedOrigins: readonly string[]): void {
  if (asked.method === 'GET' || asked.method === 'HEAD') return;
  if (asked.origin === undefined) {
    if (asked.fetchSite === 'cross-site') throw new Failure('foreign_origin');
    return;
  }
  if (trustedOrigins.includes(asked.origin)) return;
  const host = URL.canParse(asked.origin) ? new URL(asked.origin).host : undefined;
  if (host === undefined || host !== asked.host) throw new Failure('foreign_origin');
}

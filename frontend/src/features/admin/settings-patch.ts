import type { Settings } from '@rendermart/contract';

/** What of a patch says something else than `known` does. */
export function withoutSame(patch: Partial<Settings>, known: Partial<Settings>): Partial<Settings> {
  return Object.fromEntries(Object.entries(patch).filter(([key, value]) => value !== known[key as keyof Settings]));
}

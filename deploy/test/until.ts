import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again until it is so. */
export async function until(what: string, isSo: () => Promise<boolean>, limitMs = 120_000): Promise<void> {
  for (const deadline = Date.now() + limitMs; !(await isSo().catch(() => false)); await sleep(300)) {
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs / 1000} s in vain until ${what}`);
  }
}

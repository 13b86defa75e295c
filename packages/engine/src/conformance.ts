import { checks } from './conformance-checks.ts';
import type { EngineSubject } from './conformance-subject.ts';

export { checks } from './conformance-checks.ts';
export type { Check } from './conformance-checks.ts';
export type { EngineSubject } from './conformance-subject.ts';

/** What the kit needs of a test runner: `describe` and `it` of vitest, node:test, jest or mocha fit. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/**
 * The one conformance kit: declares a test for everything that the platform relies on. An engine that passes can be
 * plugged in without a change elsewhere. Each check opens an engine of its own and closes it.
 */
export function testConformance({ describe, it }: TestRunner, subject: EngineSubject): void {
  describe(`${subject.title} conforms to the engine specification`, () => {
    for (const check of checks) it(check.name, () => check.run(subject));
  });
}

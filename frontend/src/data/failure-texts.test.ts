import { expect, test } from 'vitest';
import { failureTexts } from './failure-texts.ts';

// A lost answer, a proxy that gave up, the limit of a minute: the server may have done all of it.
test('who got no answer is not told that nothing was done', () => {
  expect(failureTexts.unreachable.message).not.toMatch(/nothing/i);
  expect(failureTexts.unreachable.message).toMatch(/may have been done all the same/);
});

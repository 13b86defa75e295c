import { expect, test } from 'vitest';
import { makeKeys } from './idempotency.ts';

test('the same request keeps its key until it was answered', () => {
  const keys = makeKeys();
  const first = keys.keyFor({ prompt: 'fox' });
  expect(keys.keyFor({ prompt: 'fox' })).toBe(first);
  keys.answered();
  expect(keys.keyFor({ prompt: 'fox' })).not.toBe(first);
});

test('another request gets another key', () => {
  const keys = makeKeys();
  expect(keys.keyFor({ prompt: 'fox' })).not.toBe(keys.keyFor({ prompt: 'cat' }));
});

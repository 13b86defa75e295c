import { expect, test } from 'vitest';
import { checkFields, safeNext } from './checks.ts';

test('each field says what it lacks', () => {
  expect(checkFields({ name: ' ', email: 'nobody', newPassword: 'short' })).toEqual({
    name: 'required',
    email: 'email',
    newPassword: 'short',
  });
  expect(checkFields({ name: 'Ada', email: 'ada@example.org', newPassword: 'ten letters' })).toEqual({});
  expect(checkFields({ password: 'x' })).toEqual({});
});

test.each([
  ['/gallery?q=fox', '/gallery?q=fox'],
  ['//evil.example', undefined],
  ['/\\evil.example', undefined],
  ['https://evil.example', undefined],
  [undefined, undefined],
])('after signing in, %s leads to %s', (next, expected) => {
  expect(safeNext(next)).toBe(expected);
});

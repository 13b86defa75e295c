import { expect, test } from 'vitest';
import { subjectOf } from './entry-subject.ts';

test.each([
  ['purchase:018f', { kind: 'purchase', id: '018f' }],
  ['generation:018f', { kind: 'generation', id: '018f' }],
  ['payout:a:b', { kind: 'payout', id: 'a:b' }],
  ['unknown', { kind: 'unknown', id: '' }],
])('%s', (reference, subject) => {
  expect(subjectOf(reference)).toEqual(subject);
});

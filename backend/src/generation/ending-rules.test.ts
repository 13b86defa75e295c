import { engineErrorKinds, engineErrorPolicy } from '@rendermart/engine';
import { generationFailures } from '@rendermart/contract';
import { describe, expect, test } from 'vitest';
import { backoffMs, decideEnding, failureTexts } from './ending-rules.ts';

const workerLost = { kind: 'lost', databaseFell: false } as const;
const fresh = { strikes: 0, postponements: 0, cancelRequested: false };

test.each([
  ['finished', { kind: 'finished' }, fresh, { act: 'succeed' }],
  ['finished although cancelled', { kind: 'finished' }, { ...fresh, cancelRequested: true }, { act: 'succeed' }],
  ['cancelled', { kind: 'cancelled' }, fresh, { act: 'cancel' }],
  ['no space', { kind: 'storage_full' }, fresh, { act: 'fail', code: 'storage_full' }],
  ['shutdown', { kind: 'released' }, fresh, { act: 'requeue', outcome: 'released', delayMs: 0, strike: false, refund: true }],
  ['shutdown of a cancelled one', { kind: 'released' }, { ...fresh, cancelRequested: true }, { act: 'cancel' }],
  ['first worker lost', workerLost, fresh, { act: 'requeue', outcome: 'lost', strike: true }],
  ['fourth worker lost', workerLost, { ...fresh, strikes: 3 }, { act: 'requeue', outcome: 'lost', strike: true }],
  ['fifth worker lost', workerLost, { ...fresh, strikes: 4 }, { act: 'fail', code: 'engine_lost' }],
  [
    'database lost',
    { kind: 'lost', databaseFell: true },
    { ...fresh, strikes: 4 },
    { act: 'requeue', strike: false, refund: true },
  ],
  [
    'database away',
    { kind: 'interrupted' },
    { ...fresh, strikes: 4, postponements: 1 },
    { act: 'requeue', strike: false, postpone: true, delayMs: 4_000 },
  ],
  ['worker of a cancelled one lost', workerLost, { ...fresh, cancelRequested: true }, { act: 'cancel' }],
] as const)('%s', (_name, end, history, ending) => expect(decideEnding(end, history)).toMatchObject(ending));

describe('every kind of engine error', () => {
  const fail = (error: (typeof engineErrorKinds)[number], strikes = 0) =>
    decideEnding({ kind: 'failed', error, detail: 'x' }, { ...fresh, strikes });

  test.each(engineErrorKinds.filter((kind) => kind !== 'cancelled'))('%s follows its policy', (kind) => {
    const { retry } = engineErrorPolicy[kind];
    if (retry === 'never') expect(fail(kind)).toMatchObject({ act: 'fail', code: kind });
    if (retry === 'once') expect([fail(kind).act, fail(kind, 1).act]).toEqual(['requeue', 'fail']);
    if (retry === 'later') expect(fail(kind)).toMatchObject({ act: 'requeue', postpone: true, strike: false });
  });

  test('an engine that says it was cancelled ends the wish as cancelled', () =>
    expect(fail('cancelled')).toEqual({ act: 'cancel' }));
});

test.each([
  [0, undefined, 2_000],
  [3, undefined, 16_000],
  [50, undefined, 300_000],
  [3, 100, 1_000],
  [0, 60_000, 60_000],
  [0, 3_600_000, 300_000],
])('after %d postponements, asked for %s ms → %d ms', (postponements, asked, expected) =>
  expect(backoffMs(postponements, asked)).toBe(expected),
);

test('every failure has a text', () => expect(Object.keys(failureTexts).toSorted()).toEqual([...generationFailures].toSorted()));

// Some of the images may have landed, and been paid, before any of these ends.
test.each(Object.entries(failureTexts))('%s says that only missing images cost nothing', (_code, text) =>
  expect(text).toContain('Nothing was charged for missing images.'),
);

import { describe, expect, test } from 'vitest';
import { type Lane, estimate, paceOf, placeInQueue } from './queue-rules.ts';

const lane = (accountId: string, images: number, facts: Partial<Lane> = {}): Lane => ({
  accountId,
  weight: 1,
  virtualTime: 0,
  readyImages: images,
  readyWork: images * 10,
  claimedMark: 0,
  ...facts,
});
const wish = (accountId: string, laneMark: number, count = 1) => ({ accountId, laneMark, count });

describe('places', () => {
  test.each([
    ['alone, first', [lane('a', 5)], wish('a', 0), 0],
    ['alone, fifth', [lane('a', 5)], wish('a', 4), 4],
    ['marks count from what was claimed', [lane('a', 5, { claimedMark: 100 })], wish('a', 104), 4],
    ['put back to the front', [lane('a', 5, { claimedMark: 100 })], wish('a', 60), 0],
    ['gaps of cancelled ones do not count', [lane('a', 2)], wish('a', 400), 1],
    ['a newcomer beside 500', [lane('a', 500, { virtualTime: 30 }), lane('b', 1, { virtualTime: 20 })], wish('b', 0), 0],
    [
      'the last of 500 beside a newcomer',
      [lane('a', 500, { virtualTime: 30 }), lane('b', 1, { virtualTime: 20 })],
      wish('a', 499),
      500,
    ],
    ['turn by turn', [lane('a', 10), lane('b', 10)], wish('b', 3), 7],
    ['turn by turn, seen by the other', [lane('a', 10), lane('b', 10)], wish('a', 3), 6],
    ['three times the weight', [lane('a', 100, { weight: 3 }), lane('b', 100)], wish('b', 1), 5],
    ['not in any lane', [lane('a', 3)], wish('z', 0), 0],
  ])('%s', (_name, lanes, target, ahead) => expect(placeInQueue(target, lanes).imagesAhead).toBe(ahead));

  test('the work ahead is that of the images ahead', () => {
    expect(placeInQueue(wish('b', 3), [lane('a', 10), lane('b', 10)]).workAhead).toBe(70);
  });
});

test.each([
  [[], null],
  [[10, 20, 30, 40, 50], { lowMs: 20, likelyMs: 30, highMs: 40 }],
  [[30], { lowMs: 20, likelyMs: 30, highMs: 45 }],
])('pace of %j', (times, pace) => expect(paceOf(times)).toEqual(pace));

describe('estimates', () => {
  const pace = { lowMs: 8, likelyMs: 10, highMs: 15 };
  const facts = { work: 10, workAhead: 0, workRunning: 0, slots: 2, own: pace, engine: pace };

  test('the run itself', () => expect(estimate(facts)).toEqual({ lowMs: 80, likelyMs: 100, highMs: 150 }));
  test('what is ahead is shared by all slots, what runs is half done', () => {
    expect(estimate({ ...facts, workAhead: 30, workRunning: 20 })).toEqual({ lowMs: 240, likelyMs: 300, highMs: 450 });
  });
  test.each([
    ['its model never ran', { own: null }],
    ['nobody works', { slots: 0 }],
  ])('nothing when %s', (_name, unknown) => expect(estimate({ ...facts, ...unknown })).toBeNull());
});

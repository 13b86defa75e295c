import { ListingInput } from '@rendermart/contract';
import { expect, test } from 'vitest';
import { draftOf, inputOf, lacksOf } from './sell-draft.ts';
import type { SellDraft } from './sell-draft.ts';

const imageId = '018f0000-0000-7000-8000-000000000001';
const good: SellDraft = { ...draftOf({ title: null, prompt: 'a red fox' }), price: '1 200' };

test('the title begins as the image’s own, or as its prompt, and no longer than it may be', () => {
  expect(draftOf({ title: 'Fox', prompt: 'a red fox' }).title).toBe('Fox');
  expect(draftOf({ title: null, prompt: 'x'.repeat(500) }).title).toHaveLength(120);
});

test.each<[string, Partial<SellDraft>, string[]]>([
  ['nothing', {}, []],
  ['a price', { price: '' }, ['price']],
  ['a whole price', { price: '1.5' }, ['price']],
  ['a title', { title: '  ' }, ['title']],
  ['an edition', { isLimited: true, edition: '0' }, ['edition']],
  ['a smaller edition', { isLimited: true, edition: '10001' }, ['edition']],
  ['nothing of an edition that is not asked for', { edition: 'x' }, []],
  ['nothing of an edition in an exclusive sale', { licence: 'exclusive', isLimited: true, edition: 'x' }, []],
])('it lacks %s', (_lack, change, lacks) => {
  expect([...lacksOf({ ...good, ...change })]).toEqual(lacks);
});

test.each<[Partial<SellDraft>, object]>([
  [{}, { kind: 'licence', licence: 'commercial', priceCredits: '1200', editionLimit: null }],
  [
    { licence: 'exclusive', isLimited: true },
    { kind: 'exclusive', licence: 'exclusive', editionLimit: null },
  ],
  [
    { licence: 'personal', isLimited: true, edition: '3' },
    { kind: 'licence', licence: 'personal', editionLimit: 3 },
  ],
])('%o is sent as the server takes it', (change, sent) => {
  const input = inputOf(imageId, { ...good, ...change });
  expect(input).toMatchObject(sent);
  expect(ListingInput.safeParse(input).success).toBe(true);
});

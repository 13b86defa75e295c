import { expect, test } from 'vitest';
import { emptyDraft, lacksOf, parseOptions } from './model-draft.ts';

const draft = { ...emptyDraft('fake'), id: 'a-model.2', name: 'A model', engineModel: 'a' };

test('a filled form lacks nothing', () => expect(lacksOf(draft)).toEqual(new Set()));
test.each([
  [{ id: 'A model' }, 'id'],
  [{ id: '-a' }, 'id'],
  [{ name: ' ' }, 'name'],
  [{ engineModel: '' }, 'engineModel'],
  [{ priceCredits: '1.5' }, 'priceCredits'],
  [{ priceCredits: '' }, 'priceCredits'],
  [{ options: '[1]' }, 'options'],
  [{ options: '{a: 1}' }, 'options'],
] as const)('%o lacks %s', (patch, lack) => expect(lacksOf({ ...draft, ...patch })).toEqual(new Set([lack])));

test('options are an object or nothing', () => {
  expect(parseOptions('  ')).toEqual({});
  expect(parseOptions('{"quality": "high"}')).toEqual({ quality: 'high' });
  expect(parseOptions('null')).toBeUndefined();
});

import type { AdminModel } from '@rendermart/contract';
import { expect, test } from 'vitest';
import { editedOf, emptyDraft, lacksOf, modelPatchOf, parseOptions } from './model-draft.ts';

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

const life = { lifecycle: 'active', endsOn: null, successorId: null } as const;
const opened = editedOf({ ...draft, ...life, priceCredits: '3', options: { quality: 'high', size: 2 } } as unknown as AdminModel);

test.each([
  [{}, {}],
  [{ name: 'Another name' }, { name: 'Another name' }],
  [{ priceCredits: '4' }, { priceCredits: '4' }],
  [{ lifecycle: 'deprecated', endsOn: '2027-01-31' } as const, { lifecycle: 'deprecated', endsOn: '2027-01-31' }],
  [{ options: '{"quality":"high","size":2}' }, {}],
  [{ options: '{"quality": "low", "size": 2}' }, { options: { quality: 'low', size: 2 } }],
  [{ options: ' ' }, { options: {} }],
])('of a model that was edited by %o, %o is sent', (change, patch) =>
  expect(modelPatchOf({ ...opened, ...change }, opened)).toEqual(patch),
);

test('an end and a successor are taken back', () => {
  const ending = { ...opened, lifecycle: 'deprecated', endsOn: '2027-01-31', successorId: 'b' } as const;
  expect(modelPatchOf({ ...ending, endsOn: null, successorId: null }, ending)).toEqual({ endsOn: null, successorId: null });
});

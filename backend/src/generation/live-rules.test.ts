import { expect, test } from 'vitest';
import { keepOf, liveSettingsOf, wishOf } from './live-rules.ts';
import { decideSettings } from './rules.ts';
import { capabilities } from './testing/wishes.ts';

const live = { size: { width: 64, height: 64 }, steps: 2 };
const fast = { ...capabilities, live };

test.each([
  ['a fast model without a price', { capabilities: fast, price_credits: 0 }, true, live],
  ['switched off by an administrator', { capabilities: fast, price_credits: 0 }, false, null],
  ['a price, however fast', { capabilities: fast, price_credits: 1n }, true, null],
  ['a model that says nothing of its speed', { capabilities, price_credits: 0 }, true, null],
  ['no seed: what is kept would be another picture', { capabilities: { ...fast, seed: false }, price_credits: 0 }, true, null],
])('%s', (_what, model, isAllowed, expected) => {
  expect(liveSettingsOf(model, isAllowed)).toEqual(expected);
});

test('what is kept is decided exactly as what was drawn', () => {
  const model = {
    id: 'quick',
    name: 'Quick',
    capabilities: fast,
    enabled: true,
    lifecycle: 'active' as const,
    endsOn: null,
    successorId: null,
  };
  const source = { sourceImageId: 'a', maskId: 'b', denoisingStrength: 0.3 };
  const said = { guidanceScale: 3, background: '#ffcc00', ...source };
  const asked = { prompt: 'a fox', negativePrompt: 'red', modelId: 'quick', seed: 9, ...said };
  const now = new Date(0);
  const drawn = decideSettings(wishOf(asked, live), model, 1, now);
  if (!drawn.ok) throw new Error(drawn.message);
  expect(drawn.settings).toMatchObject({ width: 64, height: 64, steps: 2, seed: 9, count: 1, ...said });
  const { prompt, negativePrompt = '', count = 1, ...rest } = keepOf('quick', drawn.settings);
  expect(decideSettings({ prompt, negativePrompt, count, ...rest }, model, 1, now)).toEqual(drawn);
});

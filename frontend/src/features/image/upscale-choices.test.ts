import type { Capabilities } from '@rendermart/contract';
import { expect, test } from 'vitest';
import { preselected, scaleChoices } from './upscale-choices.ts';

const capabilities = { upscale: { scales: [2, 4], maxSide: 4096, learned: true } } as Capabilities;

test.each([
  [{ width: 1024, height: 512 }, [true, true]],
  [{ width: 512, height: 1025 }, [true, false]],
  [{ width: 2049, height: 8 }, [false, false]],
])('%o can be enlarged: %o', (image, fits) => {
  const choices = scaleChoices(image, { capabilities });
  expect(choices.map((choice) => choice.fits)).toEqual(fits);
  expect(choices.map(({ width }) => width)).toEqual([2 * image.width, 4 * image.width]);
});

test('a model that draws enlarges nothing', () => {
  expect(scaleChoices({ width: 8, height: 8 }, { capabilities: {} as Capabilities })).toEqual([]);
});

test('opaque pictures begin with a resampler, drawings on nothing with the learned upscaler', () => {
  const learned = { capabilities };
  const resampler = { capabilities: { upscale: { ...capabilities.upscale!, learned: false } } as Capabilities };
  expect(preselected({ transparent: true }, [learned, resampler])).toBe(learned);
  expect(preselected({ transparent: false }, [learned, resampler])).toBe(resampler);
  expect(preselected({ transparent: false }, [learned])).toBe(learned);
});

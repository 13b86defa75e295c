import type { Capabilities } from '@rendermart/contract';
import { expect, test } from 'vitest';
import { scaleChoices } from './upscale-choices.ts';

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

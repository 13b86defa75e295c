import { expect, test } from 'vitest';
import { recipeText } from './recipe-text.ts';

const recipe = {
  prompt: 'a red fox',
  negativePrompt: '',
  modelId: 'm',
  modelName: 'Stickers',
  engine: 'local',
  width: 128,
  height: 96,
  steps: 16,
  guidanceScale: null,
  seed: 0,
  background: null,
  sourceImageId: null,
  denoisingStrength: null,
  warnings: [],
};

test('a recipe reads as other tools write it, without what it has not', () => {
  expect(recipeText(recipe)).toBe('a red fox\nSteps: 16, Seed: 0, Size: 128x96, Model: Stickers');
  expect(recipeText({ ...recipe, negativePrompt: 'blur', guidanceScale: 0 })).toBe(
    'a red fox\nNegative prompt: blur\nSteps: 16, CFG scale: 0, Seed: 0, Size: 128x96, Model: Stickers',
  );
  expect(recipeText({ ...recipe, steps: null, scale: 2, upscaler: 'U', modelName: 'U' })).toBe(
    'a red fox\nSize: 128x96, Model: U, Upscaler: U',
  );
});

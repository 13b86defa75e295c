import type { Recipe } from '@rendermart/contract';
import { textChunk } from './png-text.ts';

/**
 * Pure: the recipe as AUTOMATIC1111's "infotext", which most image tools read from a PNG's `parameters`:
 * the prompt, a line with the negative prompt, a line of settings.
 */
export function infotextOf(recipe: Recipe): string {
  const settings: [string, string | number | null][] = [
    ['Steps', recipe.steps],
    ['CFG scale', recipe.guidanceScale],
    ['Seed', recipe.seed],
    ['Size', `${recipe.width}x${recipe.height}`],
    ['Model', quoted(recipe.modelName)],
    ['Denoising strength', recipe.denoisingStrength],
    ['Procedural', recipe.procedural ? quoted(recipe.procedural.join('; ')) : null],
    ['Upscaler', recipe.upscaler === undefined ? null : quoted(recipe.upscaler)],
    ['Version', 'RenderMart'],
  ];
  const lines = [recipe.prompt];
  if (recipe.negativePrompt !== '') lines.push(`Negative prompt: ${recipe.negativePrompt}`);
  lines.push(
    settings
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', '),
  );
  return lines.join('\n');
}

/** The format's own rule: a value with a comma, a colon or a line break is a JSON string. */
function quoted(value: string): string {
  return /[,:\n]/.test(value) ? JSON.stringify(value) : value;
}

/** Pure: the chunks that a PNG carries: `parameters` for other tools, and `rendermart`, the whole recipe as JSON, for ours. */
export function recipeChunks(image: { id: string; recipe: Recipe }): Buffer {
  const own = JSON.stringify({ version: 1, imageId: image.id, recipe: image.recipe });
  return Buffer.concat([textChunk('parameters', infotextOf(image.recipe)), textChunk('rendermart', own)]);
}

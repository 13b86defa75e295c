import type { Recipe } from '@rendermart/contract';

/** The recipe in the form that image tools exchange: prompt, negative prompt, then one line of settings. */
export function recipeText(recipe: Recipe): string {
  const settings = [
    recipe.steps !== null && `Steps: ${recipe.steps}`,
    recipe.guidanceScale !== null && `CFG scale: ${recipe.guidanceScale}`,
    recipe.scale === undefined && `Seed: ${recipe.seed}`,
    `Size: ${recipe.width}x${recipe.height}`,
    `Model: ${recipe.modelName}`,
    recipe.denoisingStrength !== null && `Denoising strength: ${recipe.denoisingStrength}`,
    recipe.upscaler !== undefined && `Upscaler: ${recipe.upscaler}`,
    recipe.procedural && `Procedural: ${JSON.stringify(recipe.procedural.join('; '))}`,
  ].filter((part) => typeof part === 'string');
  return [recipe.prompt, recipe.negativePrompt && `Negative prompt: ${recipe.negativePrompt}`, settings.join(', ')]
    .filter(Boolean)
    .join('\n');
}

import { useLingui } from '@lingui/react/macro';
import type { Generation, Recipe } from '@rendermart/contract';
import { sourceOfRecipe } from './recipe-source.ts';
import type { Studio } from './use-studio.ts';

/** What is said when the recipe's own model draws, and when another one stands in. */
interface Texts {
  same: string;
  other: string;
}

/** Takes over a recipe with the picture that it draws from, and answers what there is to say about it. */
export function useFollow(studio: Studio) {
  const { t } = useLingui();
  return async (recipe: Recipe | Generation, { same, other }: Texts): Promise<string> => {
    const { source, isLost } = await sourceOfRecipe(recipe);
    const text = studio.follow(recipe, source) ? same : other;
    return isLost ? `${text} ${t`Its source image could not be taken over: it was deleted or is not yours.`}` : text;
  };
}

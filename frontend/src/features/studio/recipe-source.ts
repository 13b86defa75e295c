import type { Generation, Recipe } from '@rendermart/contract';
import { isFailure } from '../../data/client.ts';
import { imageQuery, queryClient } from '../../data/queries.ts';
import { sourceOf } from './settings.ts';
import type { SourceImage } from './settings.ts';

/** The picture that a recipe draws from, with its mask. `isLost`: it names one that is not at hand any more. */
export interface RecipeSource {
  source: SourceImage | null;
  isLost: boolean;
}

export async function sourceOfRecipe({ sourceImageId, maskId, scale }: Recipe | Generation): Promise<RecipeSource> {
  // The source of an enlargement is what was enlarged: a new drawing does not begin from it.
  if (sourceImageId === null || typeof scale === 'number') return { source: null, isLost: false };
  try {
    // Asked anew: a picture that was trashed a moment ago would be refused as a source.
    const image = await queryClient.fetchQuery({ ...imageQuery(sourceImageId), staleTime: 0 });
    if (image.trashedAt !== null) return { source: null, isLost: true };
    return { source: { ...sourceOf(image), maskId: maskId ?? null }, isLost: false };
  } catch (error) {
    if (isFailure(error, 'not_found')) return { source: null, isLost: true };
    throw error;
  }
}

import type { Image } from '@rendermart/contract';
import type { ImageRow } from './images-store.ts';

/** Row → contract. What could tell of other private things stays with the owner. */
export function presentImage(row: ImageRow, viewerId: string | null, ownerName: string): Image {
  const mine = row.account_id === viewerId;
  return {
    id: row.id,
    origin: row.origin,
    generationId: mine ? row.generation_id : null,
    owner: { id: row.account_id, name: ownerName },
    mine,
    title: row.title,
    prompt: row.prompt,
    width: row.width,
    height: row.height,
    sizeBytes: row.size_bytes,
    mediaType: row.media_type,
    transparent: row.transparent,
    placeholder: row.placeholder,
    recipe: recipeFor(row, mine),
    parentId: mine ? row.parent_id : null,
    licence: mine && row.licence !== null && row.purchase_id !== null ? { kind: row.licence, purchaseId: row.purchase_id } : null,
    listed: mine && row.listed_at !== null,
    favourite: mine && row.favourite,
    published: row.published_at !== null,
    publishedAt: row.published_at?.toISOString() ?? null,
    likes: row.likes,
    liked: row.liked,
    collectionIds: row.collection_ids,
    createdAt: row.created_at.toISOString(),
    trashedAt: row.trashed_at?.toISOString() ?? null,
  };
}

/** Others may know a recipe, but not which private picture the image was drawn from, nor by which mask. */
export function recipeFor(row: Pick<ImageRow, 'recipe'>, mine: boolean): Image['recipe'] {
  if (mine || row.recipe === null) return row.recipe;
  const { maskId: _, ...recipe } = row.recipe;
  return { ...recipe, sourceImageId: null };
}

import { z } from 'zod';
import { Cursor, Day, Id, Timestamp, page, queryFlag, queryInt } from './primitives.ts';

/** Everything needed to draw an image again, copied at its birth. */
export const Recipe = z.object({
  prompt: z.string(),
  negativePrompt: z.string(),
  modelId: z.string(),
  modelName: z.string(),
  engine: z.string(),
  width: z.int(),
  height: z.int(),
  steps: z.int().nullable(),
  guidanceScale: z.number().nullable(),
  seed: z.int(),
  background: z.string().nullable(),
  sourceImageId: Id.nullable(),
  denoisingStrength: z.number().nullable(),
  maskId: Id.optional().describe('Only the white part of this mask was drawn anew'),
  procedural: z
    .array(z.string())
    .optional()
    .describe('What was made by rule and not by the model, such as a scene behind its things'),
  upscaler: z.string().optional().describe('What enlarged the picture to its size, when something did'),
  scale: z.int().optional().describe('The image is its source, this many times as wide and high'),
  warnings: z.array(z.string()),
});
export type Recipe = z.infer<typeof Recipe>;

/** Which part of an image is drawn anew: white is, black stays as it is. */
export const Mask = z.object({ id: Id, imageId: Id, width: z.int(), height: z.int() });
export type Mask = z.infer<typeof Mask>;

export const Image = z.object({
  id: Id,
  origin: z.enum(['generated', 'uploaded', 'licensed']),
  generationId: Id.nullable(),
  owner: z.object({ id: Id, name: z.string() }),
  mine: z.boolean(),
  title: z.string().nullable(),
  prompt: z.string(),
  width: z.int(),
  height: z.int(),
  sizeBytes: z.int(),
  mediaType: z.string(),
  transparent: z.boolean(),
  placeholder: z.string().nullable().describe('ThumbHash, base64'),
  recipe: Recipe.nullable(),
  parentId: Id.nullable(),
  licence: z
    .object({ kind: z.enum(['personal', 'commercial']), purchaseId: Id })
    .nullable()
    .describe('For an image that was bought: what it may be used for'),
  listed: z.boolean().describe('Offered on the market; told to its owner only'),
  favourite: z.boolean(),
  published: z.boolean(),
  publishedAt: Timestamp.nullable(),
  likes: z.int(),
  liked: z.boolean(),
  collectionIds: z.array(Id),
  createdAt: Timestamp,
  trashedAt: Timestamp.nullable(),
});
export type Image = z.infer<typeof Image>;
export const ImagePage = page(Image);

export const ImageQuery = z.strictObject({
  cursor: Cursor,
  limit: queryInt(1, 100, 40),
  q: z.string().trim().max(200).optional(),
  modelId: z.string().max(80).optional(),
  from: Day.optional(),
  to: Day.optional(),
  favourite: queryFlag,
  published: queryFlag,
  trashed: queryFlag,
  collectionId: Id.optional(),
  origin: z.enum(['generated', 'uploaded', 'licensed']).optional(),
});
export type ImageQuery = z.infer<typeof ImageQuery>;
export const ImagePatch = z.strictObject({
  title: z.string().trim().max(120).nullable().optional(),
  favourite: z.boolean().optional(),
  published: z.boolean().optional(),
});
export type ImagePatch = z.infer<typeof ImagePatch>;

export const ExploreQuery = z.strictObject({
  cursor: Cursor,
  limit: queryInt(1, 100, 40),
  sort: z.enum(['newest', 'liked']).default('newest'),
  q: z.string().trim().max(200).optional(),
});
export type ExploreQuery = z.infer<typeof ExploreQuery>;

export const Collection = z.object({ id: Id, name: z.string(), images: z.int(), coverIds: z.array(Id), createdAt: Timestamp });
export type Collection = z.infer<typeof Collection>;
export const CollectionInput = z.strictObject({ name: z.string().trim().min(1).max(80) });

/** How many images an operation on many changed; ids that are not one's own count as not found and change nothing. */
export const Changed = z.object({ changed: z.int() });
export const Archive = z.object({ id: Id, images: z.int(), sizeBytes: z.int(), path: z.string(), expiresAt: Timestamp });
export type Archive = z.infer<typeof Archive>;

export const StorageReport = z.object({
  driver: z.enum(['filesystem', 's3']),
  images: z.int(),
  sizeBytes: z.int(),
  trashedImages: z.int(),
  trashedBytes: z.int(),
  freeBytes: z.int().nullable(),
  byPerson: z.array(z.object({ id: Id, name: z.string(), images: z.int(), sizeBytes: z.int() })),
});
export type StorageReport = z.infer<typeof StorageReport>;

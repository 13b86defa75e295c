import { z } from 'zod';
import { Day } from './primitives.ts';

const Range = z.strictObject({ min: z.number(), max: z.number(), default: z.number() });

/** A picture size in pixels. */
export const Size = z.strictObject({ width: z.int().positive(), height: z.int().positive() });
export type Size = z.infer<typeof Size>;

/** Sizes a model draws: any multiple of `step` within a range, or only the listed ones. The default comes first in `options`. */
export const SizeRule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('range'),
    min: z.int().positive(),
    max: z.int().positive(),
    step: z.int().positive(),
    maxPixels: z.int().positive(),
    default: Size,
  }),
  z.strictObject({ kind: z.literal('list'), options: z.array(Size).min(1) }),
]);
export type SizeRule = z.infer<typeof SizeRule>;

/**
 * What a model honours. The studio draws its form from this, and the API accepts, warns or refuses from the same data.
 * `null` means that the model has no such setting.
 */
export const Capabilities = z.strictObject({
  size: SizeRule,
  steps: Range.nullable(),
  guidanceScale: Range.nullable(),
  negativePrompt: z.boolean(),
  seed: z.boolean(),
  /** Range of the denoising strength when the model redraws a source image; null when it only draws from text. */
  imageToImage: Range.nullable(),
  /** Of a source image the model can draw a masked part anew and keep the rest. */
  inpainting: z.boolean().optional(),
  /** The picture can keep an alpha channel; a background colour is then a setting. */
  transparentBackground: z.boolean(),
  /** Images that one call to the engine draws together. The platform splits larger requests. */
  imagesPerCall: z.int().min(1).max(8),
  promptMaxLength: z.int().positive(),
  progress: z.boolean(),
  preview: z.boolean(),
  /** How soon a running job stops: within one step, only between images, or not at all. */
  cancel: z.enum(['step', 'image', 'never']),
  /** The model has a closed vocabulary and can say which words it does not know. */
  vocabulary: z.boolean(),
  /**
   * The model draws nothing: it makes an image this many times as wide and high, up to so many pixels a side. A learned one comes
   * before one that only resamples.
   */
  upscale: z
    .strictObject({ scales: z.array(z.int().min(2).max(8)).min(1), maxSide: z.int().positive(), learned: z.boolean() })
    .optional(),
  /** The model is fast enough to draw while somebody types, with these settings: a fraction of a second an image on two processor cores. */
  live: z.strictObject({ size: Size, steps: z.int().min(1).nullable() }).optional(),
});
export type Capabilities = z.infer<typeof Capabilities>;

export const ModelLifecycle = z.enum(['active', 'deprecated', 'retired']);
export type ModelLifecycle = z.infer<typeof ModelLifecycle>;

/** A model as people who generate see it. */
export const Model = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  engine: z.string(),
  // What a newer copy of the program can tell of a model must not make an older one fail during a rolling update.
  capabilities: z.object(Capabilities.shape),
  live: z
    .boolean()
    .describe('It may be drawn with while somebody types: it is fast enough, costs nothing, and nobody switched that off'),
  lifecycle: ModelLifecycle,
  endsOn: z.iso.date().nullable(),
  successorId: z.string().nullable(),
  priceCredits: z.string().regex(/^\d+$/).describe('Whole credits per image, as a decimal string'),
  isDefault: z.boolean(),
});
export type Model = z.infer<typeof Model>;

/** A model as administrators see it. */
export const AdminModel = Model.extend({
  enabled: z.boolean(),
  engineModel: z.string(),
  options: z.record(z.string(), z.unknown()),
  queued: z.int(),
  running: z.int(),
  createdAt: z.iso.datetime(),
});
export type AdminModel = z.infer<typeof AdminModel>;

/** What a model is called in addresses and recipes. It never changes. */
export const ModelId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'Lower-case letters, digits, dots, dashes and underscores; at most 63');
const price = z.string().regex(/^\d{1,12}$/, 'A whole number of credits');

export const ModelInput = z.strictObject({
  id: ModelId,
  name: z.string().trim().min(1).max(80),
  description: z.string().trim().max(500).default(''),
  engine: z.string().min(1).max(40),
  engineModel: z.string().min(1).max(200),
  options: z.record(z.string(), z.unknown()).default({}),
  capabilities: Capabilities.optional().describe('Asked of the engine when absent'),
  priceCredits: price.default('0'),
  enabled: z.boolean().default(true),
});
export type ModelInput = z.infer<typeof ModelInput>;

export const ModelPatch = z.strictObject({
  name: z.string().trim().min(1).max(80).optional(),
  description: z.string().trim().max(500).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  capabilities: Capabilities.optional(),
  enabled: z.boolean().optional(),
  isDefault: z.literal(true).optional(),
  lifecycle: ModelLifecycle.optional(),
  endsOn: Day.nullable().optional(),
  successorId: ModelId.nullable().optional(),
  priceCredits: price.optional(),
});
export type ModelPatch = z.infer<typeof ModelPatch>;

/** How a model understands one word of a prompt. */
export const WordReading = z.object({
  word: z.string(),
  reading: z.enum(['known', 'ignored', 'guessed', 'unknown']),
  /** The known word that a guessed word was taken for. */
  takenFor: z.string().optional(),
  /** Known words that are near to an unknown one, best first. */
  suggestions: z.array(z.string()).optional(),
});
export type WordReading = z.infer<typeof WordReading>;

export const PromptReading = z.object({ words: z.array(WordReading), coverage: z.number().min(0).max(1) });
export type PromptReading = z.infer<typeof PromptReading>;

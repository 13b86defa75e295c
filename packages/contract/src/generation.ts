import { z } from 'zod';
import { generationFailures, maxSeed } from './generation-rules.ts';
import { Image } from './library.ts';
import { Cursor, Id, Timestamp, page, queryInt } from './primitives.ts';

export const GenerationState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'expired']);
export type GenerationState = z.infer<typeof GenerationState>;

/** Without it any price is taken, as by programs of before. */
const expectedPriceCredits = z
  .string()
  .regex(/^\d{1,13}$/, 'A whole number of credits')
  .optional()
  .describe(
    'What the asker was shown that this costs: the price of all images together, `priceCredits` of the model times `count`. At another price it is refused with `price_moved`. Under an idempotency key it does not count as part of the body',
  );

/** A wish. What is absent takes the model's default; an absent seed is drawn at random. */
export const GenerationInput = z.strictObject({
  prompt: z.string().max(10_000),
  negativePrompt: z.string().max(10_000).default(''),
  modelId: z.string().max(80).optional(),
  width: z.int().min(1).max(16_384).optional(),
  height: z.int().min(1).max(16_384).optional(),
  steps: z.int().min(1).max(1_000).optional(),
  guidanceScale: z.number().min(0).max(100).optional(),
  seed: z.int().min(0).max(maxSeed).optional(),
  count: z.int().min(1).max(8).default(1),
  background: z
    .union([z.literal('transparent'), z.string().regex(/^#[0-9a-f]{6}$/i, 'transparent, or a colour such as #ffcc00')])
    .optional(),
  sourceImageId: Id.optional(),
  denoisingStrength: z.number().min(0).max(1).optional(),
  /** Of `sourceImageId`: only its white part is drawn anew. */
  maskId: Id.optional(),
  expectedPriceCredits,
});
export type GenerationInput = z.input<typeof GenerationInput>;
export type ParsedGenerationInput = z.output<typeof GenerationInput>;

/**
 * What is drawn while somebody types. Size and steps are the model's own for this; the seed is the caller's, so that the picture
 * changes with the words and not by itself.
 */
export const LiveDrawingInput = GenerationInput.pick({
  prompt: true,
  negativePrompt: true,
  guidanceScale: true,
  background: true,
  sourceImageId: true,
  denoisingStrength: true,
  maskId: true,
}).extend({
  modelId: z.string().max(80),
  seed: z.int().min(0).max(maxSeed),
});
export type LiveDrawingInput = z.input<typeof LiveDrawingInput>;
export type ParsedLiveDrawingInput = z.output<typeof LiveDrawingInput>;

/**
 * `drawn`: the picture, kept nowhere, and the body of `POST /api/generations` that draws the same one to keep. `busy`: no worker was
 * free, nothing was drawn and nothing waits. `replaced`: the same person asked again before this one was drawn.
 */
export const LiveDrawing = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('drawn'), picture: z.string().describe('data: URL'), keep: GenerationInput }),
  z.object({ outcome: z.literal('busy') }),
  z.object({ outcome: z.literal('replaced') }),
]);
export type LiveDrawing = z.input<typeof LiveDrawing>;

/** A wish for a larger copy of an image of one's own. Without a model the first upscaler makes it. */
export const UpscaleInput = z.strictObject({
  scale: z.int().min(2).max(8),
  modelId: z.string().max(80).optional(),
  expectedPriceCredits,
});
export type UpscaleInput = z.infer<typeof UpscaleInput>;

export const GenerationWarning = z.object({
  code: z.enum(['setting_ignored', 'setting_changed', 'unknown_words', 'guessed_words', 'empty_prompt', 'model_ending', 'other']),
  setting: z.string().optional(),
  words: z.array(z.string()).optional(),
  message: z.string(),
});
export type GenerationWarning = z.infer<typeof GenerationWarning>;

/** Milliseconds until it is done: half of the cases fall between low and high. */
export const Estimate = z.object({ lowMs: z.int(), likelyMs: z.int(), highMs: z.int() });

export const Generation = z.object({
  id: Id,
  sequence: z.string().describe('Grows with every change; also the id of the event that tells it'),
  state: GenerationState,
  prompt: z.string(),
  negativePrompt: z.string(),
  modelId: z.string(),
  modelName: z.string(),
  width: z.int(),
  height: z.int(),
  steps: z.int().nullable(),
  guidanceScale: z.number().nullable(),
  seed: z.int(),
  count: z.int(),
  background: z.string().nullable(),
  sourceImageId: Id.nullable(),
  denoisingStrength: z.number().nullable(),
  maskId: Id.nullable().describe('Only the white part of this mask is drawn anew; null for whole images'),
  scale: z.int().nullable().describe('The source image is made this many times as wide and high; null for a drawing'),
  priceCredits: z.string(),
  warnings: z.array(GenerationWarning),
  failure: z.object({ code: z.enum(generationFailures), message: z.string() }).nullable(),
  cancelRequested: z.boolean(),
  attempts: z.int(),
  progress: z.object({ step: z.int(), steps: z.int() }).nullable(),
  /** While queued: how many images of anybody are drawn before this one, and the time until this one is finished. */
  queue: z.object({ position: z.int().min(1), estimate: Estimate.nullable() }).nullable(),
  images: z.array(Image),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
});
export type Generation = z.infer<typeof Generation>;

export const GenerationQuery = z.strictObject({
  cursor: Cursor,
  limit: queryInt(1, 100, 20),
  state: z.enum(['active', 'ended']).optional(),
});
export const GenerationPage = page(Generation);

/** Server-sent events of `GET /api/events`. The row is the truth; an event carries the row as it was read. */
export const StreamEvent = z.discriminatedUnion('type', [
  /** First of every stream; everything that changed since `Last-Event-ID` follows it. */
  z.object({ type: z.literal('hello'), heartbeatMs: z.int() }),
  z.object({ type: z.literal('generation'), generation: Generation }),
  z.object({
    type: z.literal('preview'),
    generationId: Id,
    index: z.int(),
    step: z.int(),
    picture: z.string().describe('data: URL'),
  }),
  /** A thumbnail or another derived part of an image is ready. */
  z.object({ type: z.literal('image'), imageId: Id }),
  /** Something of one's own was sold. Told once; the sales history is the truth. */
  z.object({ type: z.literal('sale'), purchaseId: Id, title: z.string(), netCredits: z.string() }),
  /** The server is stopping or the session ended: reconnect (or sign in). */
  z.object({ type: z.literal('goodbye'), reason: z.enum(['restarting', 'signed_out']) }),
]);
export type StreamEvent = z.infer<typeof StreamEvent>;

/** The queue as administrators see it. */
export const QueueReport = z.object({
  models: z.array(
    z.object({ modelId: z.string(), name: z.string(), queued: z.int(), running: z.int(), oldestQueuedMs: z.int().nullable() }),
  ),
  people: z.array(z.object({ id: Id, name: z.string(), weight: z.number(), queued: z.int(), running: z.int() })),
  workers: z.array(
    z.object({
      id: z.string(),
      engines: z.array(z.string()),
      running: z.int(),
      capacity: z.int(),
      startedAt: Timestamp,
      lastSeenAt: Timestamp,
      loaded: z
        .array(z.object({ engine: z.string(), model: z.string(), provider: z.string(), precision: z.string() }))
        .describe('Models in its memory, each with the execution provider that really runs it'),
    }),
  ),
  lastHour: z.object({
    succeeded: z.int(),
    failed: z.int(),
    cancelled: z.int(),
    waitP50Ms: z.int().nullable(),
    waitP95Ms: z.int().nullable(),
    runP50Ms: z.int().nullable(),
  }),
});
export type QueueReport = z.infer<typeof QueueReport>;

import { SizeRule } from '@rendermart/contract';
import type { Capabilities } from '@rendermart/contract';
import type { EngineModel } from '@rendermart/engine';
import { z } from 'zod';
import { parseOptions } from '../configuration.ts';

const Range = z.strictObject({ min: z.number(), max: z.number(), default: z.number() });
const sizes = [
  { width: 1024, height: 1024 },
  { width: 1536, height: 1024 },
  { width: 1024, height: 1536 },
];

/**
 * Options of a model row. The Images API says nothing about what a model can do, so the administrator does.
 * The defaults suit OpenAI's own models; `send…` and the ranges add fields that other servers take (vLLM-Omni, SGLang, LocalAI).
 */
export const OpenAiOptions = z.strictObject({
  size: SizeRule.default({ kind: 'list', options: sizes }),
  quality: z.enum(['low', 'medium', 'high', 'auto', 'standard', 'hd']).optional(),
  moderation: z.enum(['low', 'auto']).optional(),
  outputFormat: z.enum(['png', 'jpeg', 'webp']).optional(),
  /** Whether the model can leave the background out. */
  transparentBackground: z.boolean().default(false),
  /** Ask for base64 explicitly. OpenAI's models refuse the field, other servers answer with an address without it. */
  sendResponseFormat: z.boolean().optional(),
  /** `seed`: then one call draws one image, because a call has one seed. */
  sendSeed: z.boolean().default(false),
  /** `negative_prompt` */
  sendNegativePrompt: z.boolean().default(false),
  /** `num_inference_steps` */
  steps: Range.nullable().default(null),
  /** `guidance_scale` */
  guidanceScale: Range.nullable().default(null),
  /** Whether /images/edits exists: source images are then possible. */
  edits: z.boolean().default(false),
  /** Whether /images/edits takes a mask. */
  masks: z.boolean().default(false),
  /** `strength`, with a source image. Without it a source image is only an example, and its strength is fixed at 1. */
  sendStrength: z.boolean().default(false),
  /** Pictures streamed before the finished one; 0 does not stream. */
  partialImages: z.int().min(0).max(3).default(0),
  imagesPerCall: z.int().min(1).max(8).default(4),
  promptMaxLength: z.int().min(1).max(32_000).default(4000),
  /** How long one call may take, from what is sent to the last byte of its answer. A stream that is only kept alive ends with it too. */
  timeoutMs: z.int().min(1000).max(3_600_000).default(600_000),
});
export type OpenAiOptions = z.output<typeof OpenAiOptions>;

export function readOptions(model: EngineModel): OpenAiOptions {
  const options = parseOptions(OpenAiOptions, model.options);
  return { ...options, sendResponseFormat: options.sendResponseFormat ?? !/^(chatgpt|gpt)-image/.test(model.name) };
}

/** What a model does, as far as its options say. A stream and a seed belong to one image, so they come one a call. */
export function capabilitiesOf(options: OpenAiOptions): Capabilities {
  const strength = options.sendStrength ? { min: 0, max: 1, default: 0.6 } : { min: 1, max: 1, default: 1 };
  return {
    size: options.size,
    steps: options.steps,
    guidanceScale: options.guidanceScale,
    negativePrompt: options.sendNegativePrompt,
    seed: options.sendSeed,
    imageToImage: options.edits ? strength : null,
    ...(options.edits && options.masks && { inpainting: true }),
    transparentBackground: options.transparentBackground,
    imagesPerCall: options.sendSeed || options.partialImages > 0 ? 1 : options.imagesPerCall,
    promptMaxLength: options.promptMaxLength,
    progress: options.partialImages > 0,
    preview: options.partialImages > 0,
    // Closing the connection ends the job here at once; whether the server stops too is its own affair.
    cancel: 'step',
    vocabulary: false,
  };
}

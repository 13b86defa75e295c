import { z } from 'zod';
import { DiffusionError } from '../failure.ts';

/** The one upscaler format that this library reads. */
export const upscalerFormat = 'rendermart-upscaler/1';

/** The form of an upscaler's `manifest.json`. Unknown keys are refused, so that a typing error is not a silent default. */
export const UpscalerManifest = z.strictObject({
  format: z.literal(upscalerFormat),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/),
  name: z.string().min(1).max(80),
  version: z.string().regex(/^\d+\.\d+\.\d+/),
  license: z.string().min(1),
  description: z.string().optional(),
  /** How many times the edge can become longer. */
  scales: z.array(z.int().min(2).max(8)).min(1),
  /** The longest edge that it makes, in pixels. */
  maxSide: z.int().min(64).max(16_384),
  method: z.discriminatedUnion('kind', [
    /**
     * An ONNX network that multiplies the edges by `scale`: `small` [1, 4, H, W] float32 → `large` [1, 4, scale·H, scale·W],
     * premultiplied RGBA in 0 … 1. `reach`: how many pixels away from a pixel still matter to it.
     */
    z.strictObject({
      kind: z.literal('network'),
      file: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'A file name beside the manifest, without folders'),
      scale: z.int().min(2).max(4),
      reach: z.int().min(0).max(64),
    }),
    /** Lanczos resampling, in one pass whatever the scale. */
    z.strictObject({ kind: z.literal('lanczos'), lobes: z.int().min(2).max(4) }),
  ]),
});
export type UpscalerManifest = z.infer<typeof UpscalerManifest>;

/** How often a network of this scale must run to reach a total scale; undefined when it cannot. */
export function passesFor(scale: number, each: number): number | undefined {
  let count = 0;
  let reached = 1;
  while (reached < scale) {
    reached *= each;
    count++;
  }
  return reached === scale ? count : undefined;
}

/** Checks a parsed `manifest.json` of an upscaler. Throws `model_invalid`, naming the key that is wrong. */
export function readUpscalerManifest(json: unknown, source = 'manifest.json'): UpscalerManifest {
  const parsed = UpscalerManifest.safeParse(json);
  if (!parsed.success)
    throw new DiffusionError('model_invalid', `${source} is not a valid upscaler: ${z.prettifyError(parsed.error)}`);
  const { method, scales } = parsed.data;
  const unreachable = method.kind === 'network' && scales.find((scale) => passesFor(scale, method.scale) === undefined);
  if (unreachable)
    throw new DiffusionError('model_invalid', `${source}: scales has ${unreachable}, which is no power of method.scale`);
  return parsed.data;
}

import { z } from 'zod';
import { DiffusionError } from '../failure.ts';

/** The one model format that this library reads. */
export const modelFormat = 'rendermart-flow-latent/1';

const FileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'A file name beside the manifest, without folders');
const Fraction = z.number().min(0).max(1);

/** The form of `manifest.json`. Unknown keys are refused outside `extra`, so that a typing error is not a silent default. */
export const ModelManifest = z.strictObject({
  format: z.literal(modelFormat),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/),
  name: z.string().min(1).max(80),
  version: z.string().regex(/^\d+\.\d+\.\d+/),
  license: z.string().min(1),
  description: z.string().optional(),
  files: z.strictObject({
    denoiser: FileName,
    decoder: FileName,
    vocabulary: FileName,
    encoder: FileName.optional(),
  }),
  latent: z.strictObject({
    size: z
      .int()
      .min(1)
      .max(1 << 22),
  }),
  picture: z.strictObject({
    width: z.int().min(1).max(4096),
    height: z.int().min(1).max(4096),
    channels: z.literal('rgba-premultiplied'),
    range: z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high, 'The low end comes first'),
  }),
  text: z.strictObject({ maxTokens: z.int().min(1).max(512), pad: z.int(), unknown: z.int(), empty: z.int() }),
  sampling: z.strictObject({
    type: z.literal('flow'),
    prediction: z.literal('x'),
    timeStart: Fraction,
    timeEnd: Fraction,
    /** Where the evaluations of a new picture stand that follow the first, evenly; absent: all of them from the start to the end. */
    between: z.tuple([Fraction, Fraction]).optional(),
    /** How wide the noise is, of 1, which training practised: less is surer. */
    temperature: Fraction.optional(),
    defaultSteps: z.int().min(1),
    steps: z.strictObject({ min: z.int().min(1), max: z.int().max(1000) }),
    guidance: z.strictObject({
      default: z.number().min(1),
      min: z.number().min(0),
      max: z.number(),
      lateScale: z.number().min(0).optional(),
      lateFrom: Fraction.optional(),
      /** The least scale with which a negative prompt pushes, where the default is too gentle for one. */
      negative: z.number().min(1).optional(),
      /** The network's predictions already contain the default guidance: a step at it is one evaluation. */
      folded: z.boolean().optional(),
    }),
  }),
  capabilities: z.strictObject({
    negativePrompt: z.boolean(),
    imageToImage: z.boolean(),
    transparentBackground: z.boolean(),
    maxBatch: z.int().min(1).max(64),
    /** One picture at the default steps takes a fraction of a second on two processor cores: it can be drawn while somebody types. */
    live: z.boolean().optional(),
  }),
  /** The folder, beside this model's own, of the upscaler that enlarges its pictures. */
  upscaler: FileName.optional(),
  extra: z.record(z.string(), z.unknown()).optional(),
});
export type ModelManifest = z.infer<typeof ModelManifest>;

/** What does not fit together in a manifest whose parts are each valid, in words; undefined when all does. */
function contradiction({ sampling, capabilities, files }: ModelManifest): string | undefined {
  const { steps, defaultSteps, guidance } = sampling;
  const { timeStart, timeEnd, between: [first, last] = [timeStart, timeEnd] } = sampling;
  if (timeStart >= timeEnd) return 'sampling.timeStart must be below sampling.timeEnd';
  if (!(timeStart <= first && first <= last && last <= timeEnd))
    return 'sampling.between must lie between sampling.timeStart and sampling.timeEnd, the earlier time first';
  if (defaultSteps < steps.min || defaultSteps > steps.max) return 'sampling.defaultSteps lies outside sampling.steps';
  if (guidance.default < guidance.min || guidance.default > guidance.max)
    return 'sampling.guidance.default lies outside its own range';
  if ((guidance.lateScale === undefined) !== (guidance.lateFrom === undefined))
    return 'sampling.guidance needs lateScale and lateFrom together';
  if (capabilities.imageToImage && files.encoder === undefined) return 'capabilities.imageToImage needs files.encoder';
  return undefined;
}

/** Checks a parsed `manifest.json`. Throws `model_invalid`, naming the key that is wrong. */
export function readManifest(json: unknown, source = 'manifest.json'): ModelManifest {
  const format = z.object({ format: z.string() }).safeParse(json).data?.format;
  if (format !== modelFormat) {
    const found = format === undefined ? 'no "format"' : `format "${format}"`;
    throw new DiffusionError('model_invalid', `${source} has ${found}; this library reads "${modelFormat}"`);
  }
  const parsed = ModelManifest.safeParse(json);
  if (!parsed.success)
    throw new DiffusionError('model_invalid', `${source} is not a valid manifest: ${z.prettifyError(parsed.error)}`);
  const problem = contradiction(parsed.data);
  if (problem !== undefined) throw new DiffusionError('model_invalid', `${source}: ${problem}`);
  return parsed.data;
}

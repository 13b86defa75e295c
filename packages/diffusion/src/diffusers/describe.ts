import { basename } from 'node:path';
import { z } from 'zod';
import type { ModelDescription, SettingRange } from '../model.ts';
import { schedulersFor } from '../schedulers/make-scheduler.ts';
import type { SchedulerName } from '../schedulers/scheduler.ts';
import { DiffusionError } from '../failure.ts';
import type { DiffusersFolder } from './folder.ts';
import { latentSpaceOf } from './latent-space.ts';

const SchedulerConfig = z
  .looseObject({
    _class_name: z.string(),
    timestep_spacing: z.string().optional(),
    use_karras_sigmas: z.boolean().nullish(),
    original_inference_steps: z.int().optional(),
  })
  .transform(({ _class_name: className, ...config }) => ({ ...config, className }));

/** Schedulers by diffusers' names of their classes. */
const ownNames: Record<string, SchedulerName> = {
  DDIMScheduler: 'ddim',
  PNDMScheduler: 'pndm',
  EulerDiscreteScheduler: 'euler',
  EulerAncestralDiscreteScheduler: 'euler-ancestral',
  LCMScheduler: 'lcm',
  FlowMatchEulerDiscreteScheduler: 'flow-match-euler',
};

interface Habits {
  steps: SettingRange;
  guidanceScale: SettingRange;
  schedulers: SchedulerName[];
}

function readSchedulerConfig({ schedulerConfig, folder }: DiffusersFolder) {
  const parsed = SchedulerConfig.safeParse(schedulerConfig);
  if (parsed.success) return parsed.data;
  throw new DiffusionError('model_invalid', `${folder}/scheduler/scheduler_config.json: ${z.prettifyError(parsed.error)}`);
}

function schedulersOf(config: z.infer<typeof SchedulerConfig>): SchedulerName[] {
  const karras = config.use_karras_sigmas ? 'dpmpp-2m-karras' : 'dpmpp-2m';
  const own = ownNames[config.className] ?? karras;
  return [own, ...schedulersFor(config.className).filter((name) => name !== own)];
}

/**
 * Steps and guidance that a model is usually drawn with. Folders do not say; distilled models are told by what they were
 * published with: an LCM by its network's guidance input, Turbo and Lightning by a scheduler that begins at the last
 * timestep (`trailing`), and the rest takes what diffusers' pipelines take.
 */
function habitsOf(source: DiffusersFolder): Habits {
  const config = readSchedulerConfig(source);
  const schedulers = schedulersOf(config);
  const { kind } = source.layout;
  if (kind === 'latent-consistency') {
    const max = config.original_inference_steps ?? 50;
    return { steps: { min: 1, max, default: 4 }, guidanceScale: { min: 1, max: 20, default: 8.5 }, schedulers: ['lcm'] };
  }
  const turbo = kind !== 'stable-diffusion-3' && config.timestep_spacing === 'trailing';
  if (turbo) return { steps: { min: 1, max: 150, default: 1 }, guidanceScale: { min: 1, max: 20, default: 1 }, schedulers };
  const usual = { 'stable-diffusion-xl': 5, 'stable-diffusion-3': 7, 'stable-diffusion': 7.5, 'flow-latent': 1 }[kind];
  const steps = kind === 'stable-diffusion-3' ? 28 : 30;
  return { steps: { min: 1, max: 150, default: steps }, guidanceScale: { min: 1, max: 20, default: usual }, schedulers };
}

function sizeOf(source: DiffusersFolder): ModelDescription['size'] {
  const { trainedSide, grid } = latentSpaceOf(source);
  const side = Math.max(grid, Math.floor(trainedSide / grid) * grid);
  const min = Math.max(grid, Math.floor(side / 2 / grid) * grid);
  return { kind: 'range', default: { width: side, height: side }, min, max: side * 2, step: grid, maxPixels: side * side * 2 };
}

/** The type that most of the denoising network's weights have. */
function precisionOf({ parts, layout }: DiffusersFolder): ModelDescription['precision'] {
  const bytes = parts[layout.denoiser]?.header.weightBytes ?? {};
  const types = ['float32', 'float16', 'int8'] as const;
  return types.reduce((most, type) => ((bytes[type] ?? 0) > (bytes[most] ?? 0) ? type : most));
}

/** Last layers that can be left out: where there are two encoders, as many as the hidden states of both allow. */
function clipSkipOf({ layout, parts, texts, skippedLayers }: DiffusersFolder): ModelDescription['clipSkip'] {
  if (layout.texts.length < 2) return skippedLayers ? { min: 0, max: skippedLayers.max } : null;
  const layers = layout.texts.map(({ encoder }, index) => {
    const outputs = parts[encoder]?.header.outputs ?? [];
    const exported = outputs.some(({ name }) => name === 'hidden_states.0');
    return exported ? texts[index]!.num_hidden_layers : 0;
  });
  const max = Math.min(...layers) - 2;
  return max > 0 ? { min: 0, max } : null;
}

function notesOf({ layout, index, skippedLayers }: DiffusersFolder): string[] {
  const has = (part: 'text_encoder_3' | 'safety_checker') => typeof index[part]?.[0] === 'string';
  const notes: string[] = [];
  if (layout.kind === 'stable-diffusion-3' && has('text_encoder_3'))
    notes.push('The T5 text encoder is left out: long and literal prompts are followed less closely.');
  if (layout.texts.length < 2 && skippedLayers === undefined)
    notes.push('Clip skip is not possible: the layers of the text encoder cannot be told apart in this file.');
  if (has('safety_checker')) notes.push('The safety checker of the folder is not run.');
  return notes;
}

/** What a folder in diffusers' layout is and can do. */
export function describeDiffusers(source: DiffusersFolder): ModelDescription {
  const { folder, layout, parts, licence } = source;
  const id = basename(folder);
  return {
    kind: layout.kind,
    id,
    name: id,
    licence,
    size: sizeOf(source),
    ...habitsOf(source),
    negativePrompt: layout.kind !== 'latent-consistency',
    imageToImage: parts.vae_encoder !== undefined,
    inpaint: parts.vae_encoder !== undefined,
    transparentBackground: false,
    maxBatch: 4,
    live: false,
    clipSkip: clipSkipOf(source),
    promptWeights: true,
    precision: precisionOf(source),
    notes: notesOf(source),
  };
}

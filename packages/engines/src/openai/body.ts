import type { EngineJob, EngineWarning } from '@rendermart/engine';
import type { OpenAiOptions } from './options.ts';

/** stable-diffusion.cpp reads settings, file names included, out of this tag in a prompt: it is not for people to write. */
const engineSyntax = /<\/?sd_cpp_extra_args>|<sd_cpp_extra_args>[\s\S]*?<\/sd_cpp_extra_args>/gi;

/** A prompt without syntax that a server would obey instead of drawing. Repeats, since removing one tag can join another. */
export function plainPrompt(prompt: string): string {
  const block = prompt.replaceAll(/<sd_cpp_extra_args>[\s\S]*?<\/sd_cpp_extra_args>/gi, '').replaceAll(engineSyntax, '');
  return block === prompt ? prompt.trim() : plainPrompt(block);
}

/** What a job asks that this call cannot say. */
export function bodyWarnings(job: EngineJob, options: OpenAiOptions): EngineWarning[] {
  const warnings: EngineWarning[] = [];
  if (plainPrompt(job.prompt) !== job.prompt.trim()) {
    warnings.push({ code: 'setting_changed', setting: 'prompt', message: 'Engine settings inside the prompt were taken out.' });
  }
  if (job.source && options.edits && !options.sendStrength && job.source.denoisingStrength < 1) {
    warnings.push({
      code: 'setting_ignored',
      setting: 'denoisingStrength',
      message: `${job.model.name} takes no denoising strength.`,
    });
  }
  return warnings;
}

/** The JSON body of one call for `seeds.length` images, source image aside. Only fields that have something to say are in it. */
export function bodyOf(job: EngineJob, options: OpenAiOptions, seeds: readonly number[]): Record<string, unknown> {
  const body = {
    model: job.model.name,
    prompt: plainPrompt(job.prompt),
    n: seeds.length,
    size: `${job.width}x${job.height}`,
    quality: options.quality,
    moderation: options.moderation,
    output_format: options.outputFormat,
    background: options.transparentBackground && job.background !== null ? 'transparent' : undefined,
    response_format: options.sendResponseFormat ? 'b64_json' : undefined,
    seed: options.sendSeed ? seeds[0] : undefined,
    negative_prompt: options.sendNegativePrompt && job.negativePrompt !== '' ? job.negativePrompt : undefined,
    num_inference_steps: options.steps ? (job.steps ?? undefined) : undefined,
    guidance_scale: options.guidanceScale ? (job.guidanceScale ?? undefined) : undefined,
    strength: options.sendStrength ? job.source?.denoisingStrength : undefined,
    ...(options.partialImages > 0 && { stream: true, partial_images: options.partialImages }),
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

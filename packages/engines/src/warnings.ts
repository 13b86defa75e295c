import type { Capabilities } from '@rendermart/contract';
import type { EngineJob, EngineWarning } from '@rendermart/engine';

/** Warns of every setting of a job that a model does not have. The platform warns from the same data before; an engine never relies on it. */
export function unsupportedWarnings(job: EngineJob, capabilities: Capabilities): EngineWarning[] {
  const used: [string, boolean, string][] = [
    ['negativePrompt', job.negativePrompt !== '' && !capabilities.negativePrompt, 'negative prompts'],
    ['steps', job.steps !== null && capabilities.steps === null, 'a number of steps'],
    ['guidanceScale', job.guidanceScale !== null && capabilities.guidanceScale === null, 'a guidance scale'],
    ['background', job.background !== null && !capabilities.transparentBackground, 'a background'],
    ['mask', job.source?.mask !== undefined && !capabilities.inpainting, 'masks'],
    ['source', job.source !== null && !capabilities.imageToImage && !capabilities.upscale, 'source images'],
  ];
  return used
    .filter(([, ignored]) => ignored)
    .map(([setting, , what]) => ({
      code: 'setting_ignored',
      setting,
      message: `The model ${job.model.name} does not take ${what}.`,
    }));
}

import type { Model } from '@rendermart/diffusion';
import type { EngineJob, EngineWarning } from '@rendermart/engine';

/** A negative prompt is what guidance leads away from: at a scale of 1 there is none, which few people expect. */
export function guidanceWarnings({ description, words }: Model, job: EngineJob): EngineWarning[] {
  const scale = job.guidanceScale ?? description.guidanceScale?.default ?? 1;
  const unheard = words === undefined && description.negativePrompt && job.negativePrompt !== '' && scale <= 1;
  if (!unheard) return [];
  const message = `At a guidance scale of ${scale} the negative prompt changes nothing. Choose a scale above 1.`;
  return [{ code: 'setting_ignored', setting: 'negativePrompt', message }];
}

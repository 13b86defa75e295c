import { defaultSize } from '@rendermart/diffusion';
import type { Diffusion, DiffusionEvent, DiffusionRequest, SourcePicture } from '@rendermart/diffusion';
import { EngineError } from '@rendermart/engine';
import type { EngineEvent, EngineJob } from '@rendermart/engine';
import { unsupportedWarnings } from '../warnings.ts';
import { capabilitiesOf } from './capabilities.ts';
import { drawPlans } from './composing/index.ts';
import { guidanceWarnings } from './guidance.ts';
import { tellInference } from './inference-spans.ts';
import { decodeMask, keepUnmasked } from './masks.ts';
import { optionsOf } from './models.ts';
import type { Shelved } from './models.ts';
import { decodeSource, encodeImage, encodePreview } from './pictures.ts';
import { interpretPrompt } from './prompt.ts';
import type { Interpretation } from './prompt.ts';
import { enlargeDrawn } from './upscale.ts';

type Drawer = Extract<Shelved, { kind: 'model' }>;
type Rows = DiffusionRequest['pictures'];

/** A job and what it draws with. */
interface Drawing {
  diffusion: Diffusion;
  drawer: Drawer;
  job: EngineJob;
  signal: AbortSignal;
}

/** The size that the model itself draws: models of one size are resampled or enlarged afterwards. */
function drawnSize({ drawer: { model }, job }: Drawing): { width: number; height: number } {
  const { description } = model;
  return description.size.kind === 'fixed' ? defaultSize(description) : { width: job.width, height: job.height };
}

async function sourceOf(
  { picture, denoisingStrength: strength, mask }: NonNullable<EngineJob['source']>,
  size: { width: number; height: number },
  inpaints: boolean,
): Promise<SourcePicture> {
  const decoded = { picture: await decodeSource(picture, size), strength };
  return mask && inpaints ? { ...decoded, mask: await decodeMask(mask, size) } : decoded;
}

async function requestOf(drawing: Drawing): Promise<Omit<DiffusionRequest, 'pictures'>> {
  const { drawer, job } = drawing;
  const { description } = drawer.model;
  const size = drawnSize(drawing);
  const { clipSkip, scheduler } = optionsOf(job.model, drawer);
  const source = description.imageToImage && job.source ? await sourceOf(job.source, size, description.inpaint) : null;
  return {
    ...size,
    ...(description.negativePrompt && { negativePrompt: job.negativePrompt }),
    ...(job.steps !== null && { steps: job.steps }),
    ...(job.guidanceScale !== null && capabilitiesOf(drawer).guidanceScale && { guidanceScale: job.guidanceScale }),
    ...(source && { source }),
    ...(clipSkip !== undefined && { clipSkip }),
    ...(scheduler && { scheduler }),
    previews: true,
  };
}

async function toEngineEvent(event: DiffusionEvent, job: EngineJob): Promise<EngineEvent> {
  if (event.type === 'step') return { type: 'progress', step: event.step, steps: event.steps };
  const { index } = event;
  if (event.type === 'preview') return { type: 'preview', index, picture: await encodePreview(event.picture) };
  return { type: 'image', index, seed: job.seeds[index]!, picture: await encodeImage(event.picture, job, null) };
}

/** Models of any text take the prompt as it is. */
async function* drawText({ job }: Drawing, generate: (rows: Rows) => AsyncIterable<DiffusionEvent>): AsyncGenerator<EngineEvent> {
  const rows = job.seeds.map((seed) => ({ prompt: job.prompt, seed }));
  for await (const event of generate(rows)) yield toEngineEvent(event, job);
}

/** Models of a closed vocabulary draw the things that they know; backgrounds and groups are composed around them. */
async function* drawWords(
  drawing: Drawing,
  { plans, warnings }: Interpretation,
  generate: (rows: Rows) => AsyncIterable<DiffusionEvent>,
): AsyncGenerator<EngineEvent> {
  const { diffusion, drawer, job, signal } = drawing;
  const { upscaler } = drawer;
  for (const warning of warnings) yield { type: 'warning', warning };
  yield* drawPlans({
    job,
    plans,
    own: drawnSize(drawing),
    maxBatch: drawer.model.description.maxBatch,
    generate,
    enlarge: async (drawn) => (upscaler ? enlargeDrawn(diffusion, upscaler, drawn, job, signal) : { picture: drawn }),
  });
}

/** Finished pictures with all that the mask keeps exactly as it was in the source. */
async function* keepingSource(
  events: AsyncIterable<DiffusionEvent>,
  { source }: Pick<DiffusionRequest, 'source'>,
): AsyncGenerator<DiffusionEvent> {
  for await (const event of events) {
    const keeps = event.type === 'image' && source?.mask !== undefined;
    yield keeps ? { ...event, picture: keepUnmasked(event.picture, source.picture, source.mask!) } : event;
  }
}

/** The whole job of a model that draws: what it does not honour, then progress and images. */
export async function* draw(
  diffusion: Diffusion,
  drawer: Drawer,
  job: EngineJob,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  const { model } = drawer;
  const drawing = { diffusion, drawer, job, signal };
  const ignored = [...unsupportedWarnings(job, capabilitiesOf(drawer)), ...guidanceWarnings(model, job)];
  for (const warning of ignored) yield { type: 'warning', warning };
  const meant = model.words && interpretPrompt(model.words, job);
  const request = await requestOf({ ...drawing, job: { ...job, ...(meant && { negativePrompt: meant.negativePrompt }) } });
  const options = { signal, ...tellInference('inference draw') };
  const generate = (pictures: Rows) => keepingSource(diffusion.generate(model, { ...request, pictures }, options), request);
  const events = meant ? drawWords(drawing, meant, generate) : drawText(drawing, generate);
  for await (const event of events) {
    if (signal.aborted) throw new EngineError('cancelled', 'The job was cancelled');
    yield event;
  }
}

export { openDiffusion } from './open-diffusion.ts';
export type { Diffusion, DiffusionSettings } from './open-diffusion.ts';
export { readModelFolder } from './families/families.ts';
export { defaultSize } from './model.ts';
export type { Model, ModelDescription, ModelKind, ModelWords, SettingRange, SizeRule } from './model.ts';
export { executionProviders } from './runtime/runtime.ts';
export type { ExecutionProvider } from './runtime/runtime.ts';
export type { WorkOptions } from './work-options.ts';
export type { LoadedModel, WorkReport } from './protocol.ts';
export type { TimedPart, WorkTimings } from './runtime/stopwatch.ts';
export { verifyChecksums } from './flow-latent/model-folder.ts';
export { modelFormat, ModelManifest, readManifest } from './flow-latent/manifest.ts';
export { smallWords } from './flow-latent/ordinary-words.ts';
export { bareEmoji, foldText, meaningOf, readVocabulary, splitWords, VocabularyFile } from './flow-latent/vocabulary.ts';
export type { Concept, Vocabulary } from './flow-latent/vocabulary.ts';
export { padTokens, readPrompt, tokenize } from './flow-latent/reading.ts';
export type { PromptReading, WordReading } from './flow-latent/reading.ts';
export { suggestWords } from './flow-latent/suggestions.ts';
export { normalNoise } from './noise.ts';
export { flowTimes, guidanceAt, restartsForStrength, stepsForStrength } from './flow-latent/schedule.ts';
export { sampleFlow } from './flow-latent/sampler.ts';
export type { Denoise, FlowPlan, FlowStep } from './flow-latent/sampler.ts';
export { premultipliedPlanes, straightRgba } from './picture.ts';
export type { RgbaPicture } from './picture.ts';
export { requestProblem } from './request.ts';
export type { DiffusionEvent, DiffusionRequest, SourcePicture } from './request.ts';
export { isUpscalerFolder, readUpscalerFolder } from './upscale/folder.ts';
export type { Upscaler } from './upscale/folder.ts';
export { readUpscalerManifest, UpscalerManifest, upscalerFormat } from './upscale/manifest.ts';
export { upscaleProblem } from './upscale/request.ts';
export type { UpscaleEvent, UpscaleRequest } from './upscale/request.ts';
export { DiffusionError, diffusionFailureCodes } from './failure.ts';
export type { DiffusionFailureCode } from './failure.ts';
export { physicalCores } from './physical-cores.ts';
export { makeScheduler, schedulersFor, seededNoise } from './schedulers/make-scheduler.ts';
export { parseSchedulerConfig } from './schedulers/config.ts';
export { fluxSigmas } from './schedulers/flow-match-euler.ts';
export { schedulerNames } from './schedulers/scheduler.ts';
export type {
  NoiseSource,
  PredictionType,
  ScheduleOptions,
  Scheduler,
  SchedulerMemory,
  SchedulerName,
  StepInput,
  StepOutput,
} from './schedulers/scheduler.ts';
export { makeClipTokenizer } from './tokenizers/clip-tokenizer.ts';
export type { ClipVocabulary } from './tokenizers/clip-tokenizer.ts';
export { readClipTokenizer } from './tokenizers/read-clip-tokenizer.ts';
export { parsePrompt } from './tokenizers/prompt-weights.ts';
export { chunkPrompts } from './tokenizers/prompt-chunks.ts';
export { hiddenStateIndex, weightEmbeddings } from './tokenizers/weighted-embeddings.ts';
export type { WeightNormalisation } from './tokenizers/weighted-embeddings.ts';
export type { PromptChunk, PromptChunks, Tokenizer, WeightedText } from './tokenizers/tokenizer.ts';

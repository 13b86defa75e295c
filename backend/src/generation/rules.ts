import type {
  Capabilities,
  FailureCode,
  GenerationWarning,
  ModelLifecycle,
  ParsedGenerationInput,
  Size,
  SizeRule,
} from '@rendermart/contract';
import { maxSeed } from '@rendermart/contract';

/** What the rules need to know of a model. */
export interface ModelFacts {
  id: string;
  name: string;
  capabilities: Capabilities;
  enabled: boolean;
  lifecycle: ModelLifecycle;
  /** The last day on which it draws, as `2026-12-31`. */
  endsOn: string | null;
  successorId: string | null;
}

/** Every setting of a wish, decided once and for all when it is asked for. */
export interface Settings {
  prompt: string;
  negativePrompt: string;
  width: number;
  height: number;
  steps: number | null;
  guidanceScale: number | null;
  seed: number;
  count: number;
  background: string | null;
  sourceImageId: string | null;
  denoisingStrength: number | null;
  /** What of the source image is drawn anew; null for all of it. */
  maskId: string | null;
  /** How many times larger than its source the image is; null for a drawing. */
  scale: number | null;
}

export interface Refusal {
  ok: false;
  code: Extract<
    FailureCode,
    | 'model_unknown'
    | 'model_retired'
    | 'size_not_supported'
    | 'setting_out_of_range'
    | 'source_image_unsupported'
    | 'mask_unsupported'
    | 'mask_without_source'
    | 'price_moved'
  >;
  field: string;
  message: string;
}

export type SettingsDecision = { ok: true; settings: Settings; warnings: GenerationWarning[] } | Refusal;

const unchanged = 'Nothing was queued.';
const nearestShown = 3;
const daysOfWarning = 30;

/** Decides what will be drawn: what is absent takes the model's default, what cannot be honoured is dropped with a warning, what cannot be meant is refused. */
export function decideSettings(input: ParsedGenerationInput, model: ModelFacts, randomSeed: number, now: Date): SettingsDecision {
  const refusal = refuseModel(model, now) ?? refuseInput(input, model);
  if (refusal) return refusal;
  const { capabilities } = model;
  const warnings: GenerationWarning[] = [...endingWarning(model, now), ...ignoredSettings(input, capabilities)];
  return {
    ok: true,
    warnings,
    settings: {
      prompt: input.prompt,
      negativePrompt: capabilities.negativePrompt ? input.negativePrompt : '',
      ...sizeOf(input, capabilities.size),
      steps: capabilities.steps ? (input.steps ?? capabilities.steps.default) : null,
      guidanceScale: capabilities.guidanceScale ? (input.guidanceScale ?? capabilities.guidanceScale.default) : null,
      seed: capabilities.seed ? (input.seed ?? randomSeed) : randomSeed,
      count: input.count,
      background: capabilities.transparentBackground ? (input.background ?? null) : null,
      sourceImageId: input.sourceImageId ?? null,
      denoisingStrength:
        input.sourceImageId === undefined ? null : (input.denoisingStrength ?? capabilities.imageToImage?.default ?? null),
      maskId: input.maskId ?? null,
      scale: null,
    },
  };
}

/** Whether a model draws at all today. */
export function refuseModel(model: ModelFacts, now: Date): Refusal | undefined {
  if (!model.enabled) {
    return {
      ok: false,
      code: 'model_unknown',
      field: 'modelId',
      message: `The model ${model.id} is switched off. ${unchanged} Choose another one.`,
    };
  }
  if (model.lifecycle !== 'retired' && !hasEnded(model, now)) return undefined;
  const cure = model.successorId === null ? 'Choose another model.' : `Choose its successor: ${model.successorId}.`;
  return {
    ok: false,
    code: 'model_retired',
    field: 'modelId',
    message: `${model.name} has reached its end. ${unchanged} ${cure}`,
  };
}

/** The refusal of a wish that costs other than was shown. Who does not say what was shown takes any price. */
export function refusePrice(priceCredits: bigint, expectedPriceCredits: string | undefined): Refusal | undefined {
  if (expectedPriceCredits === undefined || BigInt(expectedPriceCredits) === priceCredits) return undefined;
  const prices = `The price is ${priceCredits} credits now, not ${BigInt(expectedPriceCredits)}.`;
  const message = `${prices} ${unchanged} Look at the new price and decide again.`;
  return { ok: false, code: 'price_moved', field: 'expectedPriceCredits', message };
}

/** Whether the list of models shows it. */
export function isOffered(model: ModelFacts, now: Date): boolean {
  return refuseModel(model, now) === undefined;
}

function hasEnded(model: ModelFacts, now: Date): boolean {
  return model.endsOn !== null && now.toISOString().slice(0, 10) > model.endsOn;
}

/** Says in time that a model will not draw for ever. */
export function endingWarning(model: ModelFacts, now: Date): GenerationWarning[] {
  const soon = model.endsOn !== null && Date.parse(model.endsOn) - now.getTime() < daysOfWarning * 86_400_000;
  if (model.lifecycle !== 'deprecated' && !soon) return [];
  const end = model.endsOn === null ? 'will be retired' : `ends on ${model.endsOn}`;
  const successor = model.successorId === null ? '' : ` Its successor is ${model.successorId}.`;
  return [{ code: 'model_ending', setting: 'modelId', message: `${model.name} ${end}.${successor}` }];
}

function refuseInput(input: ParsedGenerationInput, { name, capabilities }: ModelFacts): Refusal | undefined {
  const { size, steps, guidanceScale, imageToImage } = capabilities;
  if (capabilities.upscale) {
    const message = `${name} enlarges images and draws none. ${unchanged} Choose another model.`;
    return { ok: false, code: 'model_unknown', field: 'modelId', message };
  }
  const long =
    refusePrompt('prompt', input.prompt, capabilities) ??
    (capabilities.negativePrompt ? refusePrompt('negativePrompt', input.negativePrompt, capabilities) : undefined);
  if (long) return long;
  if (input.sourceImageId !== undefined && imageToImage === null) {
    return {
      ok: false,
      code: 'source_image_unsupported',
      field: 'sourceImageId',
      message: `${name} only draws from text. ${unchanged} Remove the source image or choose another model.`,
    };
  }
  return (
    refuseMask(input, name, capabilities) ??
    refuseSize(sizeOf(input, size), size, name, input.width === undefined ? 'height' : 'width') ??
    refuseRange('steps', input.steps, steps) ??
    refuseRange('guidanceScale', input.guidanceScale, guidanceScale) ??
    (input.sourceImageId === undefined ? undefined : refuseRange('denoisingStrength', input.denoisingStrength, imageToImage))
  );
}

function refuseMask(
  { maskId, sourceImageId }: ParsedGenerationInput,
  name: string,
  { inpainting }: Capabilities,
): Refusal | undefined {
  if (maskId === undefined) return undefined;
  const refuse = (code: Refusal['code'], message: string): Refusal => ({ ok: false, code, field: 'maskId', message });
  if (sourceImageId === undefined)
    return refuse('mask_without_source', `A mask belongs to a source image. ${unchanged} Name the image, or leave the mask out.`);
  if (inpainting) return undefined;
  return refuse('mask_unsupported', `${name} draws whole images only. ${unchanged} Remove the mask or choose another model.`);
}

/** Pure: the refusal of a prompt that is longer than a model reads. */
export function refusePrompt(
  field: 'prompt' | 'negativePrompt',
  { length }: string,
  { promptMaxLength: max }: Pick<Capabilities, 'promptMaxLength'>,
): Refusal | undefined {
  if (length <= max) return undefined;
  return {
    ok: false,
    code: 'setting_out_of_range',
    field,
    message: `${field} has ${length} characters; this model reads at most ${max}. ${unchanged} Shorten it.`,
  };
}

function refuseRange(field: string, value: number | undefined, range: { min: number; max: number } | null): Refusal | undefined {
  if (value === undefined || range === null || (value >= range.min && value <= range.max)) return undefined;
  return {
    ok: false,
    code: 'setting_out_of_range',
    field,
    message: `${field} is ${value}; this model takes ${range.min} to ${range.max}. ${unchanged}`,
  };
}

function refuseSize(size: Size, rule: SizeRule, name: string, field: string): Refusal | undefined {
  if (isPossible(size, rule)) return undefined;
  const near = nearestSizes(size, rule).map(({ width, height }) => `${width} × ${height}`);
  const message = `${name} cannot draw ${size.width} × ${size.height}. ${unchanged} The nearest it draws: ${near.join(', ')}.`;
  return { ok: false, code: 'size_not_supported', field, message };
}

function sizeOf(input: { width?: number | undefined; height?: number | undefined }, rule: SizeRule): Size {
  const fallback = rule.kind === 'range' ? rule.default : rule.options[0]!;
  return { width: input.width ?? fallback.width, height: input.height ?? fallback.height };
}

function isPossible({ width, height }: Size, rule: SizeRule): boolean {
  if (rule.kind === 'list') return rule.options.some((option) => option.width === width && option.height === height);
  const fits = (side: number) => side >= rule.min && side <= rule.max && side % rule.step === 0;
  return fits(width) && fits(height) && width * height <= rule.maxPixels;
}

/** The sizes that are most like the one asked for, best first. */
export function nearestSizes(size: Size, rule: SizeRule): Size[] {
  if (rule.kind === 'range') return [nearestInRange(size, rule)];
  // Distance on a logarithmic scale: twice as large is as far away as half as large.
  const distance = (option: Size) =>
    Math.abs(Math.log(option.width / size.width)) + Math.abs(Math.log(option.height / size.height));
  return rule.options.toSorted((one, other) => distance(one) - distance(other)).slice(0, nearestShown);
}

function nearestInRange(size: Size, rule: Extract<SizeRule, { kind: 'range' }>): Size {
  const lowest = Math.ceil(rule.min / rule.step) * rule.step;
  const highest = Math.floor(rule.max / rule.step) * rule.step;
  const clamp = (side: number) => Math.min(highest, Math.max(lowest, Math.round(side / rule.step) * rule.step));
  const near = { width: clamp(size.width), height: clamp(size.height) };
  if (near.width * near.height <= rule.maxPixels) return near;
  const scale = Math.sqrt(rule.maxPixels / (near.width * near.height));
  const shrink = (side: number) => Math.max(lowest, Math.floor((side * scale) / rule.step) * rule.step);
  return { width: shrink(near.width), height: shrink(near.height) };
}

/** One line a setting: when it counts as given, and whether the model honours it. */
const honoured: {
  setting: keyof ParsedGenerationInput;
  given: (input: ParsedGenerationInput) => boolean;
  by: (capabilities: Capabilities, input: ParsedGenerationInput) => boolean;
  what: string;
}[] = [
  {
    setting: 'negativePrompt',
    given: (input) => input.negativePrompt !== '',
    by: (model) => model.negativePrompt,
    what: 'a negative prompt',
  },
  {
    setting: 'steps',
    given: (input) => input.steps !== undefined,
    by: (model) => model.steps !== null,
    what: 'a number of steps',
  },
  {
    setting: 'guidanceScale',
    given: (input) => input.guidanceScale !== undefined,
    by: (model) => model.guidanceScale !== null,
    what: 'a guidance scale',
  },
  { setting: 'seed', given: (input) => input.seed !== undefined, by: (model) => model.seed, what: 'a seed' },
  {
    setting: 'background',
    given: (input) => input.background !== undefined,
    by: (model) => model.transparentBackground,
    what: 'a background',
  },
  {
    setting: 'denoisingStrength',
    given: (input) => input.denoisingStrength !== undefined,
    by: (model, input) => model.imageToImage !== null && input.sourceImageId !== undefined,
    what: 'a denoising strength without a source image',
  },
];

function ignoredSettings(input: ParsedGenerationInput, capabilities: Capabilities): GenerationWarning[] {
  return honoured
    .filter(({ given, by }) => given(input) && !by(capabilities, input))
    .map(({ setting, what }) => ({
      code: 'setting_ignored' as const,
      setting,
      message: `This model does not use ${what}; it was left out.`,
    }));
}

/** The seed of each image: they follow each other and begin again at 0 after 2³² − 1. */
export function seedOf(seed: number, index: number): number {
  return (seed + index) % (maxSeed + 1);
}

/** The calls that draw what is missing: indexes of images, as many a call as the model draws together. */
export function splitIntoCalls(count: number, landed: readonly number[], imagesPerCall: number): number[][] {
  const missing = Array.from({ length: count }, (_, index) => index).filter((index) => !landed.includes(index));
  return Array.from({ length: Math.ceil(missing.length / imagesPerCall) }, (_, call) =>
    missing.slice(call * imagesPerCall, (call + 1) * imagesPerCall),
  );
}

// A model without steps is a remote one; a typical number keeps its share of the queue comparable.
const typicalSteps = 20;
// A megapixel of a larger copy took as long as about four steps of a drawing of one megapixel.
const upscalingSteps = 4;

/** How much work a wish is, for a fair share and for estimates: one unit is one step of one picture of one megapixel. */
export function workOf(settings: Pick<Settings, 'width' | 'height' | 'steps' | 'count' | 'scale'>): number {
  const steps = settings.scale === null ? (settings.steps ?? typicalSteps) : upscalingSteps;
  return (settings.count * steps * settings.width * settings.height) / 1_048_576;
}

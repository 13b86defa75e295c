import { defaultSize } from '@rendermart/diffusion';
import type { Capabilities, SizeRule } from '@rendermart/contract';
import type { Model, ModelDescription, Upscaler } from '@rendermart/diffusion';
import type { Shelved } from './models.ts';

interface Size {
  width: number;
  height: number;
}

const longSides = [512, 256, 1024];

/**
 * The sizes of a model that names no upscaler: 512 pixels on the long side first, then the size it draws itself, then 256 and
 * 1024. All but its own are the same drawing, resampled: more pixels, not more detail.
 */
function resampledSizes({ width, height }: Size): Size[] {
  const longSide = Math.max(width, height);
  const scaled = longSides.map((side) => ({
    width: Math.round((width * side) / longSide),
    height: Math.round((height * side) / longSide),
  }));
  const [first, ...others] = scaled.filter((size) => size.width !== width);
  const own = { width, height };
  return longSide >= 512 ? [own, ...scaled.filter((size) => size.width !== width)] : [first!, own, ...others];
}

/** The sizes of a model whose pictures an upscaler enlarges: its first multiple, the size that the model draws itself, then the other multiples. */
function upscaledSizes({ width, height }: Size, { scales, maxSide }: Upscaler['manifest']): Size[] {
  const possible = scales.filter((scale) => Math.max(width, height) * scale <= maxSide);
  const [first, ...others] = possible.map((scale) => ({ width: width * scale, height: height * scale }));
  return [...(first ? [first] : []), { width, height }, ...others];
}

function sizeRuleOf({ size }: ModelDescription, upscaler: Upscaler | undefined): SizeRule {
  if (size.kind === 'fixed') {
    const own = { width: size.width, height: size.height };
    return { kind: 'list', options: upscaler ? upscaledSizes(own, upscaler.manifest) : resampledSizes(own) };
  }
  const { min, max, step, maxPixels, default: usual } = size;
  return { kind: 'range', min, max, step, maxPixels, default: { ...usual } };
}

function drawingCapabilities({ description, words }: Model, upscaler: Upscaler | undefined): Capabilities {
  const { steps, guidanceScale: guidance } = description;
  return {
    size: sizeRuleOf(description, upscaler),
    steps: { ...steps },
    guidanceScale: guidance === null || guidance.min === guidance.max ? null : { ...guidance },
    negativePrompt: description.negativePrompt,
    seed: true,
    imageToImage: description.imageToImage ? { min: 0.05, max: 1, default: 0.6 } : null,
    ...(description.inpaint && { inpainting: true }),
    transparentBackground: description.transparentBackground,
    imagesPerCall: Math.min(8, description.maxBatch),
    promptMaxLength: words ? 1000 : 2000,
    progress: true,
    preview: true,
    cancel: 'step',
    vocabulary: words !== undefined,
    ...(description.live && { live: { size: defaultSize(description), steps: steps.default } }),
  };
}

function upscalingCapabilities({ manifest: { scales, maxSide, method } }: Upscaler): Capabilities {
  return {
    size: { kind: 'range', min: 2, max: maxSide, step: 1, maxPixels: maxSide ** 2, default: { width: 512, height: 512 } },
    steps: null,
    guidanceScale: null,
    negativePrompt: false,
    seed: false,
    imageToImage: null,
    transparentBackground: false,
    imagesPerCall: 1,
    promptMaxLength: 10_000,
    progress: true,
    preview: false,
    cancel: 'step',
    vocabulary: false,
    upscale: { scales: [...scales], maxSide, learned: method.kind === 'network' },
  };
}

/** What a folder of the models directory can do, read off its description. */
export function capabilitiesOf(shelved: Shelved): Capabilities {
  return shelved.kind === 'model'
    ? drawingCapabilities(shelved.model, shelved.upscaler)
    : upscalingCapabilities(shelved.upscaler);
}

import type { Capabilities } from '@rendermart/contract';
import type { Model } from '@rendermart/diffusion';

const longSides = [512, 256, 1024];

/**
 * The sizes that a model offers: 512 pixels on the long side first, then the size it draws itself, then 256 and 1024.
 * All but its own are the same drawing, resampled (Lanczos, 3 lobes): more pixels, not more detail.
 */
function sizesOf({ width, height }: { width: number; height: number }): { width: number; height: number }[] {
  const longSide = Math.max(width, height);
  const scaled = longSides.map((side) => ({
    width: Math.round((width * side) / longSide),
    height: Math.round((height * side) / longSide),
  }));
  const [first, ...others] = scaled.filter((size) => size.width !== width);
  const own = { width, height };
  return longSide >= 512 ? [own, ...scaled.filter((size) => size.width !== width)] : [first!, own, ...others];
}

/** What a model folder can do, read off its manifest. */
export function capabilitiesOf({ manifest }: Model): Capabilities {
  const { sampling, capabilities, picture } = manifest;
  const { min, max, default: usual } = sampling.guidance;
  return {
    size: { kind: 'list', options: sizesOf(picture) },
    steps: { min: sampling.steps.min, max: sampling.steps.max, default: sampling.defaultSteps },
    guidanceScale: min === max ? null : { min, max, default: usual },
    negativePrompt: capabilities.negativePrompt,
    seed: true,
    imageToImage: capabilities.imageToImage ? { min: 0.05, max: 1, default: 0.6 } : null,
    transparentBackground: capabilities.transparentBackground,
    imagesPerCall: Math.min(8, capabilities.maxBatch),
    promptMaxLength: 1000,
    progress: true,
    preview: true,
    cancel: 'step',
    vocabulary: true,
  };
}

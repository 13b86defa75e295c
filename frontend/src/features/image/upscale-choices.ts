import type { Image, Model } from '@rendermart/contract';

/** Every factor of an upscaler, the size that it gives, and whether that is allowed. */
export function scaleChoices(image: Pick<Image, 'width' | 'height'>, { capabilities: { upscale } }: Pick<Model, 'capabilities'>) {
  return (upscale?.scales ?? []).map((scale) => {
    const [width, height] = [image.width * scale, image.height * scale];
    return { scale, width, height, fits: Math.max(width, height) <= (upscale?.maxSide ?? 0) };
  });
}

/**
 * What enlarges an image unless somebody chooses. The learned upscaler comes first and knows drawings with clean edges on nothing;
 * on opaque, painted pictures it is about 2 dB worse than resampling (docs/upscaling.md), so those begin with a resampler.
 */
export function preselected<Upscaler extends Pick<Model, 'capabilities'>>(
  { transparent }: Pick<Image, 'transparent'>,
  upscalers: readonly Upscaler[],
): Upscaler {
  const resampler = upscalers.find(({ capabilities }) => capabilities.upscale?.learned === false);
  return (transparent ? undefined : resampler) ?? upscalers[0]!;
}

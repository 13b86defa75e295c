import type { Image, Model } from '@rendermart/contract';

/** Every factor of an upscaler, the size that it gives, and whether that is allowed. */
export function scaleChoices(image: Pick<Image, 'width' | 'height'>, { capabilities: { upscale } }: Pick<Model, 'capabilities'>) {
  return (upscale?.scales ?? []).map((scale) => {
    const [width, height] = [image.width * scale, image.height * scale];
    return { scale, width, height, fits: Math.max(width, height) <= (upscale?.maxSide ?? 0) };
  });
}

import type { RgbaPicture } from '@rendermart/diffusion';
import sharp from 'sharp';
import type { Treatment } from './words.ts';

const raw = ({ width, height, rgba }: RgbaPicture) => sharp(rgba, { raw: { width, height, channels: 4 } });

/** Pixel art: a coarse grid, hard edges, few colours. 32 cells for a thing alone, 64 with a scene around it. */
async function pixelArt(picture: RgbaPicture, hasScene: boolean): Promise<RgbaPicture> {
  const { width, height } = picture;
  const cells = hasScene ? 64 : 32;
  const grid = { width: cells, height: Math.max(1, Math.round((cells * height) / width)) };
  const coarse = await raw(picture)
    .resize({ ...grid, fit: 'fill', kernel: 'mitchell' })
    .raw()
    .toBuffer();
  for (let i = 3; i < coarse.length; i += 4) coarse[i] = coarse[i]! < 110 ? 0 : 255;
  const indexed = await sharp(coarse, { raw: { ...grid, channels: 4 } })
    .png({ palette: true, colours: hasScene ? 32 : 16, dither: 0, effort: 7 })
    .toBuffer();
  const rgba = await sharp(indexed).resize({ width, height, fit: 'fill', kernel: 'nearest' }).ensureAlpha().raw().toBuffer();
  return { width, height, rgba };
}

/** One number a pixel, blurred: how light the picture is over white, or its alpha. */
async function blurred(picture: RgbaPicture, of: 'light' | 'alpha', radius: number): Promise<Uint8Array> {
  const { width, height, rgba } = picture;
  const plane = new Uint8Array(width * height);
  for (let i = 0; i < plane.length; i++) {
    const [red, green, blue, alpha] = [rgba[i * 4]!, rgba[i * 4 + 1]!, rgba[i * 4 + 2]!, rgba[i * 4 + 3]!];
    plane[i] = of === 'alpha' ? alpha : 255 + ((0.3 * red + 0.59 * green + 0.11 * blue - 255) * alpha) / 255;
  }
  const blur = sharp(plane, { raw: { width, height, channels: 1 } }).blur(Math.max(0.35, radius));
  return blur.toColourspace('b-w').raw().toBuffer();
}

const inkColour = [31, 29, 43] as const;
const ramp = (value: number, low: number, high: number) => Math.min(1, Math.max(0, (value - low) / (high - low)));

/**
 * A line drawing: ink where the difference of two blurs says that it is darker than around (Winnemoeller, 2012) and along the
 * outline, paper inside it, nothing outside.
 */
async function lineDrawing(picture: RgbaPicture): Promise<RgbaPicture> {
  const unit = picture.width / 256;
  const fine = await blurred(picture, 'light', 0.9 * unit);
  const wide = await blurred(picture, 'light', 2.4 * unit);
  const edge = await blurred(picture, 'alpha', 1.3 * unit);
  const rgba = new Uint8Array(picture.rgba.length);
  for (let i = 0; i < fine.length; i++) {
    const inside = picture.rgba[i * 4 + 3]! / 255;
    const drawn = ramp(wide[i]! - fine[i]!, 2, 8) * inside;
    const outline = inside * ramp(246 - edge[i]!, 0, 50);
    const ink = Math.max(drawn, outline);
    for (let channel = 0; channel < 3; channel++) rgba[i * 4 + channel] = Math.round(255 + (inkColour[channel]! - 255) * ink);
    rgba[i * 4 + 3] = Math.round(inside * 255);
  }
  return { width: picture.width, height: picture.height, rgba };
}

/** Makes the network's picture, and the scene around it, into another kind of drawing. */
export async function treat(picture: RgbaPicture, treatment: Treatment | null, hasScene: boolean): Promise<RgbaPicture> {
  if (treatment === 'pixel') return pixelArt(picture, hasScene);
  return treatment === 'line' ? lineDrawing(picture) : picture;
}

import type { RgbaPicture } from '@rendermart/diffusion';
import sharp from 'sharp';
import type { OverlayOptions } from 'sharp';
import { drawScene, makeRandom } from '../scenes/index.ts';
import type { Scene } from '../scenes/index.ts';
import { boxAt, centred, placeThings } from './layout.ts';
import type { Box, Spot } from './layout.ts';
import type { Plan } from './plan.ts';
import { treat } from './treatments.ts';

export interface Size {
  width: number;
  height: number;
}

interface Cutout extends Size {
  /** Straight RGBA of the part of a picture that is not transparent. */
  rgba: Buffer;
}

const visibleAlpha = 24;

/** The part of a picture that is not transparent; the whole of one that is transparent everywhere. */
export async function cutOut(picture: RgbaPicture): Promise<Cutout> {
  let [left, top, right, bottom] = [picture.width, picture.height, -1, -1];
  for (let y = 0; y < picture.height; y++)
    for (let x = 0; x < picture.width; x++) {
      if (picture.rgba[(y * picture.width + x) * 4 + 3]! < visibleAlpha) continue;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  if (right < 0) return { width: picture.width, height: picture.height, rgba: Buffer.from(picture.rgba) };
  const [width, height] = [right - left + 1, bottom - top + 1];
  const raw = { width: picture.width, height: picture.height, channels: 4 as const };
  const rgba = await sharp(picture.rgba, { raw }).extract({ left, top, width, height }).raw().toBuffer();
  return { width, height, rgba };
}

/** A cut-out at its size and place, in the scene's light; what would stand outside the picture is cut off. */
async function overlay(cutout: Cutout, box: Box, size: Size, light: Scene['light']): Promise<OverlayOptions | undefined> {
  const inside = {
    left: Math.max(0, -box.left),
    top: Math.max(0, -box.top),
    width: Math.min(box.width, size.width - box.left) - Math.max(0, -box.left),
    height: Math.min(box.height, size.height - box.top) - Math.max(0, -box.top),
  };
  if (inside.width < 1 || inside.height < 1) return undefined;
  const input = await sharp(cutout.rgba, { raw: { width: cutout.width, height: cutout.height, channels: 4 } })
    .resize({ width: box.width, height: box.height, fit: 'fill', kernel: 'lanczos3' })
    .extract(inside)
    .linear([...light, 1], [0, 0, 0, 0])
    .png({ compressionLevel: 1 })
    .toBuffer();
  return { input, left: Math.max(0, box.left), top: Math.max(0, box.top) };
}

/** Soft shadows where things touch the ground. */
function shadows(boxes: readonly Box[], size: Size): string {
  const ellipses = boxes.map((box) => {
    const [x, y] = [box.left + box.width / 2, box.top + box.height * 0.985];
    return `<ellipse cx="${x}" cy="${y}" rx="${box.width * 0.46}" ry="${box.width * 0.075}" fill="#0a1028" opacity=".34"/>`;
  });
  const blur = Math.max(0.5, size.height / 120);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}"><defs><filter id="b" x="-30%" y="-80%" width="160%" height="260%"><feGaussianBlur stdDeviation="${blur}"/></filter></defs><g filter="url(#b)">${ellipses.join('')}</g></svg>`;
}

const standsOnGround = (place: Spot, ground: number) => place.foot > ground - 0.1;

async function thingLayers(
  plan: Plan,
  cutouts: readonly Cutout[],
  size: Size,
  seed: number,
  scene: Scene | null,
): Promise<OverlayOptions[]> {
  const spots = placeThings(plan, scene?.ground ?? null, makeRandom(seed + 1));
  const boxes = cutouts.map((cutout, i) => boxAt(spots[i]!, cutout, size));
  const room = plan.backdrop === null ? 0.94 : plan.backdrop.kind === 'plain' ? 0.8 : cutouts.length > 1 ? 0.74 : 0.6;
  const settled = typeof scene?.ground === 'number' || cutouts.length === 0 ? boxes : centred(boxes, size, room);
  const placed = cutouts
    .map((cutout, i) => ({ cutout, place: spots[i]!, box: settled[i]! }))
    .toSorted((a, b) => a.place.depth - b.place.depth || a.place.foot - b.place.foot);
  const layers: OverlayOptions[] = [];
  const ground = scene?.ground ?? null;
  const isWater = plan.backdrop?.kind === 'place' && plan.backdrop.place === 'sea';
  if (ground !== null && !isWater) {
    const standing = placed.filter(({ place }) => standsOnGround(place, ground)).map(({ box }) => box);
    layers.push({ input: Buffer.from(shadows(standing, size)), left: 0, top: 0 });
  }
  for (const { cutout, box } of placed) {
    const layer = await overlay(cutout, box, size, scene?.light ?? [1, 1, 1]);
    if (layer) layers.push(layer);
  }
  return layers;
}

async function resized(picture: RgbaPicture, size: Size): Promise<RgbaPicture> {
  if (picture.width === size.width && picture.height === size.height) return picture;
  const raw = { width: picture.width, height: picture.height, channels: 4 as const };
  const resizing = sharp(picture.rgba, { raw }).resize({ ...size, fit: 'fill', kernel: 'lanczos3' });
  return { width: size.width, height: size.height, rgba: await resizing.raw().toBuffer() };
}

/**
 * Puts the things of a plan together, before their backdrop, and treats the whole.
 * @param things the network's pictures, one a thing
 * @returns straight RGBA of the asked size
 */
export async function compose(
  plan: Plan,
  things: readonly RgbaPicture[],
  { width, height }: Size,
  seed: number,
): Promise<RgbaPicture> {
  const size = { width, height };
  if (plan.backdrop === null && plan.layout === null) return treat(await resized(things[0]!, size), plan.treatment, false);
  const scene = plan.backdrop && drawScene(plan.backdrop, seed, size);
  const layers: OverlayOptions[] = [];
  if (scene) layers.push({ input: Buffer.from(scene.behind), left: 0, top: 0 });
  layers.push(...(await thingLayers(plan, await Promise.all(things.map(cutOut)), size, seed, scene)));
  if (scene?.before) layers.push({ input: Buffer.from(scene.before), left: 0, top: 0 });
  const rgba = await sharp({ create: { ...size, channels: 4, background: '#00000000' } })
    .composite(layers)
    .ensureAlpha()
    .raw()
    .toBuffer();
  return treat({ ...size, rgba }, plan.treatment, plan.backdrop !== null);
}

/** Whether anything but the network's own picture is to be seen. */
export const isComposed = (plan: Plan): boolean =>
  plan.things.length !== 1 || plan.layout !== null || plan.backdrop !== null || plan.treatment !== null;

import { setImmediate } from 'node:timers/promises';
import { DiffusionError } from '../failure.ts';
import { straightRgba } from '../picture.ts';
import type { RgbaPicture } from '../picture.ts';
import { contextOf } from './pass.ts';
import type { Pass } from './pass.ts';
import { isOpaque, makeValid, planesOf, reframe } from './planes.ts';
import type { Planes, Rect } from './planes.ts';
import { planTiles } from './tiles.ts';

/** A finished part of an enlarged picture: straight RGBA bytes, and where they belong. */
export interface Tile extends Rect {
  rgba: Uint8Array;
}

/**
 * Enlarges a picture tile by tile. Every tile is computed from all pixels that matter to it, so a picture made of tiles is the
 * same as one that was made at once: no seam, no blending. Memory beyond the picture itself does not grow with its size.
 * Throws `cancelled` between two tiles when `signal` is aborted, and `inference_failed` for a network that answers NaN.
 */
export async function* enlargeTiles(
  picture: RgbaPicture,
  passes: readonly Pass[],
  signal: AbortSignal,
  tiles = planTiles(picture.width, picture.height, totalScale(passes)),
): AsyncGenerator<Tile> {
  const opaque = isOpaque(picture);
  for (const tile of tiles) {
    // Lets the wish to stop arrive: resampling holds the event loop for as long as a tile takes.
    await setImmediate();
    if (signal.aborted) throw new DiffusionError('cancelled', 'The upscaling was cancelled');
    yield await enlargeTile(picture, tile, passes, opaque);
  }
}

const totalScale = (passes: readonly Pass[]) => passes.reduce((product, { scale }) => product * scale, 1);

/** Grows a rectangle on every side, as far as the picture goes. */
function grow(rect: Rect, by: number, picture: { width: number; height: number }): Rect {
  const left = Math.max(0, rect.left - by);
  const top = Math.max(0, rect.top - by);
  const width = Math.min(picture.width, rect.left + rect.width + by) - left;
  const height = Math.min(picture.height, rect.top + rect.height + by) - top;
  return { left, top, width, height };
}

async function enlargeTile(picture: RgbaPicture, tile: Rect, passes: readonly Pass[], opaque: boolean): Promise<Tile> {
  let seen = grow(tile, contextOf(passes), picture);
  let planes = planesOf(picture, seen);
  let whole = { width: picture.width, height: picture.height };
  for (const pass of passes) {
    [planes, seen] = await runPass(planes, seen, whole, pass);
    whole = { width: whole.width * pass.scale, height: whole.height * pass.scale };
    makeValid(planes, opaque);
  }
  const scale = totalScale(passes);
  const wanted = { left: tile.left * scale, top: tile.top * scale, width: tile.width * scale, height: tile.height * scale };
  const cut = reframe(planes, {
    left: seen.left - wanted.left,
    top: seen.top - wanted.top,
    right: wanted.left + wanted.width - (seen.left + seen.width),
    bottom: wanted.top + wanted.height - (seen.top + seen.height),
  });
  return { ...wanted, rgba: straightRgba(cut.data, { ...wanted, range: [0, 1] }).rgba };
}

/** One pass over a part of a picture. Beyond the picture's own border its pixels repeat; at other sides the part becomes smaller by the reach. */
async function runPass(
  planes: Planes,
  seen: Rect,
  whole: { width: number; height: number },
  pass: Pass,
): Promise<[Planes, Rect]> {
  const { reach, scale } = pass;
  const beyond = {
    left: seen.left === 0 ? reach : 0,
    top: seen.top === 0 ? reach : 0,
    right: seen.left + seen.width === whole.width ? reach : 0,
    bottom: seen.top + seen.height === whole.height ? reach : 0,
  };
  const painted = await pass.enlarge(reframe(planes, beyond));
  if (hasNaN(painted.data))
    throw new DiffusionError('inference_failed', 'The upscaler answered with numbers that are none (NaN)');
  const spoiled = -reach * scale;
  const left = seen.left - beyond.left + reach;
  const top = seen.top - beyond.top + reach;
  const width = seen.width + beyond.left + beyond.right - 2 * reach;
  const height = seen.height + beyond.top + beyond.bottom - 2 * reach;
  return [
    reframe(painted, { left: spoiled, top: spoiled, right: spoiled, bottom: spoiled }),
    { left: left * scale, top: top * scale, width: width * scale, height: height * scale },
  ];
}

/** NaN survives a sum, so one look at the sum tells; infinities of both signs would too. */
const hasNaN = (values: Float32Array) => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return Number.isNaN(sum);
};

import type { Rect } from './planes.ts';

/** Edge of a finished tile, in pixels. A network of 32 channels holds about 40 MB while it paints one. */
const tileEdge = 512;

/** Cuts a picture into rectangles of its own pixels that become tiles of at most 512 × 512 when enlarged, row by row. */
export function planTiles(width: number, height: number, scale: number): Rect[] {
  const edge = Math.max(1, Math.floor(tileEdge / scale));
  const tiles: Rect[] = [];
  for (let top = 0; top < height; top += edge)
    for (let left = 0; left < width; left += edge)
      tiles.push({ left, top, width: Math.min(edge, width - left), height: Math.min(edge, height - top) });
  return tiles;
}

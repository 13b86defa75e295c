import type { RgbaPicture } from '@rendermart/diffusion';

/** A place in a picture, in pixels from its upper left corner; the middle of the first pixel is (½, ½). */
export interface Point {
  x: number;
  y: number;
}

/** Weights of the pixels at -1, 0, 1 and 2 for a place between 0 and 1; Catmull-Rom (Keys, 1981). */
const cubic = (at: number): readonly [number, number, number, number] => [
  (((2 - at) * at - 1) * at) / 2,
  ((3 * at - 5) * at * at + 2) / 2,
  (((4 - 3 * at) * at + 1) * at) / 2,
  ((at - 1) * at * at) / 2,
];

/** The premultiplied colour and the alpha, 0..255, at a place between pixels; nothing lies outside the picture. */
function sample(
  { width, height, rgba }: RgbaPicture,
  { x, y }: Point,
): [red: number, green: number, blue: number, alpha: number] {
  const [left, top] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const [across, down] = [cubic(x - 0.5 - left), cubic(y - 0.5 - top)];
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (let i = 0; i < 4; i++) {
    const row = top - 1 + i;
    if (row < 0 || row >= height) continue;
    for (let j = 0; j < 4; j++) {
      const column = left - 1 + j;
      if (column < 0 || column >= width) continue;
      const at = (row * width + column) * 4;
      const covered = down[i]! * across[j]! * rgba[at + 3]!;
      const share = covered / 255;
      red += share * rgba[at]!;
      green += share * rgba[at + 1]!;
      blue += share * rgba[at + 2]!;
      alpha += covered;
    }
  }
  return [red, green, blue, alpha];
}

/**
 * A picture whose every pixel comes from somewhere in another of the same size. In one step, so that it stays sharp; in
 * premultiplied colours, so that what is transparent gives an edge no colour.
 * @param picture straight RGBA; it is not changed
 * @param source where the pixel at a place comes from
 */
export function resampled(picture: RgbaPicture, source: (to: Point) => Point): RgbaPicture {
  const { width, height } = picture;
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [red, green, blue, alpha] = sample(picture, source({ x: x + 0.5, y: y + 0.5 }));
      if (alpha < 0.5) continue;
      const at = (y * width + x) * 4;
      for (const [channel, value] of [red, green, blue].entries()) rgba[at + channel] = (value * 255) / alpha;
      rgba[at + 3] = alpha;
    }
  return { width, height, rgba: new Uint8Array(rgba.buffer) };
}

import type { RgbaPicture } from '@rendermart/diffusion';

export type Place = [x: number, y: number];

const side = 96;

/**
 * A disc with a soft rim, one half of it red and one blue, both with clouds: the picture of training's references.
 * @param isInk where it is black instead
 */
export function cloudyDisc(isInk: (x: number, y: number) => boolean = () => false): RgbaPicture {
  const rgba = new Uint8Array(side * side * 4);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const distance = (x - 48) ** 2 + (y - 48) ** 2;
      const cloud = (x * 7 + y * 3) % 11;
      const colour = [(x < 48 ? 200 : 40) + cloud, 60 + ((x + y) % 9), (x < 48 ? 50 : 190) + (y % 13)];
      const pixel = isInk(x, y) ? [20, 20, 20, 255] : [...colour, distance < 1600 ? 255 : distance < 1800 ? 128 : 0];
      rgba.set(pixel, (y * side + x) * 4);
    }
  return { width: side, height: side, rgba };
}

/** Red, green, blue and alpha of a pixel. */
export const pixelAt = ({ width, rgba }: RgbaPicture, [x, y]: Place): number[] => [
  ...rgba.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];

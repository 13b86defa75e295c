import { expect, it } from 'vitest';
import { lanczosPass } from './lanczos.ts';

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** The definition in two dimensions, pixel by pixel, without phases or separation. */
function byDefinition(plane: number[], width: number, height: number, scale: number, x: number, y: number): number {
  const centre = [(x + 0.5) / scale - 0.5, (y + 0.5) / scale - 0.5] as const;
  let sum = 0;
  let weights = 0;
  for (let j = -8; j < height + 8; j++) {
    for (let i = -8; i < width + 8; i++) {
      const [dx, dy] = [i - centre[0], j - centre[1]];
      if (Math.abs(dx) >= 3 || Math.abs(dy) >= 3) continue;
      const weight = sinc(dx) * sinc(dx / 3) * sinc(dy) * sinc(dy / 3);
      const [nearX, nearY] = [Math.min(width - 1, Math.max(0, i)), Math.min(height - 1, Math.max(0, j))];
      sum += weight * plane[nearY * width + nearX]!;
      weights += weight;
    }
  }
  return sum / weights;
}

it.each([2, 3, 4])('is Lanczos with three lobes at %d times, border included', async (scale) => {
  const [width, height] = [9, 7];
  const plane = Array.from({ length: width * height }, (_, i) => ((i * 37) % 101) / 100);
  const { data } = await lanczosPass(scale, 3).enlarge({
    width,
    height,
    data: Float32Array.from([...plane, ...plane, ...plane, ...plane]),
  });
  const expected = Array.from({ length: width * height * scale * scale }, (_, i) =>
    byDefinition(plane, width, height, scale, i % (width * scale), Math.floor(i / (width * scale))),
  );
  expect(Math.max(...expected.map((value, i) => Math.abs(value - data[i]!)))).toBeLessThan(1e-5);
});

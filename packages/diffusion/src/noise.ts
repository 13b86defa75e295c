import { inverseNormal } from './normal.ts';

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;

/** The high 32 bits of a product of two 32-bit numbers, in 16-bit halves so that no double loses a bit. */
function highProduct(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const cross = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + (cross >>> 16)) >>> 0;
}

export type Quad = [number, number, number, number];

/**
 * Philox4x32-10: four random 32-bit words for a counter and a key.
 * Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011); checked against the Random123 known answers.
 */
export function philox4x32(counter: Quad, key: [number, number]): Quad {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(multiplier0, c0);
    const high1 = highProduct(multiplier1, c2);
    const low0 = Math.imul(multiplier0, c0) >>> 0;
    const low1 = Math.imul(multiplier1, c2) >>> 0;
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + weyl0) >>> 0;
    k1 = (k1 + weyl1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/**
 * Standard normal noise that is the same to the last bit on every machine.
 * Number `i` of seed `s` is float32(Φ⁻¹((w + ½) / 2³²)), where w is word `i mod 4` of Philox4x32-10 with the counter
 * (⌊i/4⌋, stream, 0, 0) and the key (s mod 2³², ⌊s/2³²⌋): so the first numbers do not depend on how many are asked for.
 * @param seed a whole number from 0 to 2⁵³−1
 * @param stream a whole number below 2³²: each gives other numbers, so that a drawing can ask for noise at every step
 */
export function normalNoise(seed: number, length: number, stream = 0): Float32Array {
  const noise = new Float32Array(length);
  const key: [number, number] = [seed >>> 0, Math.floor(seed / 0x1_0000_0000)];
  for (let start = 0; start < length; start += 4) {
    const words = philox4x32([start / 4, stream, 0, 0], key);
    for (let lane = 0; lane < 4 && start + lane < length; lane++) {
      noise[start + lane] = inverseNormal((words[lane]! + 0.5) / 0x1_0000_0000);
    }
  }
  return noise;
}

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { normalNoise, philox4x32 } from './noise.ts';
import { inverseNormal, portableLog } from './normal.ts';

const hex = (words: number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join(' ');

describe('Philox4x32-10', () => {
  // The known answers of Random123's kat_vectors.
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ] as const)('counter %o and key %o', (counter, key, answer) => {
    expect(hex(philox4x32([...counter], [...key]))).toBe(answer);
  });
});

describe('the normal transform', () => {
  it('takes logarithms like Math.log', () => {
    for (const x of [1e-300, 2 ** -33, 0.1, 0.5, 0.75, 1, 1.5, 2, Math.E, 1e10]) {
      expect(Math.abs(portableLog(x) - Math.log(x))).toBeLessThanOrEqual(2e-16 * Math.max(1, Math.abs(Math.log(x))));
    }
  });

  // Published with the algorithm (Wichura 1988) and in tables of the normal distribution.
  it.each([
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167814],
    [1e-20, -9.26234008979841],
    [0.975, 1.959963984540054],
    [0.5, 0],
  ])('inverts the normal distribution at %f', (p, expected) => {
    expect(inverseNormal(p)).toBeCloseTo(expected, 13);
  });

  it('is odd around one half', () => {
    for (const p of [0.01, 0.06, 0.2, 0.4]) expect(inverseNormal(1 - p)).toBeCloseTo(-inverseNormal(p), 12);
  });
});

describe('normalNoise', () => {
  it('gives the same bits on every machine', () => {
    const digest = createHash('sha256');
    for (const seed of [0, 1, 42, 2 ** 32 - 1, 2 ** 40]) digest.update(normalNoise(seed, 768));
    expect(digest.digest('hex')).toBe('afcbf7a67d97924132f49ccab1428b07de25953028c57adc75212a7a113dfbc0');
    // The same four numbers come out of Python's statistics.NormalDist().inv_cdf, rounded to float32.
    expect([...normalNoise(0, 4)]).toEqual([-0.2558159828186035, 1.1775912046432495, 0.6301836371421814, 0.26756224036216736]);
  });

  it('does not depend on how many numbers are asked for', () => {
    expect(normalNoise(7, 5)).toEqual(normalNoise(7, 768).subarray(0, 5));
  });

  it('differs between neighbouring seeds', () => {
    expect(normalNoise(1, 8)).not.toEqual(normalNoise(2, 8));
    expect(normalNoise(0, 8)).not.toEqual(normalNoise(2 ** 32, 8));
  });

  it('has the moments of a normal distribution', () => {
    const sample = normalNoise(3, 100_000);
    const moment = (power: number) => sample.reduce((sum, x) => sum + x ** power, 0) / sample.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.02);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.02);
    expect(Math.abs(moment(3))).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.1);
  });
});

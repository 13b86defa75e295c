import type { Pass } from './pass.ts';
import type { Planes } from './planes.ts';

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/**
 * Weights of the 2·lobes pixels around each of the `scale` children of a pixel, which add up to 1. The first weight of child
 * `c` belongs to the pixel `floor((c + ½) / scale − ½) − lobes + 1` away.
 */
function phasesOf(scale: number, lobes: number): { first: number; weights: number[] }[] {
  return Array.from({ length: scale }, (_, child) => {
    const centre = (child + 0.5) / scale - 0.5;
    const first = Math.floor(centre) - lobes + 1;
    const raw = Array.from({ length: 2 * lobes }, (_, tap) => sinc(first + tap - centre) * sinc((first + tap - centre) / lobes));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { first, weights: raw.map((weight) => weight / sum) };
  });
}

/**
 * Lanczos resampling by a whole factor, separable, windowed sinc (Duchon, 1979). image libraries often answer "lanczos" with a
 * bicubic when they enlarge (libvips does), so this is our own.
 */
export function lanczosPass(scale: number, lobes: number): Pass {
  const phases = phasesOf(scale, lobes);
  return {
    scale,
    reach: lobes,
    async enlarge(planes) {
      return stretch(stretch(planes, phases, 'across'), phases, 'down');
    },
  };
}

/** Enlarges in one direction. Pixels beyond the border repeat the border. */
function stretch({ width, height, data }: Planes, phases: ReturnType<typeof phasesOf>, direction: 'across' | 'down'): Planes {
  const across = direction === 'across';
  const scale = phases.length;
  const wide = across ? width * scale : width;
  const high = across ? height : height * scale;
  const stretched = new Float32Array(4 * wide * high);
  const length = across ? width : height;
  const step = across ? 1 : width;
  for (let channel = 0; channel < 4; channel++) {
    for (let y = 0; y < high; y++) {
      for (let x = 0; x < wide; x++) {
        const place = across ? x : y;
        const { first, weights } = phases[place % scale]!;
        const pixel = Math.floor(place / scale) + first;
        const line = channel * width * height + (across ? y * width : x);
        let sum = 0;
        for (let tap = 0; tap < weights.length; tap++) {
          const near = Math.min(length - 1, Math.max(0, pixel + tap));
          sum += weights[tap]! * data[line + near * step]!;
        }
        stretched[(channel * high + y) * wide + x] = sum;
      }
    }
  }
  return { width: wide, height: high, data: stretched };
}

import { invariant } from '../failure.ts';

/** A factor and the numbers that it multiplies. */
export type Term = readonly [factor: number, values: Float32Array];

/** The sum of terms, element by element, added in double precision. A new array; terms with the factor 0 are not read. */
export function linear(...terms: Term[]): Float32Array {
  const { length } = terms[0]![1];
  invariant(
    terms.every(([, values]) => values.length === length),
    'latents, noise and network outputs are of one length',
  );
  const counted = terms.filter(([factor]) => factor !== 0);
  const sum = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    let value = 0;
    for (const [factor, values] of counted) value += factor * values[i]!;
    sum[i] = value;
  }
  return sum;
}

/** Every value held between −limit and limit. A new array. */
export const clamped = (values: Float32Array, limit: number): Float32Array =>
  values.map((value) => Math.min(limit, Math.max(-limit, value)));

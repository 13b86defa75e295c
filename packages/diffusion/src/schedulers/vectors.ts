import { invariant } from '../failure.ts';

/** Latents, noise or network outputs; in double precision where they are on their way through an equation. */
export type Vector = Float32Array | Float64Array;

/** A factor and the numbers that it multiplies. */
export type Term = readonly [factor: number, values: Vector];

/**
 * The sum of terms, element by element, in double precision: what is halfway through an equation is not rounded, because
 * the next line may subtract it from its like. A new array; terms with the factor 0 are not read.
 */
export function linear(...terms: Term[]): Float64Array {
  const { length } = terms[0]![1];
  invariant(
    terms.every(([, values]) => values.length === length),
    'latents, noise and network outputs are of one length',
  );
  const counted = terms.filter(([factor]) => factor !== 0);
  const sum = new Float64Array(length);
  for (const [factor, values] of counted) for (let i = 0; i < length; i++) sum[i]! += factor * values[i]!;
  return sum;
}

/** Rounded to what a network takes. A new array. */
export const single = (values: Vector): Float32Array => new Float32Array(values);

/** `single(linear(...terms))`: where an equation ends. */
export const latents = (...terms: Term[]): Float32Array => single(linear(...terms));

/** Every value held between −limit and limit. A new array. */
export const clamped = (values: Vector, limit: number): Float64Array =>
  Float64Array.from(values, (value) => Math.min(limit, Math.max(-limit, value)));

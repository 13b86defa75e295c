import type { Planes } from './planes.ts';

/** One enlargement by a whole factor. An upscaler is one or several of them, one after another. */
export interface Pass {
  scale: number;
  /** How many pixels away from a pixel still matter to it. Closer to the border of what it was given, the answer is not to be used. */
  reach: number;
  /** `scale` times as wide and high, not clamped. */
  enlarge(planes: Planes): Promise<Planes>;
}

/** How many pixels around a rectangle of the source a chain of passes must see. */
export function contextOf(passes: readonly Pass[]): number {
  return passes.reduceRight((wanted, { scale, reach }) => reach + Math.ceil(wanted / scale), 0);
}

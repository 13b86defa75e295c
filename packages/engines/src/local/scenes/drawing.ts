import type { Random } from './random.ts';

/** A scene is drawn 1,000 units high and as wide as the picture's shape makes it; y grows downwards. */
export const height = 1000;

export interface Stage {
  random: Random;
  /** Units from left to right. */
  width: number;
  time: TimeOfDay;
  weather: Weather;
}
export type TimeOfDay = 'day' | 'dawn' | 'sunset' | 'night';
export type Weather = 'clear' | 'snow' | 'rain' | 'fog';

/** Layers of SVG, back to front: what is behind the things, and what is in front of them. */
export interface Layers {
  behind: string;
  before?: string;
  /** Where things stand, as y; without one they float in the middle. */
  ground?: number;
}

/** A coordinate as SVG text: a tenth of a unit is finer than any pixel. */
export const n = (value: number): string => String(Math.round(value * 10) / 10);

export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Numbers of a hex colour. */
const channels = (colour: string): number[] => [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));

/** A colour on the way from one to another; share 0 is the first. */
export function mix(from: string, to: string, share: number): string {
  const [first, second] = [channels(from), channels(to)];
  const mixed = first.map((value, i) => Math.round(value + (second[i]! - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** A gradient as SVG, and the `fill` that uses it. A stop is a colour, or `colour/opacity`. */
export function gradient(stops: readonly string[], { radial = false, across = false } = {}): { svg: string; fill: string } {
  // The name is its content, so equal gradients share a name and the SVG of a scene is the same every time.
  const id = `${radial ? 'r' : across ? 'a' : 'd'}${stops.join('-').replaceAll(/[#/.]/g, '')}`;
  const list = stops.map((stop, i) => {
    const [colour = '', opacity = '1'] = stop.split('/');
    return `<stop offset="${n((100 * i) / (stops.length - 1))}%" stop-color="${colour}" stop-opacity="${opacity}"/>`;
  });
  const tag = radial ? 'radialGradient' : 'linearGradient';
  const direction = radial || across ? '' : ' x2="0" y2="1"';
  return { svg: `<${tag} id="${id}"${direction}>${list.join('')}</${tag}>`, fill: `url(#${id})` };
}

/** A rectangle over the whole width, filled from top to bottom. */
export function band({ width }: Stage, top: number, bottom: number, stops: readonly string[]): string {
  const { svg, fill } = gradient(stops);
  return `${svg}<rect x="-2" y="${n(top)}" width="${n(width + 4)}" height="${n(bottom - top)}" fill="${fill}"/>`;
}

/** A soft round light. */
export function glow(x: number, y: number, radius: number, colour: string, opacity: number): string {
  const { svg, fill } = gradient([`${colour}/${opacity}`, `${colour}/${opacity * 0.35}`, `${colour}/0`], { radial: true });
  return `${svg}<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="${fill}"/>`;
}

/** The outline of rolling land from left to right around y: three waves of random phase. */
export function rolling({ random, width }: Stage, y: number, swing: number, waves = 1): [number, number][] {
  const parts = range(3).map((i) => ({
    length: (width / (waves * (i + 0.8))) * random.between(0.8, 1.25),
    phase: random.between(0, 2 * Math.PI),
    size: swing / (i + 1),
  }));
  return range(41).map((i) => {
    const x = (width * i) / 40;
    return [x, y + parts.reduce((sum, { length, phase, size }) => sum + size * Math.sin((2 * Math.PI * x) / length + phase), 0)];
  });
}

/** Everything below an outline, as a filled shape. */
export function land(outline: readonly (readonly [number, number])[], fill: string): string {
  const points = outline.map(([x, y]) => `${n(x)} ${n(y)}`).join('L');
  const last = outline.at(-1)!;
  return `<path d="M${points}L${n(last[0] + 4)} ${n(last[1])}V${height + 4}H-4V${n(outline[0]![1])}Z" fill="${fill}"/>`;
}

/** The height of an outline above x. */
export function heightAt(outline: readonly (readonly [number, number])[], x: number): number {
  const after = outline.findIndex((point) => point[0] >= x);
  if (after <= 0) return outline[Math.max(after, 0)]![1];
  const [[x0, y0], [x1, y1]] = [outline[after - 1]!, outline[after]!];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

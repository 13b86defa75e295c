import { heightAt, mix, n, range } from './drawing.ts';
import type { Stage } from './drawing.ts';

type Outline = readonly (readonly [number, number])[];

/** A conifer with its foot at (x, y): four skirts, lit from the left, with snow on them if asked. */
export function conifer({ random }: Stage, x: number, y: number, size: number, colour: string, snow?: string): string {
  const skirts = range(4).map((i) => {
    const [top, bottom] = [y - size * (1 - 0.2 * i), y - size * (0.58 - 0.18 * i)];
    const half = size * (0.15 + 0.075 * i) * random.between(0.92, 1.08);
    const dark = `<path d="M${n(x)} ${n(top)}L${n(x + half)} ${n(bottom)}Q${n(x)} ${n(bottom + half * 0.25)} ${n(x - half)} ${n(bottom)}Z" fill="${mix(colour, '#06121f', 0.18)}"/>`;
    const light = `<path d="M${n(x)} ${n(top)}L${n(x + half * 0.08)} ${n(bottom + half * 0.12)}Q${n(x - half * 0.5)} ${n(bottom + half * 0.1)} ${n(x - half)} ${n(bottom)}Z" fill="${mix(colour, '#ffffff', 0.08)}"/>`;
    const cap = snow
      ? `<path d="M${n(x)} ${n(top)}L${n(x + half * 0.62)} ${n(top + (bottom - top) * 0.66)}Q${n(x + half * 0.2)} ${n(top + (bottom - top) * 0.55)} ${n(x)} ${n(top + (bottom - top) * 0.7)}Q${n(x - half * 0.25)} ${n(top + (bottom - top) * 0.55)} ${n(x - half * 0.66)} ${n(top + (bottom - top) * 0.7)}Z" fill="${snow}"/>`
      : '';
    return dark + light + cap;
  });
  const trunk = `<rect x="${n(x - size * 0.035)}" y="${n(y - size * 0.1)}" width="${n(size * 0.07)}" height="${n(size * 0.1)}" fill="${mix(colour, '#3a2416', 0.7)}"/>`;
  // The lowest skirt first, so that each upper one lies over it.
  return trunk + skirts.toReversed().join('');
}

/** A row of conifers on an outline. */
export function coniferRow(stage: Stage, outline: Outline, count: number, size: number, colour: string, snow?: string): string {
  const { random, width } = stage;
  return range(count)
    .map((i) => {
      const x = (width * (i + random.between(-0.2, 1.2))) / count;
      const shade = mix(colour, random.pick(['#ffffff', '#0a1a20']), random.between(0, 0.1));
      return conifer(stage, x, heightAt(outline, x) + size * 0.08, size * random.between(0.7, 1.2), shade, snow);
    })
    .join('');
}

/** A round tree with its foot at (x, y). */
export function leafTree({ random }: Stage, x: number, y: number, size: number, colour: string): string {
  const trunk = `<path d="M${n(x - size * 0.05)} ${n(y)}Q${n(x - size * 0.02)} ${n(y - size * 0.4)} ${n(x - size * 0.03)} ${n(y - size * 0.6)}H${n(x + size * 0.03)}Q${n(x + size * 0.02)} ${n(y - size * 0.4)} ${n(x + size * 0.06)} ${n(y)}Z" fill="${mix('#6b4428', colour, 0.2)}"/>`;
  const leaves = range(9).map((i) => {
    const angle = (2 * Math.PI * i) / 8;
    const away = i === 8 ? 0 : size * 0.19;
    const [cx, cy] = [x + away * 1.15 * Math.cos(angle), y - size * 0.68 + away * Math.sin(angle)];
    const shade = mix(colour, Math.sin(angle) < 0 ? '#ffffff' : '#0b2a20', 0.12 * Math.abs(Math.sin(angle)) + 0.02);
    return { cy, svg: `<circle cx="${n(cx)}" cy="${n(cy)}" r="${n(size * random.between(0.16, 0.2))}" fill="${shade}"/>` };
  });
  return (
    trunk +
    leaves
      .toSorted((a, b) => b.cy - a.cy)
      .map(({ svg }) => svg)
      .join('')
  );
}

/** A palm with its foot at (x, y), leaning towards `lean` (-1 to 1). */
export function palm(
  { random }: Stage,
  x: number,
  y: number,
  size: number,
  lean: number,
  colours: { trunk: string; leaf: string },
): string {
  const [tx, ty] = [x + lean * size * 0.35, y - size];
  const trunk = `<path d="M${n(x - size * 0.045)} ${n(y)}Q${n(x + lean * size * 0.02)} ${n(y - size * 0.6)} ${n(tx - size * 0.02)} ${n(ty)}L${n(tx + size * 0.02)} ${n(ty)}Q${n(x + lean * size * 0.08 + size * 0.02)} ${n(y - size * 0.55)} ${n(x + size * 0.05)} ${n(y)}Z" fill="${colours.trunk}"/>`;
  const leaves = range(9).map((i) => {
    const angle = -0.35 + (i * (Math.PI + 0.7)) / 8 + random.between(-0.1, 0.1);
    const reach = size * random.between(0.42, 0.55);
    const [ex, ey] = [tx - reach * Math.cos(angle), ty - reach * 0.55 * Math.sin(angle) + reach * 0.3];
    const [mx, my] = [tx - reach * 0.55 * Math.cos(angle), ty - reach * 0.75 * Math.sin(angle) - reach * 0.08];
    const thick = reach * 0.13;
    return `<path d="M${n(tx)} ${n(ty)}Q${n(mx)} ${n(my - thick)} ${n(ex)} ${n(ey)}Q${n(mx)} ${n(my + thick)} ${n(tx)} ${n(ty)}Z" fill="${mix(colours.leaf, i % 2 ? '#ffffff' : '#07301f', 0.12)}"/>`;
  });
  return trunk + leaves.join('');
}

/** Blades of grass along an outline. */
export function grass({ random, width }: Stage, outline: Outline, count: number, size: number, colour: string): string {
  const blades = range(count).map(() => {
    const x = random.between(0, width);
    const y = heightAt(outline, x) + random.between(0, 6);
    const [reach, lean] = [size * random.between(0.5, 1.2), size * random.between(-0.4, 0.4)];
    return `<path d="M${n(x - 2.4)} ${n(y)}Q${n(x + lean * 0.3)} ${n(y - reach * 0.6)} ${n(x + lean)} ${n(y - reach)}Q${n(x + lean * 0.4 + 2)} ${n(y - reach * 0.5)} ${n(x + 2.4)} ${n(y)}Z" fill="${mix(colour, random.pick(['#ffffff', '#08301c']), random.between(0, 0.16))}"/>`;
  });
  return blades.join('');
}

/** Small flowers scattered between two heights, larger towards the front. */
export function flowers(
  { random, width }: Stage,
  count: number,
  top: number,
  bottom: number,
  tint: (colour: string) => string,
): string {
  return range(count)
    .map(() => {
      const depth = random.between(0, 1);
      const [x, y, r] = [random.between(0, width), top + (bottom - top) * depth, 3 + 6 * depth];
      const petal = tint(random.pick(['#ffffff', '#ffd9ec', '#ffe36b', '#f58fb6', '#c9a2ff']));
      const petals = range(5).map((i) => {
        const angle = (2 * Math.PI * i) / 5;
        return `<circle cx="${n(x + r * Math.cos(angle))}" cy="${n(y + r * 0.8 * Math.sin(angle))}" r="${n(r * 0.62)}" fill="${petal}"/>`;
      });
      return `${petals.join('')}<circle cx="${n(x)}" cy="${n(y)}" r="${n(r * 0.5)}" fill="${tint('#ffc42e')}"/>`;
    })
    .join('');
}

import { band, gradient, height, mix, n, range } from './drawing.ts';
import type { Stage } from './drawing.ts';

export type Pattern = 'plain' | 'gradient' | 'dots' | 'stripes' | 'rays' | 'confetti';

/** A background without a place, in one or two colours. A plain one is exactly its colour. */
export function plain(stage: Stage, pattern: Pattern, [first, second]: readonly [string, string | undefined]): string {
  const { random, width } = stage;
  const whole = (fill: string) => `<rect x="-2" y="-2" width="${n(width + 4)}" height="${height + 4}" fill="${fill}"/>`;
  const other = second ?? mix(first, '#ffffff', 0.62);
  if (pattern === 'plain') return whole(first);
  if (pattern === 'gradient')
    return band(
      stage,
      -2,
      height + 2,
      second ? [first, second] : [mix(first, '#ffffff', 0.6), first, mix(first, '#101838', 0.22)],
    );
  if (pattern === 'stripes') {
    const wide = width / 14;
    const bars = range(20).map(
      (i) => `<rect x="${n((i * 2 - 10) * wide)}" y="-600" width="${n(wide)}" height="2400" fill="${other}"/>`,
    );
    return `${whole(first)}<g transform="rotate(24 ${n(width / 2)} 500)">${bars.join('')}</g>`;
  }
  if (pattern === 'dots') {
    const step = 92;
    const dots = range(13 * Math.ceil(width / step + 2)).map((i) => {
      const [column, row] = [Math.floor(i / 13), i % 13];
      return `<circle cx="${n(column * step + (row % 2) * (step / 2))}" cy="${n(row * step * 0.87)}" r="19" fill="${other}"/>`;
    });
    return whole(first) + dots.join('');
  }
  if (pattern === 'rays') {
    const rays = range(18).map((i) => {
      const at = (turn: number) => `${n(width / 2 + 1500 * Math.cos(turn))},${n(500 + 1500 * Math.sin(turn))}`;
      const angle = (2 * Math.PI * i) / 18;
      return `<polygon points="${n(width / 2)},500 ${at(angle)} ${at(angle + Math.PI / 18)}" fill="${other}" opacity=".75"/>`;
    });
    const { svg, fill } = gradient(['#ffffff/.75', '#ffffff/0'], { radial: true });
    return `${whole(first)}${rays.join('')}${svg}<circle cx="${n(width / 2)}" cy="500" r="520" fill="${fill}"/>`;
  }
  const bits = range(150).map(() => {
    const [x, y, size] = [random.between(0, width), random.between(0, height), random.between(16, 34)];
    const colour =
      second && random.between(0, 1) < 0.4
        ? second
        : random.pick(['#ff6b6b', '#ffd166', '#06d6a0', '#4d96ff', '#c77dff', '#ff9f1c']);
    return `<rect x="${n(x)}" y="${n(y)}" width="${n(size)}" height="${n(size * 0.5)}" rx="2" fill="${colour}" transform="rotate(${n(random.between(0, 360))} ${n(x)} ${n(y)})"/>`;
  });
  return whole(mix(first, '#ffffff', 0.72)) + bits.join('');
}

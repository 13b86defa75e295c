import { gradient, height, mix, n, range } from './drawing.ts';
import type { Stage } from './drawing.ts';
import { haze } from './sky.ts';

/** What falls in front of everything: flakes, drops, or a veil. */
export function falling(stage: Stage): string {
  const { random, width, weather } = stage;
  if (weather === 'snow')
    return range(150)
      .map(() => {
        const near = random.between(0, 1) ** 2;
        return `<circle cx="${n(random.between(0, width))}" cy="${n(random.between(0, height))}" r="${n(1.6 + 6.5 * near)}" fill="#ffffff" opacity="${n(0.5 + 0.45 * (1 - near))}"/>`;
      })
      .join('');
  if (weather === 'rain')
    return range(170)
      .map(() => {
        const [x, y, long] = [random.between(-40, width), random.between(-40, height), random.between(22, 58)];
        return `<path d="M${n(x)} ${n(y)}l${n(long * 0.22)} ${n(long)}" stroke="#e6f1ff" stroke-width="${n(random.between(1.2, 2.6))}" stroke-linecap="round" opacity="${n(random.between(0.25, 0.6))}"/>`;
      })
      .join('');
  if (weather === 'clear') return '';
  const white = mix(haze(stage), '#ffffff', 0.3);
  return range(4)
    .map((i) => {
      const { svg, fill } = gradient([`${white}/0`, `${white}/.55`, `${white}/0`]);
      const y = 430 + 130 * i + random.between(-20, 20);
      return `${svg}<rect x="-2" y="${n(y)}" width="${n(width + 4)}" height="190" fill="${fill}"/>`;
    })
    .join('');
}

import { band, glow, gradient, height, land, mix, n, range, rolling } from './drawing.ts';
import type { Layers, Stage } from './drawing.ts';
import { cloud, sky, stars } from './sky.ts';

function planet({ random }: Stage, x: number, y: number, radius: number): string {
  const [light, dark] = random.pick([
    ['#ffc98a', '#b4533c'],
    ['#9fd8e8', '#3a5fa8'],
    ['#e6b3f0', '#6b3fa0'],
    ['#b8e6b0', '#2f7a6a'],
  ] as const);
  const { svg, fill } = gradient([light, mix(light, dark, 0.5), dark]);
  const stripes = range(5).map((i) => {
    const dy = radius * (-0.7 + 0.34 * i + random.between(-0.06, 0.06));
    const half = Math.sqrt(Math.max(radius * radius - dy * dy, 0));
    return `<ellipse cx="${n(x)}" cy="${n(y + dy)}" rx="${n(half)}" ry="${n(radius * random.between(0.04, 0.1))}" fill="${i % 2 ? '#ffffff' : dark}" opacity=".18"/>`;
  });
  const ring = (front: boolean) =>
    `<path d="M${n(x - radius * 1.75)} ${n(y)}A${n(radius * 1.75)} ${n(radius * 0.42)} 0 0 ${front ? 0 : 1} ${n(x + radius * 1.75)} ${n(y)}" fill="none" stroke="${mix(light, '#ffffff', 0.4)}" stroke-width="${n(radius * 0.13)}" opacity=".75"/>`;
  const turn = (part: string) => `<g transform="rotate(-18 ${n(x)} ${n(y)})">${part}</g>`;
  return (
    glow(x, y, radius * 1.7, light, 0.3) +
    turn(ring(false)) +
    `${svg}<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="${fill}"/>` +
    turn(stripes.join('') + ring(true))
  );
}

export function space(stage: Stage): Layers {
  const { random, width } = stage;
  const clouds = range(7).map(() => {
    const colour = random.pick(['#7a3fd0', '#2f6fe0', '#d0409a', '#22a0b8', '#5a2fb0']);
    return glow(random.between(0, width), random.between(0, height), random.between(220, 460), colour, 0.34);
  });
  const side = random.pick([0.17, 0.83]);
  const small = { x: width * (1 - side), y: random.between(760, 860) };
  return {
    behind:
      band(stage, -2, height + 2, ['#070618', '#120f36', '#1b1147', '#0a0a26']) +
      clouds.join('') +
      stars(stage, 260, height) +
      planet(stage, width * side, random.between(150, 230), random.between(72, 100)) +
      `<circle cx="${n(small.x)}" cy="${n(small.y)}" r="34" fill="#b9bccb"/><circle cx="${n(small.x + 9)}" cy="${n(small.y + 4)}" r="34" fill="#0d0c2c" opacity=".45"/>`,
  };
}

export function heaven(stage: Stage): Layers {
  const { random, width, time } = stage;
  const colours =
    time === 'night'
      ? (['#5a66a0', '#39447f'] as const)
      : time === 'day'
        ? (['#ffffff', '#d3e6f5'] as const)
        : (['#ffe0c4', '#d98ca0'] as const);
  const low = range(10).map((i) =>
    cloud(stage, (width * (i + random.between(0, 1))) / 10, random.between(930, 1010), random.between(170, 260), colours),
  );
  return { behind: sky(stage) + low.slice(0, 5).join(''), before: low.slice(5).join('') };
}

/** Under water. */
export function deep(stage: Stage): Layers {
  const { random, width, time } = stage;
  const dark = time === 'night' ? 0.45 : 0;
  const colours = ['#7fe3e6', '#2fb1d6', '#1674b8', '#0b3f7d'].map((colour) => mix(colour, '#04103a', dark));
  const rays = range(6).map((i) => {
    const [x, spread] = [(width * (i + random.between(0, 1))) / 6, random.between(30, 90)];
    const { svg, fill } = gradient(['#ffffff/.32', '#ffffff/0']);
    return `${svg}<polygon points="${n(x - 14)},-2 ${n(x + 14)},-2 ${n(x + 120 + spread)},820 ${n(x + 60 - spread)},820" fill="${fill}" opacity="${n(random.between(0.4, 0.9))}"/>`;
  });
  const bubbles = range(26).map(() => {
    const [x, y, r] = [random.between(0, width), random.between(60, 860), random.between(4, 15)];
    return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="#ffffff" opacity=".16"/><circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="none" stroke="#ffffff" stroke-width="1.6" opacity=".55"/><circle cx="${n(x - r * 0.35)}" cy="${n(y - r * 0.35)}" r="${n(r * 0.22)}" fill="#ffffff" opacity=".9"/>`;
  });
  const weed = (x: number, tall: number, colour: string) =>
    range(3)
      .map((i) => {
        const [root, lean] = [x + (i - 1) * 17, (i - 1) * 26];
        return `<path d="M${n(root)} 965c${n(lean - 26)} ${n(-tall * 0.35)} ${n(lean + 30)} ${n(-tall * 0.6)} ${n(lean)} ${n(-tall * (1 - 0.14 * i))}" fill="none" stroke="${mix(colour, i % 2 ? '#ffffff' : '#06304a', 0.14)}" stroke-width="13" stroke-linecap="round"/>`;
      })
      .join('');
  const sand = mix('#e9d9a6', '#1670a8', 0.3 + dark * 0.6);
  const { svg, fill } = gradient([mix(sand, '#ffffff', 0.2), mix(sand, '#0b3f7d', 0.35)]);
  return {
    behind:
      band(stage, -2, height + 2, colours) +
      rays.join('') +
      bubbles.join('') +
      [0.07, 0.16, 0.86, 0.95]
        .map((share) => weed(width * share, random.between(170, 330), random.pick(['#2f9d6a', '#3fb58a', '#c7587a'])))
        .join('') +
      svg +
      land(rolling(stage, 925, 14), fill),
  };
}

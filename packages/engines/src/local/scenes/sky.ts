import { band, glow, gradient, height, mix, n, range } from './drawing.ts';
import type { Stage, TimeOfDay, Weather } from './drawing.ts';

/** Colours of the sky from the zenith to the horizon. */
const skies: Record<TimeOfDay, readonly string[]> = {
  day: ['#3f97e0', '#86c6f4', '#cfeaf9', '#f3fafd'],
  dawn: ['#6f7cc0', '#c795c3', '#f6b6a8', '#ffe4bd'],
  sunset: ['#33296b', '#8d3f83', '#ee6c5a', '#ffc36b'],
  night: ['#070b29', '#141d54', '#27357d', '#48559c'],
};
const overcast: Record<TimeOfDay, string> = { day: '#b9c6d3', dawn: '#b9a9b8', sunset: '#8d7287', night: '#252c4a' };

/** The colour that far things fade into. */
export function haze({ time, weather }: Stage): string {
  const horizon = mix(skies[time][2]!, skies[time][3]!, 0.3);
  return weather === 'clear' ? horizon : mix(horizon, overcast[time], 0.6);
}

/** How much light a scene has: a colour mixed into the day's colours, and how strongly. */
const lights: Record<TimeOfDay, [colour: string, share: number]> = {
  day: ['#ffffff', 0],
  dawn: ['#c98ba2', 0.22],
  sunset: ['#7a3350', 0.24],
  night: ['#0d1440', 0.62],
};

/** A colour of the day as it looks at the scene's time. */
export function lit({ time }: Stage, colour: string): string {
  const [light, share] = lights[time];
  return mix(colour, light, share);
}

function sun(stage: Stage): string {
  const { random, width, time } = stage;
  const low = time !== 'day';
  const x = width * random.pick([random.between(0.14, 0.3), random.between(0.7, 0.86)]);
  const y = low ? random.between(440, 520) : random.between(130, 210);
  const radius = low ? 74 : 58;
  const disc = time === 'dawn' ? '#fff3d6' : time === 'sunset' ? '#fff0b8' : '#fffbe6';
  return (
    glow(x, y, low ? 620 : 420, time === 'sunset' ? '#ffb054' : '#fff6d0', 0.75) +
    `<circle cx="${n(x)}" cy="${n(y)}" r="${radius}" fill="${disc}"/>`
  );
}

function moon({ random, width }: Stage): string {
  const x = width * random.pick([random.between(0.14, 0.3), random.between(0.7, 0.86)]);
  const y = random.between(120, 210);
  const craters = range(5).map(() => {
    const [angle, away, radius] = [random.between(0, 6.28), random.between(0, 34), random.between(5, 11)];
    return `<circle cx="${n(x + away * Math.cos(angle))}" cy="${n(y + away * Math.sin(angle))}" r="${n(radius)}" fill="#d8d6c4" opacity=".6"/>`;
  });
  return glow(x, y, 330, '#dfe6ff', 0.5) + `<circle cx="${n(x)}" cy="${n(y)}" r="52" fill="#f4f1df"/>${craters.join('')}`;
}

/** Stars down to y, a few of them with rays. */
export function stars({ random, width }: Stage, count: number, bottom: number): string {
  const dots = range(count).map(() => {
    const [x, y] = [random.between(0, width), bottom * random.between(0, 1) ** 1.3];
    const colour = random.pick(['#ffffff', '#ffffff', '#dfe8ff', '#fff1d6']);
    return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(random.between(0.8, 2.6))}" fill="${colour}" opacity="${n(random.between(0.4, 1))}"/>`;
  });
  const bright = range(Math.round(count / 22)).map(() => {
    const [x, y, r] = [random.between(0, width), bottom * random.between(0, 0.85), random.between(7, 13)];
    const ray = r * 0.16;
    const points = range(8).map((i) => {
      const [angle, reach] = [(Math.PI * i) / 4, i % 2 ? ray : r];
      return `${n(x + reach * Math.cos(angle))},${n(y + reach * Math.sin(angle))}`;
    });
    return `${glow(x, y, r * 2, '#cfdcff', 0.35)}<polygon points="${points.join(' ')}" fill="#ffffff"/>`;
  });
  return dots.join('') + bright.join('');
}

/** One heap of cloud with a flat foot. */
export function cloud({ random }: Stage, x: number, y: number, size: number, [top, foot]: readonly [string, string]): string {
  const puffs = range(7).map((i) => {
    const along = (i - 3) / 3;
    const radius = size * (0.34 - 0.2 * Math.abs(along)) * random.between(0.85, 1.2);
    return { x: along * size * 0.8, y: -radius * 0.75, radius };
  });
  // Each puff has the gradient of its own height, so a heap is light above and shaded below.
  const { svg, fill } = gradient([top, mix(top, foot, 0.35), foot]);
  const circles = puffs.map((puff) => `<circle cx="${n(x + puff.x)}" cy="${n(y + puff.y)}" r="${n(puff.radius)}"/>`);
  const base = `<rect x="${n(x - size)}" y="${n(y - size * 0.2)}" width="${n(size * 2)}" height="${n(size * 0.2)}" rx="${n(size * 0.1)}"/>`;
  return `${svg}<g fill="${fill}" filter="url(#soft)" opacity=".92">${circles.join('')}${base}</g>`;
}

const cloudColours: Record<TimeOfDay, readonly [string, string]> = {
  day: ['#ffffff', '#dbeaf6'],
  dawn: ['#fff2ea', '#e9b7bf'],
  sunset: ['#ffd2a1', '#b8557c'],
  night: ['#4a568f', '#2b3672'],
};

const cloudsOf: Record<Weather, number> = { clear: 4, snow: 5, rain: 8, fog: 3 };

function clouds(stage: Stage): string {
  const { random, width, time, weather } = stage;
  const [top, foot] = cloudColours[time];
  const dull = weather === 'clear' ? 0 : 0.55;
  const colours = [mix(top, overcast[time], dull), mix(foot, overcast[time], dull)] as const;
  const count = cloudsOf[weather];
  return range(count)
    .map((i) => {
      const size = random.between(80, 170) * (weather === 'rain' ? 1.5 : 1);
      return cloud(stage, (width * (i + random.between(0.1, 0.9))) / count, random.between(110, 400), size, colours);
    })
    .join('');
}

/** The sky with its lights and clouds, over the whole picture. */
export function sky(stage: Stage, { withClouds = true } = {}): string {
  const { time, weather } = stage;
  const dull = weather === 'clear' ? 0 : 0.7;
  const colours = skies[time].map((colour) => mix(colour, overcast[time], dull));
  const lights = time === 'night' ? stars(stage, 150, 640) + moon(stage) : sun(stage);
  const shown = weather === 'rain' || weather === 'fog' ? '' : lights;
  return (
    band(stage, -2, 700, colours) +
    band(stage, 699, height + 2, [colours[3]!, colours[3]!]) +
    shown +
    (withClouds ? clouds(stage) : '')
  );
}

import { band, glow, gradient, height, heightAt, land, mix, n, range, rolling } from './drawing.ts';
import type { Layers, Stage } from './drawing.ts';
import { coniferRow, flowers, grass, leafTree, palm } from './plants.ts';
import { haze, lit, sky } from './sky.ts';

/** Layers of rolling land from far to near; far ones fade into the sky. */
function hills(
  stage: Stage,
  tops: readonly number[],
  colour: string,
  swing: number,
): { svg: string; outlines: [number, number][][] } {
  const outlines = tops.map((top, i) => rolling(stage, top, swing * (1 - 0.12 * i), 1 + 0.3 * i));
  const layers = outlines.map((outline, i) => {
    const near = (i + 1) / tops.length;
    const shade = mix(haze(stage), lit(stage, colour), 0.25 + 0.75 * near);
    const { svg, fill } = gradient([mix(shade, '#ffffff', 0.1), shade, mix(shade, '#0a1a2a', 0.12)]);
    return svg + land(outline, fill);
  });
  return { svg: layers.join(''), outlines };
}

/** A ridge of peaks: each has a lit and a shaded side, and snow on top. */
function peaks({ random, width, ...rest }: Stage, foot: number, tall: number, rock: string, capped: boolean): string {
  const stage = { random, width, ...rest };
  const count = Math.max(3, Math.round((width / height) * 4));
  const list = range(count).map((i) => ({
    x: (width * (i + random.between(0.2, 0.8))) / count,
    reach: tall * random.between(0.65, 1.1),
  }));
  const snow = lit(stage, '#ffffff');
  return list
    .toSorted((a, b) => b.reach - a.reach)
    .map(({ x, reach }) => {
      const [half, top] = [reach * random.between(0.7, 0.9), foot - reach];
      const jag = (side: number, share: number) => `${n(x + side * half * share)} ${n(top + reach * share)}`;
      const left = `<path d="M${n(x)} ${n(top)}L${jag(-1, 1)}H${n(x + half * 0.16)}L${n(x - half * 0.03)} ${n(top + reach * 0.6)}L${n(x + half * 0.08)} ${n(top + reach * 0.32)}Z" fill="${mix(rock, '#ffffff', 0.16)}"/>`;
      const right = `<path d="M${n(x)} ${n(top)}L${jag(1, 1)}H${n(x + half * 0.14)}L${n(x - half * 0.04)} ${n(top + reach * 0.6)}L${n(x + half * 0.08)} ${n(top + reach * 0.32)}Z" fill="${mix(rock, '#10142e', 0.16)}"/>`;
      const cap = `<path d="M${n(x)} ${n(top)}L${jag(-1, 0.34)}L${n(x - half * 0.16)} ${n(top + reach * 0.27)}L${n(x - half * 0.05)} ${n(top + reach * 0.42)}L${n(x + half * 0.07)} ${n(top + reach * 0.28)}L${n(x + half * 0.19)} ${n(top + reach * 0.39)}L${jag(1, 0.31)}Z" fill="${snow}"/><path d="M${n(x)} ${n(top)}L${n(x + half * 0.07)} ${n(top + reach * 0.28)}L${n(x + half * 0.19)} ${n(top + reach * 0.39)}L${jag(1, 0.31)}Z" fill="${mix(snow, '#5a78b4', 0.3)}"/>`;
      return left + right + (capped ? cap : '');
    })
    .join('');
}

export function meadow(stage: Stage): Layers {
  const white = stage.weather === 'snow';
  const far = hills(stage, [600, 660], white ? '#dfeaf6' : '#7fb05a', 42);
  const front = rolling(stage, 745, 14);
  const green = lit(stage, white ? '#f2f7fc' : '#79bf4b');
  const { svg, fill } = gradient([mix(green, '#ffffff', 0.12), green, mix(green, '#0f4a2a', white ? 0.12 : 0.35)]);
  const trees = [0.08, 0.17, 0.83, 0.94].map((share) => {
    const x = stage.width * share + stage.random.between(-20, 20);
    return leafTree(
      stage,
      x,
      heightAt(far.outlines[1]!, x) + 12,
      stage.random.between(110, 170),
      lit(stage, white ? '#c7d8e8' : '#4f9646'),
    );
  });
  const bloom = white ? '' : flowers(stage, 70, 790, 985, (colour) => lit(stage, colour));
  const edge = rolling(stage, 990, 6);
  return {
    behind: sky(stage) + far.svg + trees.join('') + svg + land(front, fill) + bloom,
    before: white ? '' : grass(stage, edge, Math.round(stage.width / 9), 60, lit(stage, '#5fa83d')),
    ground: 905,
  };
}

export function snow(stage: Stage): Layers {
  const cold: Stage = { ...stage, weather: 'snow' };
  const white = lit(stage, '#eef5fc');
  const far = hills(cold, [560, 625], '#cfdfef', 46);
  const ridge = rolling(stage, 690, 24);
  const front = rolling(stage, 780, 20);
  const [near, slope] = [
    gradient(['#ffffff', white, mix(white, '#88a8d0', 0.35)].map((c) => lit(stage, c))),
    gradient([white, mix(white, '#9db8d8', 0.35)]),
  ];
  const green = lit(stage, '#2f6a63');
  return {
    behind:
      sky(cold) +
      far.svg +
      coniferRow(stage, far.outlines[1]!, 22, 70, mix(haze(cold), green, 0.55), mix(haze(cold), white, 0.7)) +
      slope.svg +
      land(ridge, slope.fill) +
      coniferRow(stage, ridge, 9, 170, green, white) +
      near.svg +
      land(front, near.fill),
    ground: 905,
  };
}

export function forest(stage: Stage): Layers {
  const white = stage.weather === 'snow';
  const cap = white ? lit(stage, '#f3f8fd') : undefined;
  const rows = [0.35, 0.6, 0.85, 1].map((near, i) => {
    const outline = rolling(stage, 610 + 48 * i, 16, 1.4);
    const colour = mix(haze(stage), lit(stage, white ? '#35665c' : '#2f7a4a'), near);
    const soil = mix(haze(stage), lit(stage, white ? '#e6eff8' : '#5d9a4e'), near);
    const { svg, fill } = gradient([soil, mix(soil, '#0a2a20', white ? 0.1 : 0.3)]);
    return (
      svg + land(outline, fill) + coniferRow(stage, outline, 16 - 3 * i, 190 + 70 * i, colour, cap && mix(haze(stage), cap, near))
    );
  });
  const front = rolling(stage, 840, 12);
  const floor = lit(stage, white ? '#f2f7fc' : '#6da352');
  const { svg, fill } = gradient([floor, mix(floor, '#133a26', white ? 0.15 : 0.45)]);
  const tufts = white ? '' : grass(stage, rolling(stage, 992, 5), Math.round(stage.width / 12), 46, lit(stage, '#4b8f42'));
  return {
    behind: sky(stage, { withClouds: stage.time !== 'night' }) + rows.join('') + svg + land(front, fill),
    before: tufts,
    ground: 915,
  };
}

export function mountains(stage: Stage): Layers {
  const rock = lit(stage, '#76809c');
  const far = peaks(stage, 720, 330, mix(haze(stage), rock, 0.45), true);
  const near = peaks(stage, 780, 430, mix(haze(stage), rock, 0.85), true);
  const white = stage.weather === 'snow';
  const slopes = hills(stage, [700, 770], white ? '#dbe7f3' : '#6f9f58', 22);
  const floor = lit(stage, white ? '#f0f6fc' : '#86b862');
  const { svg, fill } = gradient([floor, mix(floor, '#124028', white ? 0.12 : 0.35)]);
  const trees = coniferRow(stage, slopes.outlines[1]!, 20, 74, lit(stage, '#35694a'), white ? lit(stage, '#ffffff') : undefined);
  const bloom = white ? '' : flowers(stage, 40, 865, 985, (colour) => lit(stage, colour));
  return {
    behind: sky(stage) + far + near + slopes.svg + trees + svg + land(rolling(stage, 830, 14), fill) + bloom,
    ground: 920,
  };
}

export function desert(stage: Stage): Layers {
  const sand = '#e9b872';
  const dunes = [600, 665, 745].map((top, i) => {
    const near = (i + 1.4) / 4.4;
    const outline = rolling(stage, top, 46 - 8 * i, 1 + 0.25 * i);
    const shade = mix(haze(stage), lit(stage, sand), 0.3 + 0.7 * near);
    const { svg, fill } = gradient([mix(shade, '#fff6dd', 0.3), shade, mix(shade, '#8a4a2a', 0.3)]);
    return svg + land(outline, fill);
  });
  const floor = lit(stage, '#f0c380');
  const { svg, fill } = gradient([mix(floor, '#fff3d2', 0.3), mix(floor, '#a8602f', 0.25)]);
  const ripples = range(9).map((i) => {
    const y = 860 + 15 * i;
    const x = stage.random.between(-0.1, 0.6) * stage.width;
    return `<path d="M${n(x)} ${n(y)}q${n(stage.width * 0.13)} -9 ${n(stage.width * 0.26)} 0t${n(stage.width * 0.26)} 0" fill="none" stroke="${mix(floor, '#a8602f', 0.3)}" stroke-width="2.5" opacity=".5"/>`;
  });
  return {
    behind: sky(stage, { withClouds: false }) + dunes.join('') + svg + land(rolling(stage, 820, 16), fill) + ripples.join(''),
    ground: 915,
  };
}

/** Water with glints from y to y. */
export function water(stage: Stage, top: number, bottom: number, colour: string): string {
  const { random, width, time } = stage;
  const sea = lit(stage, colour);
  const shine = time === 'night' ? '#cfd8ff' : time === 'day' ? '#ffffff' : '#ffe0ad';
  const glints = range(60).map(() => {
    const depth = random.between(0, 1) ** 1.4;
    const [x, y, long] = [random.between(0, width), top + (bottom - top) * depth, 14 + 70 * depth * random.between(0.4, 1)];
    return `<rect x="${n(x)}" y="${n(y)}" width="${n(long)}" height="${n(1.4 + 2.4 * depth)}" rx="2" fill="${shine}" opacity="${n(0.15 + 0.35 * random.between(0, 1))}"/>`;
  });
  return band(stage, top, bottom, [mix(haze(stage), sea, 0.55), sea, mix(sea, '#0a5f78', 0.25)]) + glints.join('');
}

export function beach(stage: Stage): Layers {
  const { random, width } = stage;
  const shore = rolling(stage, 765, 12, 0.7);
  const foam = shore.map(([x, y]) => [x, y + 4 * Math.sin(x / 37)] as const);
  const sand = lit(stage, '#f6deaa');
  const { svg, fill } = gradient([mix(sand, '#ffffff', 0.25), sand, mix(sand, '#c08a4a', 0.3)]);
  const wet = foam.map(([x, y]) => [x, y + 16] as const);
  const grains = range(120).map(
    () =>
      `<circle cx="${n(random.between(0, width))}" cy="${n(random.between(810, 998))}" r="${n(random.between(1, 2.6))}" fill="${mix(sand, random.pick(['#ffffff', '#9a6a35']), 0.5)}"/>`,
  );
  const side = random.pick([-1, 1]);
  const tree = palm(stage, width / 2 + side * width * 0.43, 815, 430, -side * 0.55, {
    trunk: lit(stage, '#a8794b'),
    leaf: lit(stage, '#3f9d53'),
  });
  return {
    behind:
      sky(stage) +
      water(stage, 560, 800, '#2fa9cf') +
      land(foam, lit(stage, '#ffffff')) +
      land(wet, mix(sand, '#8d6a45', 0.28)) +
      svg +
      land(
        wet.map(([x, y]) => [x, y + 20] as const),
        fill,
      ) +
      grains.join('') +
      tree,
    ground: 915,
  };
}

export function sea(stage: Stage): Layers {
  const wave = (top: number, colour: string, opacity: number) => {
    const outline = range(81).map((i) => {
      const x = (stage.width * i) / 80;
      return [x, top + 12 * Math.sin(x / 46 + top) + 6 * Math.sin(x / 19)] as const;
    });
    const { svg, fill } = gradient([`${mix(colour, '#ffffff', 0.35)}/${opacity}`, `${colour}/${opacity}`]);
    return svg + land(outline, fill);
  };
  const blue = lit(stage, '#1f8fc4');
  return {
    behind: sky(stage) + water(stage, 560, 1002, '#2a9bd0') + wave(800, blue, 0.55),
    before: wave(872, mix(blue, '#0b4f86', 0.15), 0.85) + wave(940, mix(blue, '#0b3f76', 0.3), 0.95),
    ground: 900,
  };
}

/** Light that falls from a lamp in the street. */
const lamp = (stage: Stage, x: number) =>
  `<rect x="${n(x - 4)}" y="640" width="8" height="220" fill="#2b2f45"/><circle cx="${n(x)}" cy="636" r="13" fill="${stage.time === 'day' ? '#f3f3ea' : '#ffe9ac'}"/>` +
  (stage.time === 'day' ? '' : glow(x, 636, 150, '#ffdf8f', 0.55));

function tower(stage: Stage, x: number, wide: number, tall: number, colour: string, near: number): string {
  const { random, time } = stage;
  const top = 850 - tall;
  const [columns, rows] = [Math.max(2, Math.round(wide / 26)), Math.max(3, Math.round(tall / 34))];
  const dark = time === 'night' || time === 'sunset';
  const windows = range(columns * rows).map((i) => {
    const shine = dark ? random.between(0, 1) < 0.55 : random.between(0, 1) < 0.85;
    if (!shine) return '';
    const [cx, cy] = [x + ((i % columns) + 0.28) * (wide / columns), top + (Math.floor(i / columns) + 0.32) * (tall / rows)];
    const pane = dark ? random.pick(['#ffdd8a', '#ffc966', '#fff1c4']) : mix(colour, '#e8f6ff', 0.55);
    return `<rect x="${n(cx)}" y="${n(cy)}" width="${n((wide / columns) * 0.44)}" height="${n((tall / rows) * 0.42)}" rx="1.5" fill="${pane}" opacity="${n(0.35 + 0.6 * near)}"/>`;
  });
  const roof = random.pick(['', 'mast', 'step']);
  const extra =
    roof === 'mast'
      ? `<rect x="${n(x + wide / 2 - 2)}" y="${n(top - 60)}" width="4" height="62" fill="${colour}"/>`
      : roof === 'step'
        ? `<rect x="${n(x + wide * 0.22)}" y="${n(top - 30)}" width="${n(wide * 0.56)}" height="32" fill="${colour}"/>`
        : '';
  return `${extra}<rect x="${n(x)}" y="${n(top)}" width="${n(wide)}" height="${n(tall + 4)}" fill="${colour}"/><rect x="${n(x + wide * 0.8)}" y="${n(top)}" width="${n(wide * 0.2)}" height="${n(tall + 4)}" fill="#0a1030" opacity=".18"/>${windows.join('')}`;
}

export function city(stage: Stage): Layers {
  const { random, width } = stage;
  const rows = [0.3, 0.6, 1].map((near, i) => {
    let x = -random.between(0, 60);
    let svg = '';
    while (x < width) {
      const wide = random.between(70, 130) * (0.8 + 0.3 * near);
      const paint = lit(stage, random.pick(['#7d8bb5', '#9a86a8', '#6f9ab0', '#b08d86', '#8593a8']));
      const tall = random.between(140, 330) * (1.3 - 0.25 * i);
      svg += tower(stage, x, wide, tall, mix(haze(stage), paint, 0.25 + 0.7 * near), near);
      x += wide * random.between(1, 1.12);
    }
    return svg;
  });
  const road = lit(stage, '#7c8398');
  const dashes = range(8).map((i) => {
    const x = (width * (i + 0.2)) / 8;
    return `<rect x="${n(x)}" y="948" width="${n(width / 14)}" height="9" rx="3" fill="${lit(stage, '#f4ecd0')}" opacity=".8"/>`;
  });
  return {
    behind:
      sky(stage) +
      rows.join('') +
      band(stage, 846, 905, [lit(stage, '#c9c6cf'), lit(stage, '#aaa8b5')]) +
      band(stage, 904, 1002, [road, mix(road, '#141833', 0.4)]) +
      dashes.join('') +
      lamp(stage, width * 0.1) +
      lamp(stage, width * 0.9),
    ground: 925,
  };
}

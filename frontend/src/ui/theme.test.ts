import fs from 'node:fs';
import { expect, test } from 'vitest';

const css = fs.readFileSync(new URL('theme.css', import.meta.url), 'utf8');
const [light = '', dark = ''] = css.split('@utility theme-dark');
const colourOf = (theme: string, name: string) => new RegExp(`--${name}: #(\\w{6});`).exec(theme)![1]!;

/** As WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const [red, green, blue] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

const themes = [
  ['light', light],
  ['dark', dark],
] as const;

/** The colour that a part is drawn in when it is chosen or on, as its classes say. */
const toneOf = (file: string, classes: RegExp) => classes.exec(fs.readFileSync(new URL(file, import.meta.url), 'utf8'))![1]!;

test.each(themes)('the border of a field stands out from what is in it and around it (%s)', (_, theme) => {
  for (const ground of ['canvas', 'surface', 'raised'])
    expect(contrast(colourOf(theme, 'line-field'), colourOf(theme, ground))).toBeGreaterThanOrEqual(3);
});

test.each(themes)('the chosen option of a row is told by a ring that stands out (%s)', (_, theme) => {
  const ring = colourOf(theme, toneOf('Segmented.tsx', /has-checked:ring-1 has-checked:ring-([a-z-]+)/));
  for (const ground of ['sunken', 'raised']) expect(contrast(ring, colourOf(theme, ground))).toBeGreaterThanOrEqual(3);
});

test.each(themes)(
  'the thumb of a switch stands out from its track, on and off, and so does the track from the page (%s)',
  (_, theme) => {
    const [off, on] = [/ bg-([a-z-]+) p-0.5/, /p-0.5.* data-checked:bg-([a-z-]+)/].map((track) =>
      colourOf(theme, toneOf('Switch.tsx', track)),
    );
    const thumb = colourOf(theme, toneOf('Switch.tsx', /Base.Thumb.* data-checked:bg-([a-z-]+)/));
    expect(contrast('ffffff', off!)).toBeGreaterThanOrEqual(3);
    expect(contrast(thumb, on!)).toBeGreaterThanOrEqual(3);
    for (const track of [off!, on!])
      for (const ground of ['canvas', 'surface', 'raised'])
        expect(contrast(track, colourOf(theme, ground))).toBeGreaterThanOrEqual(3);
  },
);

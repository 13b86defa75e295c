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

test.each([
  ['light', light],
  ['dark', dark],
])('the border of a field stands out from what is in it and around it (%s)', (_, theme) => {
  for (const ground of ['canvas', 'surface', 'raised'])
    expect(contrast(colourOf(theme, 'line-field'), colourOf(theme, ground))).toBeGreaterThanOrEqual(3);
});

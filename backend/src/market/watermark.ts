/** Letters as strokes on a grid of 4 × 6. Fonts are files of their own, and a small container has none. */
const strokes: Record<string, string> = {
  P: 'M0 6V0H3L4 1V2L3 3H0',
  R: 'M0 6V0H3L4 1V2L3 3H0M2 3L4 6',
  E: 'M4 0H0V6H4M0 3H3',
  V: 'M0 0L2 6L4 0',
  I: 'M2 0V6',
  W: 'M0 0L1 6L2 2L3 6L4 0',
};
const advance = 6;
const word = 'PREVIEW';

/** An SVG of the picture's size that repeats the word across it, light on dark outlines so that it shows on any colour. */
export function watermark(width: number, height: number): string {
  const scale = Math.max(2, Math.min(width, height) / 110);
  const letters = word
    .split('')
    .map((letter, index) => `<path transform="translate(${index * advance} 0)" d="${strokes[letter]}"/>`)
    .join('');
  const tileWidth = (word.length + 1.5) * advance;
  const tileHeight = 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><pattern id="mark" width="${tileWidth}" height="${tileHeight}" patternUnits="userSpaceOnUse" patternTransform="rotate(-28) scale(${scale})">
      <g fill="none" stroke-linecap="round" stroke-linejoin="round">
        <g stroke="#000" stroke-opacity="0.28" stroke-width="1.5">${letters}</g>
        <g stroke="#fff" stroke-opacity="0.55" stroke-width="0.8">${letters}</g>
      </g>
    </pattern></defs>
    <rect width="100%" height="100%" fill="url(#mark)"/>
  </svg>`;
}

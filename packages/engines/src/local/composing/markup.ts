/** What programs for other models read in a prompt: extra networks, weights, tags, options ("--no hat" stays). And numbers of a list. */
const markup: readonly (readonly [RegExp, string])[] = [
  [/<[a-z]+:[^<>]*>/gi, ' '],
  [/:\s*-?\d+(?:\.\d+)?(?=\s*[)\]])/g, ''],
  [/(?<![\p{L}\p{N}])(?:score|rating|source)_\w+/gu, ' '],
  [/(?<![\p{L}\p{N}])1(?=(?:girl|boy|other)(?!\p{L}))/giu, ''],
  [/(?<![\p{L}\p{N}])([2-6])\+?(?=(?:girl|boy)s(?!\p{L}))/giu, '$1 '],
  [/(?<!\S)\d+[.)](?=\s)/g, ', '],
  [/(?<!\S)--(?!no\b)[a-z]+(?:\s+\d[\d.:]*)?/gi, ' '],
];

/** A prompt without the markup of other programs: "(fox:1.2) <lora:toon:0.8> --ar 16:9" is a fox. */
export const withoutMarkup = (prompt: string): string =>
  markup.reduce((text, [pattern, instead]) => text.replaceAll(pattern, instead), prompt);

import { getCatalogs } from '@lingui/cli/api';
import { getConfig } from '@lingui/conf';
import { expect, test } from 'vitest';

const config = getConfig({ configPath: new URL('../../lingui.config.ts', import.meta.url).pathname });
const [catalogue] = await getCatalogs(config);
const collected = (await catalogue!.collect()) ?? {};
const { fr = {}, en = {} } = await catalogue!.readAll(['en', 'fr']);
const textOf = (id: string) => collected[id]?.message ?? id;
// The words of a plural's cases stand in braces too, and are translated.
const placeholders = (text: string) =>
  [
    ...new Set([...text.matchAll(/(?<!(?:=\d+|one|other) )\{\s*(\w+)\s*[,}]|<(\d+)>/g)].map((match) => match[1] ?? match[2])),
  ].sort();

test('there are messages to check', () => {
  expect(Object.keys(collected).length).toBeGreaterThan(200);
});

test('every message of the page is in the English catalogue: else run `npm run extract -w frontend`', () => {
  expect(
    Object.keys(collected)
      .filter((id) => !(id in en))
      .map(textOf),
  ).toEqual([]);
});

test('every message has a French text', () => {
  expect(
    Object.keys(collected)
      .filter((id) => !fr[id]?.translation)
      .map(textOf),
  ).toEqual([]);
});

test('French keeps the placeholders', () => {
  const differing = Object.keys(collected).filter(
    (id) => fr[id]?.translation && String(placeholders(fr[id].translation)) !== String(placeholders(textOf(id))),
  );
  expect(differing.map(textOf)).toEqual([]);
});

test('French has French typography', () => {
  const careless = Object.values(fr)
    .map(({ translation = '' }) => translation.replace(/\{\w+, plural,/g, ''))
    .filter((text) => /['"“”]|[^\s ][?!;:»%](?=\s|$)| [?!;:»%]|« (?! )|\.\.\./u.test(text));
  expect(careless.filter((text) => !/https?:/.test(text))).toEqual([]);
});

test('French has no narrow spaces, for which the typeface of the page has no glyph', () => {
  expect(Object.values(fr).filter(({ translation = '' }) => translation.includes('\u202f'))).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { exportsOf, findDeclaration, plainText } from '../docs/docstrings.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const reference = read('../docs/api.md');
const door = exportsOf(read('./index.ts'));
const sections = new Map(reference.split(/^## /m).map((section) => [/^`(\w+)`/.exec(section)?.[1], section]));

it('describes every export, in the order of the door, and nothing else', () => {
  const described = Array.from(reference.matchAll(/^## `(\w+)`$/gm), ([, name]) => name);
  expect(described).toEqual(door.map(({ name }) => name));
});

it.each(door)('says of $name what its docstring says; else run docs/make.ts', ({ name, file }) => {
  const { comment } = findDeclaration(read(`./${file}.ts`), name);
  expect(plainText(comment)).not.toBe('');
  expect(sections.get(name)).toContain(plainText(comment));
  expect(sections.get(name)).toMatch(/```ts\n[\s\S]+```/);
});

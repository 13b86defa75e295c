import fs from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';

/** One import as it stands in a file. */
export interface Import {
  /** Relative to the root, as `from` is. */
  file: string;
  line: number;
  specifier: string;
  /** Only types: it does not exist when the program runs. */
  typeOnly: boolean;
  /** Loaded when it is needed, so it closes no cycle. */
  lazy: boolean;
}

const sourceFolders = ['packages', 'backend', 'frontend', 'e2e', 'bench', 'scripts', 'deploy'];
const notSources = new Set(['node_modules', 'dist', '.tsbuild', '.cache']);

/** Every source file below `root`, as paths relative to it. */
export function listSources(root: string): string[] {
  return sourceFolders
    .filter((folder) => fs.existsSync(path.join(root, folder)))
    .flatMap((folder) => walk(root, folder))
    .sort();
}

function walk(root: string, folder: string): string[] {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return notSources.has(entry.name) ? [] : walk(root, name);
    return /\.(ts|tsx|mts|mjs|js)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [name] : [];
  });
}

/** All imports and re-exports of a file; a lazy import that is no plain string has the specifier `?`. */
export function readImports(root: string, file: string): Import[] {
  const source = fs.readFileSync(path.join(root, file), 'utf8');
  const { module, errors } = parseSync(file, source);
  if (errors[0]) throw new Error(`${file} cannot be parsed: ${errors[0].message}`);
  const lineOf = (offset: number) => source.slice(0, offset).split('\n').length;
  const make = (specifier: string, start: number, typeOnly: boolean, lazy: boolean): Import => ({
    ...{ file, line: lineOf(start), specifier, typeOnly, lazy },
  });
  const isTypeOnly = (entries: { isType: boolean }[]) => entries.length > 0 && entries.every((entry) => entry.isType);
  return [
    ...module.staticImports.map((i) => make(i.moduleRequest.value, i.start, isTypeOnly(i.entries), false)),
    ...module.staticExports.flatMap((e) => {
      const request = e.entries.find((entry) => entry.moduleRequest)?.moduleRequest;
      return request ? [make(request.value, e.start, isTypeOnly(e.entries), false)] : [];
    }),
    ...module.dynamicImports.map((i) => {
      const text = source.slice(i.moduleRequest.start, i.moduleRequest.end);
      const literal = /^(['"`])([^'"`$]*)\1$/.exec(text)?.[2];
      return make(literal ?? '?', i.start, false, true);
    }),
  ];
}

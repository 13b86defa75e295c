import fs from 'node:fs';
import path from 'node:path';
import { root } from './program/index.ts';

/**
 * `npm ci` refuses a lock file that does not name every package for every platform, and npm leaves out those that the
 * registry at hand does not have, as a mirror that lags does. `node scripts/lock.ts --write` names them after an
 * `npm install`; without the word it says whether that was forgotten. On their platforms npm fetches them by version.
 */
interface Entry {
  version?: string;
  optionalDependencies?: Record<string, string>;
  [field: string]: unknown;
}

const file = path.join(root, 'package-lock.json');
const lock = JSON.parse(fs.readFileSync(file, 'utf8')) as { packages: Record<string, Entry> };
const missing = Object.entries(lock.packages).flatMap(([place, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${place}/node_modules/${name}`])
    .map(([name, version]) => ({ name, version })),
);

if (process.argv.includes('--write')) {
  for (const { name, version } of missing) lock.packages[`node_modules/${name}`] = describe(name, version);
  const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  fs.writeFileSync(file, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
} else if (missing.length > 0) {
  console.error(`package-lock.json does not name ${missing.map(({ name }) => name).join(', ')}, so "npm ci" would fail.`);
  console.error('Run: node_modules/.bin/node scripts/lock.ts --write');
  process.exit(1);
}

/** "@oxfmt/binding-linux-arm64-musl" says in its name where it runs. */
function describe(name: string, version: string): Entry {
  if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) throw new Error(`${name} ${version} is no exact version: name it by hand.`);
  const [, os, cpu, abi = ''] =
    /(android|darwin|freebsd|linux|openharmony|win32|wasm32)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x|loong64|wasi)-?(\w*)$/.exec(
      name,
    ) ?? [];
  if (os === undefined || cpu === undefined) throw new Error(`The name ${name} does not say where it runs: name it by hand.`);
  if (os === 'wasm32') return { version, cpu: ['wasm32'], optional: true };
  const libc = abi.startsWith('musl') ? { libc: ['musl'] } : abi.startsWith('gnu') ? { libc: ['glibc'] } : {};
  return { version, cpu: [cpu], ...libc, optional: true, os: [os] };
}

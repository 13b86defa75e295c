import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../program/index.ts';
import { checkWalls } from './check.ts';
import { rooms } from './map.ts';

const manifest = (name: string, dependencies: string[]) =>
  JSON.stringify({
    name,
    exports: { '.': './src/index.ts' },
    dependencies: Object.fromEntries(dependencies.map((one) => [one, '*'])),
  });

/** A small house in which every wall stands. */
const house: Record<string, string> = {
  'package.json': manifest('house', ['vitest']),
  'packages/contract/package.json': manifest('@rendermart/contract', ['zod']),
  'packages/contract/src/index.ts': `import 'zod'; export { a } from './inner.ts';`,
  'packages/contract/src/inner.ts': 'export const a = 1;',
  'packages/diffusion/package.json': manifest('@rendermart/diffusion', []),
  'packages/diffusion/src/index.ts': 'export const d = 1;',
  'packages/engine/package.json': manifest('@rendermart/engine', ['@rendermart/contract']),
  'packages/engine/src/index.ts': `export * from '@rendermart/contract';`,
  'packages/engines/package.json': manifest('@rendermart/engines', ['@rendermart/engine', '@rendermart/diffusion']),
  'packages/engines/src/index.ts': `import '@rendermart/engine'; import '@rendermart/diffusion';`,
  'backend/package.json': manifest('@rendermart/backend', ['@rendermart/contract', '@rendermart/engine', '@rendermart/engines']),
  'backend/src/main.ts': `import './app/config.ts';`,
  'backend/src/app/config.ts': `import process from 'node:process';`,
  'backend/src/app/wire.ts': `import '@rendermart/engines'; import '../generation/index.ts'; import '../library/index.ts';`,
  'backend/src/generation/index.ts': `import { l } from '../library/index.ts'; import './service.ts'; export const g = l;`,
  'backend/src/generation/service.ts': `import type { g } from './index.ts'; import '../platform/index.ts';`,
  'backend/src/library/index.ts': `import '../accounts/index.ts'; export const l = 1;`,
  'backend/src/library/store.ts': 'export const s = 1;',
  'backend/src/accounts/index.ts': `import '../platform/index.ts'; export const a = 1;`,
  'backend/src/platform/index.ts': `import '@rendermart/contract'; export const p = 1;`,
  'backend/src/testing/index.ts': `export const t = 1;`,
  'backend/src/library/store.test.ts': `import 'vitest'; import '../testing/index.ts'; import './store.ts';`,
  'frontend/package.json': manifest('@rendermart/frontend', ['react']),
  'frontend/src/app/routes.tsx': `import('../features/studio/StudioPage.tsx');`,
  'frontend/src/app/paths.ts': 'export const paths = {};',
  'frontend/src/features/studio/StudioPage.tsx': `import 'react'; import '../../app/paths.ts'; import '../../ui/Button.tsx'; import './form.ts';`,
  'frontend/src/features/studio/form.ts': 'export const f = 1;',
  'frontend/src/features/gallery/index.ts': 'export const g = 1;',
  'frontend/src/ui/Button.tsx': 'export const Button = 1;',
};

function checkHouse(planted: Record<string, string> = {}): string[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-walls-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  for (const [file, content] of Object.entries({ ...house, ...planted })) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), content);
  }
  return checkWalls(folder);
}

test('all walls of this repository stand', () => {
  expect(checkWalls(root)).toEqual([]);
});

test('the map itself leads down only: no two backend rooms may use each other', () => {
  const pairs = Object.entries(rooms).flatMap(([from, room]) => room.mayUse.map((to) => [from, to] as const));
  const backwards = pairs.filter(([from, to]) => from.startsWith('backend/') && rooms[to]?.mayUse.includes(from));
  expect(backwards).toEqual([]);
});

test('a house without wrong imports has no breaches', () => {
  expect(checkHouse()).toEqual([]);
});

describe('a planted wrong import is found:', () => {
  const planted: [what: string, file: string, content: string, breach: RegExp][] = [
    [
      'upwards',
      'backend/src/library/store.ts',
      `import '../generation/index.ts';`,
      /library may not use backend\/src\/generation/,
    ],
    [
      'platform to a room',
      'backend/src/platform/log.ts',
      `import '../accounts/index.ts';`,
      /platform may not use backend\/src\/accounts/,
    ],
    ['past the door', 'backend/src/generation/service.ts', `import '../library/store.ts';`, /entered through index\.ts only/],
    [
      'past the door, for a type',
      'backend/src/generation/service.ts',
      `import type { s } from '../library/store.ts';`,
      /entered through/,
    ],
    [
      'past the door, as a re-export',
      'backend/src/generation/service.ts',
      `export * from '../library/store.ts';`,
      /entered through/,
    ],
    ['past the door, lazily', 'backend/src/generation/service.ts', `await import('../library/store.ts');`, /entered through/],
    [
      'engines outside the wiring',
      'backend/src/app/config.ts',
      `import '@rendermart/engines';`,
      /only backend\/src\/app\/wire\.ts/,
    ],
    ['engines in a room', 'backend/src/generation/run.ts', `import '@rendermart/engines';`, /may not use packages\/engines/],
    ['feature to feature', 'frontend/src/features/studio/form.ts', `import '../gallery/index.ts';`, /do not know each other/],
    ["past a feature's door", 'frontend/src/app/routes.tsx', `import '../features/studio/form.ts';`, /entered through/],
    ['ui to a feature', 'frontend/src/ui/Card.tsx', `import '../features/studio/StudioPage.tsx';`, /ui may not use/],
    ['page to backend', 'frontend/src/ui/Card.tsx', `import '../../../backend/src/library/index.ts';`, /ui may not use backend/],
    [
      'package against its edge',
      'packages/diffusion/src/index.ts',
      `import '@rendermart/contract';`,
      /diffusion may not use packages\/contract/,
    ],
    ['package by path', 'packages/engines/src/index.ts', `import '../../engine/src/index.ts';`, /write @rendermart\/engine/],
    ['package past its exports', 'packages/engines/src/index.ts', `import '@rendermart/engine/inner';`, /exports no such thing/],
    [
      'test kit outside tests',
      'backend/src/library/store.ts',
      `import '../testing/index.ts';`,
      /may not use backend\/src\/testing/,
    ],
    ['undeclared package', 'backend/src/platform/log.ts', `import 'left-pad';`, /does not name left-pad/],
    ['missing file', 'backend/src/platform/log.ts', `import './gone.ts';`, /there is no such file/],
    ['computed import', 'backend/src/platform/log.ts', 'const x = "./a.ts"; import(x);', /cannot be checked/],
    ['unknown room', 'backend/src/shop/index.ts', '', /shop\/index\.ts: this folder is no room/],
    ['unknown package', 'packages/extra/src/index.ts', '', /this folder is no room/],
    ['circle of files', 'packages/contract/src/inner.ts', `export * from './index.ts';`, /in a circle: .*index\.ts, .*inner\.ts/],
  ];

  test.each(planted)('%s', (_what, file, content, breach) => {
    const breaches = checkHouse({ [file]: content });
    expect(breaches.length).toBeGreaterThanOrEqual(1);
    expect(breaches.join('\n')).toMatch(breach);
    expect(breaches.every((line) => line.includes(file) || line.includes('in a circle'))).toBe(true);
  });
});

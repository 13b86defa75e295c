import path from 'node:path';
import { defineConfig } from 'vitest/config';

// The page's Vite plugin looks for its catalogues from the current folder, which is the root here.
process.env['LINGUI_CONFIG'] ??= path.join(import.meta.dirname, 'frontend/lingui.config.ts');

// How long a test waits for what must come in the end. It is long because a loaded machine may be ten times slower and
// time decides nothing here: only a test that fails anyway waits so long.
const patience = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 60_000 } } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'scripts/**/*.test.ts',
            'deploy/**/*.test.ts',
            'bench/src/**/*.test.ts',
          ],
          ...patience,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['backend/src/**/*.test.ts'],
          globalSetup: ['backend/src/testing/global-setup.ts'],
          ...patience,
        },
      },
      {
        extends: './frontend/vite.config.ts',
        root: 'frontend',
        test: { name: 'page', include: ['src/**/*.test.{ts,tsx}'], ...patience },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/src/**/*.e2e.ts'],
          // One real program with a browser at a time is what a machine of two cores can carry.
          fileParallelism: false,
          ...patience,
          testTimeout: 300_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});

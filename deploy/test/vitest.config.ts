import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Needs root, Debian packages and minutes, so it is no part of `npm test`: scripts/testdeploy.ts runs it.
export default defineConfig({
  test: {
    root: path.resolve(import.meta.dirname, '../..'),
    include: ['deploy/test/*.deploy.ts'],
    globalSetup: ['deploy/test/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A container, a database and a program at a time is what a machine of two cores can carry.
    fileParallelism: false,
  },
});

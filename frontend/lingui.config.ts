import { defineConfig } from '@lingui/conf';
import { formatter } from '@lingui/format-po';

export default defineConfig({
  locales: ['en', 'fr'],
  sourceLocale: 'en',
  rootDir: import.meta.dirname,
  catalogs: [{ path: '<rootDir>/src/locales/{locale}', include: ['<rootDir>/src'], exclude: ['**/*.test.ts'] }],
  // Line numbers would change with every edit and drown the translations in the diff.
  format: formatter({ lineNumbers: false, origins: true }),
  orderBy: 'origin',
});

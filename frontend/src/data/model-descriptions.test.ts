import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { builtInDescriptions } from './model-descriptions.ts';

const models = path.resolve(import.meta.dirname, '../../../models');
const shipped = readdirSync(models, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => JSON.parse(readFileSync(path.join(models, entry.name, 'manifest.json'), 'utf8')).description);

test.each(shipped)('what a model that ships says of itself has a text in every language: %s', (description) => {
  expect(builtInDescriptions.map(([asStored]) => asStored)).toContain(description);
});

test.each(builtInDescriptions)('“%s” is translated as it is stored', (asStored, { message }) => expect(message).toBe(asStored));

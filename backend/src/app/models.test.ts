import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openEngine } from '@rendermart/engines';
import { expect, onTestFinished, test } from 'vitest';
import { builtInModels } from './models.ts';

const shipped = path.join(import.meta.dirname, '../../../models');

test('a folder that cannot be used is left out with the reason, and the others serve', async () => {
  const modelsFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-models-'));
  fs.cpSync(path.join(shipped, 'sticker-one'), path.join(modelsFolder, 'sticker-one'), { recursive: true });
  fs.cpSync(path.join(shipped, 'upscaler-one'), path.join(modelsFolder, 'upscaler-one'), { recursive: true });
  fs.mkdirSync(path.join(modelsFolder, 'FLUX'));
  fs.writeFileSync(path.join(modelsFolder, 'FLUX/model_index.json'), '{"_class_name":"FluxPipeline"}');
  const engine = await openEngine('local', { modelsFolder });
  onTestFinished(async () => {
    await engine.close();
    fs.rmSync(modelsFolder, { recursive: true });
  });
  const warnings: unknown[] = [];
  const log = { warn: (details: unknown) => void warnings.push(details) };
  const models = await builtInModels(new Map([['local', engine]]), modelsFolder, log);
  expect(models.map(({ id }) => id)).toEqual(['sticker-one', 'upscaler-one']);
  expect(warnings).toMatchObject([{ model: 'flux', error: expect.stringContaining('FLUX needs the T5') }]);
});

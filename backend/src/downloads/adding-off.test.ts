import { randomUUID } from 'node:crypto';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type Installation, openInstallation } from './testing/installation.ts';

// An installation whose folder for added models cannot be written.
let home: TestDatabase;
let house: Installation;
beforeAll(async () => {
  home = await testDatabase();
  house = await openInstallation(home.url);
  await writeFile(house.models, 'a file stands where the folder should be');
});
afterAll(async () => {
  await house.close();
  await home.close();
});

const list = async () => house.ask('GET', '/api/admin/model-downloads');

it('says so on its page, which can still be read', async () => {
  expect(await list()).toMatchObject({ status: 200, body: { canAdd: false, freeBytes: 0, modelsFolder: house.models } });
});

const input = { modelId: 'mine', name: 'Mine' };
it.each([
  ['an offer', 'GET', '/api/admin/model-offers?address=maker/model', undefined],
  [
    'a download',
    'POST',
    '/api/admin/model-downloads',
    { ...input, repository: 'maker/model', revision: 'a'.repeat(40), licence: null },
  ],
  ['an import', 'POST', '/api/admin/model-imports', { ...input, folder: 'mine' }],
  ['going on', 'POST', `/api/admin/model-downloads/${randomUUID()}/resume`, undefined],
] as const)('refuses %s with the reason and the cure, and asks no hub', async (_what, method, url, body) => {
  await mkdir(join(house.imports, 'mine'), { recursive: true });
  const answer = await house.ask(method, url, body);
  expect(answer).toMatchObject({ status: 409, code: 'adding_models_off' });
  expect(JSON.stringify(answer.body)).toContain('Give the API and the workers one volume that they share');
  expect(house.hub.asked).toEqual([]);
});

it('is one, too, where an operator switched it off, and its workers write nothing', async () => {
  const before = await openInstallation(home.url);
  const after = await openInstallation(home.url, { canAdd: false });
  try {
    expect((await after.ask('GET', '/api/admin/model-downloads')).body).toMatchObject({ canAdd: false, modelsFolder: null });
    expect((await after.ask('GET', '/api/admin/model-offers?address=maker/model')).code).toBe('adding_models_off');
    await mkdir(join(before.imports, 'begun'), { recursive: true });
    await writeFile(join(before.imports, 'begun', 'model_index.json'), '{}');
    await writeFile(join(before.imports, 'begun', 'unet.onnx'), 'weights');
    const begun = await before.ask('POST', '/api/admin/model-imports', { ...input, folder: 'begun' });
    expect(begun.status).toBe(202);
    const { id } = begun.body as { id: string };
    await after.work(id);
    expect(await after.read(id)).toMatchObject({ state: 'failed', failure: { code: 'disk_unwritable' } });
    await expect(access(after.models)).rejects.toThrow('ENOENT');
  } finally {
    await before.close();
    await after.close();
  }
});

it('is an ordinary one as soon as the folder can be written', async () => {
  await rm(house.models);
  expect((await list()).body).toMatchObject({ canAdd: true, freeBytes: 1e12 });
});

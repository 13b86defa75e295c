import type { ModelInput } from '@rendermart/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uuidV7 } from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { listAllModels } from './models.ts';
import { type House, makeImagesDir, openHouse } from './testing/house.ts';

const actorId = uuidV7.next();
let home: TestDatabase;
let images: Awaited<ReturnType<typeof makeImagesDir>>;
let house: House;
beforeAll(async () => {
  home = await testDatabase();
  images = await makeImagesDir();
  house = await openHouse({ url: home.url, imagesDir: images.path });
});
afterAll(async () => {
  await house.close();
  await images.remove();
  await home.close();
});

const input = (id: string, engineModel = id): ModelInput => ({
  ...{ id, engineModel, name: `Model ${id}`, description: '', engine: 'fake', options: {}, priceCredits: '0', enabled: true },
});
const read = async (id: string) => (await listAllModels(house.deps)).items.find((model) => model.id === id);
const { offer, retire, ids } = {
  offer: (model: ModelInput) => house.generation.folderModels.offer(model, actorId),
  retire: (id: string, folder = id) => house.generation.folderModels.retire({ id, folder }, actorId),
  ids: () => house.generation.folderModels.ids(),
};

describe('a folder that was put in place', () => {
  it('becomes a model with what its engine reads off it, once', async () => {
    await offer(input('fake-one'));
    await offer(input('fake-one'));
    expect(await read('fake-one')).toMatchObject({ name: 'Model fake-one', enabled: true, capabilities: { seed: true } });
    expect(await ids()).toContain('fake-one');
  });

  it('is refused with the reason of its engine', async () => {
    await expect(offer({ ...input('fake-two'), engine: 'nothing' })).rejects.toMatchObject({ code: 'engine_unavailable' });
    await expect(offer({ ...input('fake-two'), options: { no: 'such option' } })).rejects.toMatchObject({
      code: 'engine_unavailable',
    });
    expect(await read('fake-two')).toBeUndefined();
  });

  it('does not take the id of another model', async () => {
    await expect(offer(input('fake-one', 'fake-other'))).rejects.toMatchObject({ code: 'model_exists' });
  });
});

describe('a folder that goes away', () => {
  it('ends its model; the same id comes back with another folder', async () => {
    await offer(input('fake-three'));
    await retire('fake-three');
    await retire('fake-three');
    expect(await read('fake-three')).toMatchObject({ enabled: false, lifecycle: 'retired' });
    expect(await ids()).not.toContain('fake-three');
    await offer(input('fake-three', 'fake-three.again'));
    expect(await read('fake-three')).toMatchObject({ enabled: true, lifecycle: 'active', engineModel: 'fake-three.again' });
  });

  it('leaves alone a model of its id that draws with another folder', async () => {
    await offer(input('fake-five', 'fake-five.mine'));
    await retire('fake-five', 'fake-five.other');
    expect(await read('fake-five')).toMatchObject({ enabled: true, lifecycle: 'active' });
  });

  it('keeps the default model', async () => {
    await house.generation.ensureModels([{ ...input('fake-four'), capabilities: (await read('fake-one'))!.capabilities }]);
    await expect(retire('fake-four')).rejects.toMatchObject({ code: 'model_is_default' });
    expect(await read('fake-four')).toMatchObject({ enabled: true });
  });
});

import { randomUUID } from 'node:crypto';
import type { Generation, Model } from '@rendermart/contract';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { reconcile } from '../ledger/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import type { Worker } from './index.ts';
import { ensureModels } from './models.ts';
import { type House, eventually, makeImagesDir, openHouse } from './testing/house.ts';
import { type Site, openSite, setUp, signUp } from './testing/site.ts';
import { addModels, capabilities, findLaneErrors } from './testing/wishes.ts';

// The fake engine enlarges as it draws: it fills the size that it is asked for. Drawing costs 3 credits here, enlarging 5.
let server: TestDatabase;
let images: Awaited<ReturnType<typeof makeImagesDir>>;
let house: House;
let site: Site;
let cookie: string;
const workers: Worker[] = [];

beforeAll(async () => {
  server = await testDatabase();
  images = await makeImagesDir();
  house = await openHouse({ url: server.url, imagesDir: images.path, stepMs: 5, startingCredits: 60n });
  // Upscalers first: the default must still be one that draws.
  await ensureModels({ database: house.database }, [upscaler('enlarger', 2048), upscaler('small-enlarger', 256)]);
  await addModels(house.database);
  site = await openSite(house);
  ({ cookie } = await setUp(site));
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.drain()));
  expect(await findLaneErrors(house.database)).toEqual([]);
  expect(await reconcile(house.database.read)).toEqual([]);
});
afterAll(async () => {
  await site.close();
  await house.close();
  await server.close();
  await images.remove();
});

function upscaler(id: string, maxSide: number) {
  const changed = {
    imageToImage: null,
    negativePrompt: false,
    steps: null,
    upscale: { scales: [2, 4], maxSide, learned: id === 'enlarger' },
  };
  return {
    id,
    name: `The ${id}`,
    description: '',
    engine: 'fake',
    engineModel: 'fake',
    options: { capabilities: changed },
    priceCredits: '5',
    enabled: true,
    capabilities: { ...capabilities, ...changed },
  };
}

const work = () => workers.push(house.generation.startWorker({ engines: house.engines, capacity: 2, graceMs: 20_000 }));
const read = async (id: string): Promise<Generation> => (await site.ask('GET', `/api/generations/${id}`, { cookie })).body;
const ended = (id: string) =>
  eventually(async () => {
    const generation = await read(id);
    return generation.finishedAt !== null && generation;
  }, 'the end of a generation');
async function draw(body: object) {
  const { body: generation } = await site.ask('POST', '/api/generations', { cookie, body, key: randomUUID() });
  return (await ended(generation.id)).images[0]!;
}
const upscale = (imageId: string, body: object, key: string = randomUUID(), asked = cookie) =>
  site.ask('POST', `/api/images/${imageId}/upscales`, { cookie: asked, body, key });
const wallet = async () => {
  const { body } = await site.ask<{ balanceCredits: string; heldCredits: string }>('GET', '/api/wallet', { cookie });
  return [Number(body.balanceCredits), Number(body.heldCredits)];
};

describe('a larger copy', () => {
  test('is a new image whose parent is the source, and its recipe names what made it', async () => {
    work();
    const source = await draw({ prompt: 'a fox', width: 128, height: 64 });
    const [before] = await wallet();
    const key = randomUUID();
    const asked = await upscale(source.id, { scale: 4, expectedPriceCredits: '5' }, key);
    expect(asked).toMatchObject({
      status: 202,
      body: { modelId: 'enlarger', scale: 4, width: 512, height: 256, priceCredits: '5' },
    });
    const copy = (await ended(asked.body.id)).images[0]!;
    expect(copy).toMatchObject({ width: 512, height: 256, parentId: source.id, prompt: 'a fox' });
    expect(copy.recipe).toMatchObject({ upscaler: 'The enlarger', scale: 4, modelId: 'enlarger', sourceImageId: source.id });
    expect(await wallet()).toEqual([before! - 5, 0]);
    expect((await upscale(source.id, { scale: 4, expectedPriceCredits: '5' }, key)).body.id).toBe(asked.body.id);
    expect(await upscale(source.id, { scale: 2 }, key)).toMatchObject({ body: { error: { code: 'idempotency_mismatch' } } });
    // Copies of copies, as far as the limit goes.
    expect((await upscale(copy.id, { scale: 4 })).status).toBe(202);
    expect((await upscale(copy.id, { scale: 2, modelId: 'small-enlarger' })).body.error).toMatchObject({
      code: 'upscale_too_large',
    });
  });

  test('is cancelled and tried again like a drawing; its price comes back meanwhile', async () => {
    work();
    const source = await draw({ prompt: 'a [steps 60] fox', width: 64, height: 64 });
    const [before] = await wallet();
    const { body } = await upscale(source.id, { scale: 2 });
    await eventually(async () => (await read(body.id)).progress, 'progress');
    await site.ask('POST', `/api/generations/${body.id}/cancel`, { cookie });
    expect((await ended(body.id)).state).toBe('cancelled');
    expect(await wallet()).toEqual([before, 0]);
    await site.ask('POST', `/api/generations/${body.id}/retry`, { cookie });
    expect(await ended(body.id)).toMatchObject({ state: 'succeeded', attempts: 2 });
  });
});

describe('is refused, and nothing is queued or held', () => {
  test('for an image of somebody else, one of the trash, and one that does not exist', async () => {
    work();
    const source = await draw({ prompt: 'mine', width: 64, height: 64 });
    const stranger = await signUp(site, 'Bob');
    expect(await upscale(source.id, { scale: 2 }, undefined, stranger.cookie)).toMatchObject({ status: 404 });
    expect(await upscale(randomUUID(), { scale: 2 })).toMatchObject({ status: 404 });
    await house.library.handlers.imageTrash({ actor: { accountId: source.owner.id }, body: { ids: [source.id] } } as never);
    expect(await upscale(source.id, { scale: 2 })).toMatchObject({ status: 409, body: { error: { code: 'image_trashed' } } });
    expect((await wallet())[1]).toBe(0);
  });

  test.each([
    ['a factor that the upscaler does not have', { scale: 3 }, 'setting_out_of_range'],
    ['no factor', {}, 'invalid_input'],
    ['a model that draws', { scale: 2, modelId: 'fake' }, 'model_unknown'],
    ['another price than was shown', { scale: 2, expectedPriceCredits: '4' }, 'price_moved'],
    ['a model that does not exist', { scale: 2, modelId: 'nothing' }, 'model_unknown'],
  ])('for %s', async (_, body, code) => {
    work();
    const source = await draw({ prompt: 'x', width: 16, height: 16 });
    expect((await upscale(source.id, body)).body.error).toMatchObject({ code });
  });
});

test('upscalers are offered for images, and never for drawing', async () => {
  const upscalers = await site.ask<{ items: Model[] }>('GET', '/api/upscalers', { cookie });
  expect(upscalers.body.items.map(({ id }) => id)).toEqual(['enlarger', 'small-enlarger']);
  const models = await site.ask<{ items: Model[] }>('GET', '/api/models', { cookie });
  expect(models.body.items.map(({ id }) => id)).toEqual(['fake', 'endless', 'single']);
  const drawn = await site.ask('POST', '/api/generations', {
    cookie,
    key: randomUUID(),
    body: { prompt: 'x', modelId: 'enlarger' },
  });
  expect(drawn.body.error).toMatchObject({ code: 'model_unknown', message: expect.stringContaining('draws none') });
});

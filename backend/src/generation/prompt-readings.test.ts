import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { ensureModels } from './models.ts';
import { type House, makeImagesDir, openHouse } from './testing/house.ts';
import { type Site, openSite, setUp, signUp } from './testing/site.ts';
import { capabilities } from './testing/wishes.ts';

let server: TestDatabase;
let images: Awaited<ReturnType<typeof makeImagesDir>>;
let house: House;
let site: Site;
let ada: { cookie: string; id: string };
const read: string[] = [];

beforeAll(async () => {
  server = await testDatabase();
  images = await makeImagesDir();
  house = await openHouse({ url: server.url, imagesDir: images.path });
  house.engines.set('fake', {
    ...house.engines.get('fake')!,
    async readPrompt(_model, prompt) {
      read.push(prompt);
      return { words: [], coverage: 1 };
    },
  });
  const closed = { ...capabilities, vocabulary: true, promptMaxLength: 100 };
  const model = { id: 'closed', name: 'Closed', description: '', engine: 'fake', engineModel: 'fake', options: {} };
  await ensureModels(house, [{ ...model, priceCredits: '0', enabled: true, capabilities: closed }]);
  site = await openSite(house);
  ada = await setUp(site);
});
afterAll(async () => {
  await site.close();
  await house.close();
  await server.close();
  await images.remove();
});

const ask = (prompt: string, who = ada) =>
  site.ask('POST', '/api/models/closed/prompt-readings', { cookie: who.cookie, body: { prompt } });

test('a prompt that is longer than the model reads is refused and not read', async () => {
  expect(await ask('x'.repeat(101))).toMatchObject({
    status: 400,
    body: { error: { code: 'setting_out_of_range', field: 'prompt', message: expect.stringContaining('at most 100') } },
  });
  expect(read).toEqual([]);
  expect(await ask('x'.repeat(100))).toMatchObject({ status: 200, body: { coverage: 1 } });
  expect(read).toHaveLength(1);
});

test('nobody asks more often than people type', async () => {
  const eve = await signUp(site, 'eve');
  expect((await ask('a fox', eve)).status).toBe(200);
  await house.database.pool.query("update platform.rate_limits set points = 240 where key like 'promptRead:account:%'");
  expect(await ask('a fox', eve)).toMatchObject({ status: 429, body: { error: { code: 'rate_limited' } } });
});

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import sharp from 'sharp';
import { Registry } from '../../platform/index.ts';
import { type TestDatabase, testDatabase } from '../../testing/index.ts';
import { makeGenerationMetrics } from '../metrics.ts';
import { claim } from '../store-run.ts';
import { type House, makeImagesDir, openHouse } from '../testing/house.ts';
import { addModels, addWish, readRow } from '../testing/wishes.ts';
import type { DrawingEngine } from '../traces.ts';
import { runAttempt } from './run.ts';

let server: TestDatabase;
let images: Awaited<ReturnType<typeof makeImagesDir>>;
let house: House;
beforeAll(async () => {
  server = await testDatabase();
  images = await makeImagesDir();
  house = await openHouse({ url: server.url, imagesDir: images.path });
  await addModels(house.database);
});
afterAll(async () => {
  await house.close();
  await server.close();
  await images.remove();
});

/** An image that the account has a licence for. */
async function license(accountId: string): Promise<{ id: string; purchaseId: string }> {
  const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: '#d03020' } }).png();
  const stored = await house.library.storeOriginal(await picture.toBuffer());
  const purchaseId = randomUUID();
  const recipe = { ...plain, prompt: 'a fox' };
  await house.database.tx(async (tx) => {
    const made = { accountId: randomUUID(), generationId: randomUUID(), index: 0, stored, recipe, parentId: null };
    const imageId = await house.library.addImage(tx, made);
    await house.library.grantLicence(tx, { imageId, accountId, purchaseId, licence: 'personal' });
  });
  const { rows } = await sql<{ id: string }>`select id from library.images where account_id = ${accountId}`.execute(
    house.database.read,
  );
  return { id: rows[0]!.id, purchaseId };
}

const plain = {
  ...{
    negativePrompt: '',
    modelId: 'm',
    modelName: 'M',
    engine: 'fake',
    width: 64,
    height: 64,
    steps: 4,
    guidanceScale: 1,
    seed: 1,
  },
  ...{ background: null, sourceImageId: null, denoisingStrength: null, warnings: [] },
};

test('a larger copy keeps its licence when the licensed image is deleted for good while it is drawn', async () => {
  const accountId = randomUUID();
  const licensed = await license(accountId);
  const id = await addWish(house.database, { accountId, prompt: 'x' });
  await sql`update generation.generations set source_image_id = ${licensed.id}, scale = 2 where id = ${id}`.execute(
    house.database.read,
  );
  const [row] = await claim(house.database.read, { engine: 'fake', workerId: 'one', count: 1, leaseMs: 60_000 });
  const fake = house.engines.get('fake')!;
  const engine: DrawingEngine = {
    name: 'fake',
    async *generate(job, signal) {
      await sql`delete from library.images where id = ${licensed.id}`.execute(house.database.read);
      yield* fake.generate(job, signal);
    },
  };
  const figures = makeGenerationMetrics(new Registry(), house.database);
  await runAttempt({ ...house.deps, library: house.library, figures }, row!, engine, new AbortController().signal);
  expect(await readRow(house.database, id)).toMatchObject({ state: 'succeeded' });
  const copies = await sql`select origin, licence, purchase_id from library.images where generation_id = ${id}`.execute(
    house.database.read,
  );
  expect(copies.rows).toEqual([{ origin: 'licensed', licence: 'personal', purchase_id: licensed.purchaseId }]);
});

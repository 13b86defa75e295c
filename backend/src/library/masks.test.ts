import { sql } from 'kysely';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Person, type TestLibrary, makePicture, openTestLibrary } from './library.test-support.ts';

let house: TestLibrary;
let [alice, bob]: Person[] = [];
const hour = 3_600_000;

beforeAll(async () => void (house = await openTestLibrary()));
afterAll(() => house.close());
beforeEach(() => void ([alice, bob] = [house.newPerson('Alice'), house.newPerson('Bob')]));

const picture = () => makePicture({ width: 32, height: 24 });
let painted = 0;
/** Black with a white bar somewhere else each time, so that no two tests share the bytes. */
const paint = (width = 32, height = 24) =>
  sharp({ create: { width, height, channels: 3, background: '#000' } })
    .composite([{ input: { create: { width: ++painted, height: 2, channels: 3, background: '#fff' } }, left: 0, top: 0 }])
    .png()
    .toBuffer();
const send = (person: Person, imageId: string, bytes: Buffer, type = 'image/png') =>
  house.ask(person, 'POST', `/api/images/${imageId}/masks`, bytes, { 'content-type': type });

async function fileOfMask(id: string): Promise<string> {
  const { rows } = await sql<{ storage_key: string }>`
    select b.storage_key from library.masks m join library.blobs b on b.id = m.blob_id where m.id = ${id}`.execute(
    house.database.read,
  );
  return rows[0]!.storage_key;
}

describe('a mask', () => {
  test('is kept beside its image, for its sender only, and is no image of the gallery', async () => {
    const imageId = await house.addImage(alice!, { picture: await picture() });
    const bytes = await paint();
    const { status, json } = await send(alice!, imageId, bytes);
    expect({ status, json }).toEqual({ status: 201, json: { id: expect.any(String), imageId, width: 32, height: 24 } });
    const { library, database } = house;
    const opened = await library.openMask(alice!.id, json.id, imageId);
    expect(Buffer.from(opened!.bytes)).toEqual(bytes);
    expect(await library.readableMask(database.read, alice!.id, json.id, imageId)).toBe(true);
    expect(await library.readableMask(database.read, bob!.id, json.id, imageId)).toBe(false);
    const other = await house.addImage(alice!);
    expect(await library.readableMask(database.read, alice!.id, json.id, other)).toBe(false);
    expect((await house.ask(alice!, 'GET', '/api/images')).json.items).toHaveLength(2);
    expect((await house.ask(alice!, 'GET', `/api/images/${json.id}/file`)).status).toBe(404);
  });

  test('may be sent for somebody’s published image, but not for a private one', async () => {
    const imageId = await house.addImage(alice!, { picture: await picture() });
    expect((await send(bob!, imageId, await paint())).json.error.code).toBe('not_found');
    await house.ask(alice!, 'PATCH', `/api/images/${imageId}`, { published: true });
    expect((await send(bob!, imageId, await paint())).status).toBe(201);
  });

  test.each([
    ['another size', () => paint(24, 32), 'image/png', 'mask_size_differs', /24 × 32 pixels, the image 32 × 24/],
    ['a text', async () => Buffer.from('mask'), 'image/png', 'image_not_readable', /not an image/],
    ['another type', async () => Buffer.from('{}'), 'application/octet-stream', 'unsupported_media_type', /./],
  ])('of %s is refused, and nothing is entered', async (_, make, type, code, message) => {
    const imageId = await house.addImage(alice!, { picture: await picture() });
    const { json } = await send(alice!, imageId, await make(), type);
    expect(json.error).toMatchObject({ code, message: expect.stringMatching(message) });
    const { rows } = await sql`select 1 from library.masks where image_id = ${imageId}`.execute(house.database.read);
    expect(rows).toEqual([]);
  });

  test('goes for good with its image, bytes included', async () => {
    const imageId = await house.addImage(alice!, { picture: await picture() });
    const { json } = await send(alice!, imageId, await paint());
    const file = await fileOfMask(json.id);
    const sweepLater = async () => {
      house.pass(2 * hour);
      await house.library.sweep(AbortSignal.timeout(20_000));
    };
    await sweepLater();
    expect(await house.storage.exists(file)).toBe(true);
    await house.ask(alice!, 'POST', '/api/images/trash', { ids: [imageId] });
    expect((await send(alice!, imageId, await paint())).json.error.code).toBe('not_found');
    expect((await house.ask(alice!, 'POST', '/api/images/purge', { ids: [imageId] })).json).toEqual({ changed: 1 });
    await sweepLater();
    expect(await house.storage.exists(file)).toBe(false);
    expect(await house.library.openMask(alice!.id, json.id, imageId)).toBeNull();
  });

  test('goes with the account that sent it, also from other people’s images', async () => {
    const [mine, hers] = [
      await house.addImage(bob!, { picture: await picture() }),
      await house.addImage(alice!, { picture: await picture() }),
    ];
    for (const [person, id] of [
      [bob!, mine],
      [alice!, hers],
    ] as const)
      await house.ask(person, 'PATCH', `/api/images/${id}`, { published: true });
    const sent = [
      await send(bob!, hers, await paint()),
      await send(bob!, mine, await paint()),
      await send(alice!, mine, await paint()),
    ];
    const kept = await send(alice!, hers, await paint());
    expect([...sent, kept].map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const { library, database } = house;
    await database.tx((tx) => library.close(tx, bob!.id));
    const empty = library.tasks.find(({ name }) => name === 'library.empty-account')!;
    await empty.handle({ accountId: bob!.id } as never, AbortSignal.timeout(20_000));
    const { rows } = await sql<{ id: string }>`select id from library.masks where image_id in (${mine}, ${hers})`.execute(
      database.read,
    );
    expect(rows).toEqual([{ id: kept.json.id }]);
    const { rows: wrong } = await sql`
      select 1 from library.blobs b where uses <> (select count(*) from library.images where blob_id = b.id)
        + (select count(*) from library.masks where blob_id = b.id)`.execute(database.read);
    expect(wrong).toEqual([]);
  });
});

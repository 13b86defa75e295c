import { randomUUID } from 'node:crypto';
import { Image } from '@rendermart/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Person, type TestLibrary, makePicture, openTestLibrary } from './library.test-support.ts';

let house: TestLibrary;
let alice: Person;
let bob: Person;

beforeAll(async () => void (house = await openTestLibrary()));
afterAll(() => house.close());
beforeEach(() => {
  alice = house.newPerson('Alice');
  bob = house.newPerson('Bob');
  house.settings.exploreAudience = 'members';
});

const codeOf = (answer: { json: { error?: { code: string } } | undefined }) => answer.json?.error?.code;

test("a generated image is its owner's, with its whole recipe", async () => {
  const id = await house.addImage(alice, { picture: await makePicture({ alpha: true }) });
  const { status, json } = await house.ask(alice, 'GET', `/api/images/${id}`);
  expect(status).toBe(200);
  expect(Image.parse(json)).toMatchObject({
    id,
    origin: 'generated',
    mine: true,
    owner: { id: alice.id, name: 'Alice' },
    prompt: 'a red fox in the snow',
    width: 64,
    height: 48,
    mediaType: 'image/png',
    transparent: true,
    published: false,
    likes: 0,
    recipe: { seed: 4_294_967_295, guidanceScale: 7.5 },
  });
  expect(Buffer.from(json.placeholder, 'base64').length).toBeGreaterThan(10);
});

test('the same generation and index is one image, also when two workers add it at once', async () => {
  const [generationId, picture] = [randomUUID(), await makePicture()];
  const ids = await Promise.all([1, 2, 3].map(() => house.addImage(alice, { generationId, index: 1, picture })));
  expect(new Set(ids).size).toBe(1);
  const { rows } = await sql<{
    uses: number;
  }>`select b.uses from library.blobs b join library.images i on i.blob_id = b.id where i.id = ${ids[0]}`.execute(
    house.database.read,
  );
  expect(rows).toEqual([{ uses: 1 }]);
});

test('the same bytes are stored once, and each owner has a row', async () => {
  const picture = await makePicture();
  const [one, other] = [await house.addImage(alice, { picture }), await house.addImage(bob, { picture })];
  const { rows } = await sql<{
    uses: number;
  }>`select uses from library.blobs where id in (select blob_id from library.images where id in (${one}, ${other}))`.execute(
    house.database.read,
  );
  expect(rows).toEqual([{ uses: 2 }]);
});

test('images of generations come in their order, without the trash, by generation', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  const b = await house.addImage(alice, { generationId: first, index: 1 });
  const a = await house.addImage(alice, { generationId: first, index: 0 });
  const gone = await house.addImage(alice, { generationId: second });
  await house.ask(alice, 'POST', '/api/images/trash', { ids: [gone] });
  const found = await house.library.imagesOfGenerations(house.database.read, [first, second], { accountId: alice.id });
  expect([...found].map(([id, images]) => [id, images.map((image) => image.id)])).toEqual([[first, [a, b]]]);
});

describe('another person', () => {
  const attempts: [string, string, unknown?][] = [
    ['GET', '/api/images/:id'],
    ['PATCH', '/api/images/:id', { favourite: true }],
    ['GET', '/api/images/:id/file'],
    ['GET', '/api/images/:id/thumbnails/256'],
    ['PUT', '/api/images/:id/like'],
    ['DELETE', '/api/images/:id/like'],
    ['POST', '/api/archives', { ids: [':id'] }],
  ];

  test.each(attempts)('%s %s: a private image and an unknown one look the same', async (method, path, body) => {
    const id = await house.addImage(alice);
    const answerFor = async (imageId: string) => {
      const filled = body === undefined ? undefined : JSON.parse(JSON.stringify(body).replace(':id', imageId));
      const { status, json, headers } = await house.ask(bob, method, path.replace(':id', imageId), filled);
      return {
        status,
        code: json.error.code,
        message: json.error.message,
        cache: headers.get('cache-control'),
        etag: headers.get('etag'),
      };
    };
    const other = await answerFor(id);
    expect(other).toMatchObject({ status: 404, code: 'not_found', cache: 'no-store', etag: null });
    expect(await answerFor(randomUUID())).toEqual(other);
    expect((await house.ask(alice, 'GET', `/api/images/${id}`)).json).toMatchObject({ favourite: false, likes: 0 });
  });

  test.each(['trash', 'restore', 'purge'])("%s changes nothing of somebody else's", async (verb) => {
    const id = await house.addImage(alice);
    if (verb !== 'trash') await house.ask(alice, 'POST', '/api/images/trash', { ids: [id] });
    const before = (await house.ask(alice, 'GET', `/api/images/${id}`)).json;
    expect((await house.ask(bob, 'POST', `/api/images/${verb}`, { ids: [id, randomUUID()] })).json).toEqual({ changed: 0 });
    expect((await house.ask(alice, 'GET', `/api/images/${id}`)).json).toEqual(before);
  });

  test('what is not an id is simply not found', async () => {
    expect((await house.ask(bob, 'GET', '/api/images/..%2f..%2fetc')).status).toBe(404);
    expect((await house.ask(bob, 'GET', '/api/images/1/file')).status).toBe(404);
  });
});

describe('publishing', () => {
  test('shows the picture and its recipe, but nothing private of its owner', async () => {
    const source = randomUUID();
    const id = await house.addImage(alice, { recipe: { sourceImageId: source }, parentId: source });
    await house.ask(alice, 'PATCH', `/api/images/${id}`, { published: true, favourite: true, title: 'Snow' });
    const seen = (await house.ask(bob, 'GET', `/api/images/${id}`)).json;
    expect(seen).toMatchObject({
      mine: false,
      published: true,
      title: 'Snow',
      owner: { name: 'Alice' },
      recipe: { prompt: 'a red fox in the snow', sourceImageId: null },
    });
    expect(seen).toMatchObject({ parentId: null, generationId: null, favourite: false, collectionIds: [] });
    expect((await house.ask(alice, 'GET', `/api/images/${id}`)).json).toMatchObject({
      parentId: source,
      recipe: { sourceImageId: source },
    });
  });

  test('reaches visitors only where everyone may look', async () => {
    const id = await house.addImage(alice);
    await house.ask(alice, 'PATCH', `/api/images/${id}`, { published: true });
    expect(codeOf(await house.ask(null, 'GET', `/api/images/${id}`))).toBe('not_found');
    expect(codeOf(await house.ask(null, 'GET', `/api/images/${id}/file`))).toBe('not_found');
    house.settings.exploreAudience = 'everyone';
    expect((await house.ask(null, 'GET', `/api/images/${id}`)).json).toMatchObject({ mine: false, liked: false });
    expect((await house.ask(null, 'GET', `/api/images/${id}/file`)).status).toBe(200);
  });

  test('keeps the first date, ends with unpublishing, and with the trash', async () => {
    const id = await house.addImage(alice);
    const first = (await house.ask(alice, 'PATCH', `/api/images/${id}`, { published: true })).json.publishedAt;
    house.pass(5_000);
    expect((await house.ask(alice, 'PATCH', `/api/images/${id}`, { published: true, title: 'x' })).json.publishedAt).toBe(first);
    expect((await house.ask(alice, 'PATCH', `/api/images/${id}`, { published: false })).json).toMatchObject({
      published: false,
      title: 'x',
    });
    expect((await house.ask(bob, 'GET', `/api/images/${id}`)).status).toBe(404);
    await house.ask(alice, 'PATCH', `/api/images/${id}`, { published: true });
    await house.ask(alice, 'POST', '/api/images/trash', { ids: [id] });
    expect((await house.ask(bob, 'GET', `/api/images/${id}`)).status).toBe(404);
    await house.ask(alice, 'POST', '/api/images/restore', { ids: [id] });
    expect((await house.ask(bob, 'GET', `/api/images/${id}`)).status).toBe(404);
  });

  test('an empty title is none, and a patch leaves what it does not name', async () => {
    const id = await house.addImage(alice);
    await house.ask(alice, 'PATCH', `/api/images/${id}`, { title: '  Den  ', favourite: true });
    expect((await house.ask(alice, 'PATCH', `/api/images/${id}`, {})).json).toMatchObject({ title: 'Den', favourite: true });
    expect((await house.ask(alice, 'PATCH', `/api/images/${id}`, { title: ' ' })).json.title).toBeNull();
    expect((await house.ask(alice, 'PATCH', `/api/images/${id}`, { likes: 9 })).json.error).toMatchObject({
      code: 'invalid_input',
      field: 'likes',
    });
  });
});

describe('the trash', () => {
  test('hides, gives back, and deletes only what is in it', async () => {
    const ids = [await house.addImage(alice), await house.addImage(alice), await house.addImage(alice)];
    expect((await house.ask(alice, 'POST', '/api/images/purge', { ids })).json).toEqual({ changed: 0 });
    expect((await house.ask(alice, 'POST', '/api/images/trash', { ids: [...ids, ids[0]!] })).json).toEqual({ changed: 3 });
    expect((await house.ask(alice, 'POST', '/api/images/trash', { ids })).json).toEqual({ changed: 0 });
    expect((await house.ask(alice, 'GET', '/api/images')).json.items).toEqual([]);
    expect((await house.ask(alice, 'GET', '/api/images?trashed=true')).json.items).toHaveLength(3);
    expect(codeOf(await house.ask(alice, 'PATCH', `/api/images/${ids[0]}`, { published: true }))).toBe('image_trashed');
    expect((await house.ask(alice, 'POST', '/api/images/restore', { ids: [ids[0]] })).json).toEqual({ changed: 1 });
    expect((await house.ask(alice, 'POST', '/api/images/purge', { ids })).json).toEqual({ changed: 2 });
    expect((await house.ask(alice, 'GET', `/api/images/${ids[1]}`)).status).toBe(404);
    expect((await house.ask(alice, 'GET', `/api/images/${ids[0]}`)).status).toBe(200);
  });

  test('two at once over the same images move each once, in whatever order they are named', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, () => house.addImage(alice)));
    const answers = await Promise.all(
      [ids, ids.toReversed(), ids].map((some) => house.ask(alice, 'POST', '/api/images/trash', { ids: some })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(answers.reduce((sum, answer) => sum + answer.json.changed, 0)).toBe(30);
    const purges = await Promise.all(
      [ids, ids.toReversed()].map((some) => house.ask(alice, 'POST', '/api/images/purge', { ids: some })),
    );
    expect(purges.reduce((sum, answer) => sum + answer.json.changed, 0)).toBe(30);
  });

  test('a purge counts the shared bytes down once for each image', async () => {
    const picture = await makePicture();
    const ids = [
      await house.addImage(alice, { picture }),
      await house.addImage(alice, { picture }),
      await house.addImage(bob, { picture }),
    ];
    const blob = await sql<{ id: string }>`select blob_id as id from library.images where id = ${ids[0]}`.execute(
      house.database.read,
    );
    await house.ask(alice, 'POST', '/api/images/trash', { ids });
    await house.ask(alice, 'POST', '/api/images/purge', { ids });
    const { rows } = await sql<{ uses: number }>`select uses from library.blobs where id = ${blob.rows[0]!.id}`.execute(
      house.database.read,
    );
    expect(rows).toEqual([{ uses: 1 }]);
    expect((await house.ask(bob, 'GET', `/api/images/${ids[2]}/file`)).status).toBe(200);
  });
});

describe('likes', () => {
  test('one of each account, and the count is right under a crowd', async () => {
    const id = await house.addImage(alice);
    await house.ask(alice, 'PATCH', `/api/images/${id}`, { published: true });
    const crowd = Array.from({ length: 6 }, (_, at) => house.newPerson(`Fan ${at}`));
    await Promise.all([...crowd, ...crowd].map((fan) => house.ask(fan, 'PUT', `/api/images/${id}/like`)));
    expect((await house.ask(crowd[0]!, 'GET', `/api/images/${id}`)).json).toMatchObject({ likes: 6, liked: true });
    expect((await house.ask(bob, 'GET', `/api/images/${id}`)).json).toMatchObject({ likes: 6, liked: false });
    await Promise.all([crowd[0]!, crowd[0]!, crowd[1]!, bob].map((fan) => house.ask(fan, 'DELETE', `/api/images/${id}/like`)));
    expect((await house.ask(crowd[0]!, 'GET', `/api/images/${id}`)).json).toMatchObject({ likes: 4, liked: false });
  });

  test("only what is published can be liked, also of one's own", async () => {
    const id = await house.addImage(alice);
    expect(codeOf(await house.ask(alice, 'PUT', `/api/images/${id}/like`))).toBe('not_found');
    await house.ask(alice, 'PATCH', `/api/images/${id}`, { published: true });
    expect((await house.ask(alice, 'PUT', `/api/images/${id}/like`)).json).toMatchObject({ likes: 1, liked: true });
  });
});

test('sources: own or published, not in the trash; AVIF comes as PNG', async () => {
  const avif = (
    await house.ask(alice, 'POST', '/api/images', await makePicture({ format: 'avif' }), { 'content-type': 'image/avif' })
  ).json.id;
  expect(await house.library.openSource(alice.id, avif)).toMatchObject({ mediaType: 'image/png', width: 64, height: 48 });
  expect(await house.library.openSource(bob.id, avif)).toBeNull();
  expect(await house.library.readableSource(house.database.read, bob.id, avif)).toBe(false);
  await house.ask(alice, 'PATCH', `/api/images/${avif}`, { published: true });
  expect(await house.library.readableSource(house.database.read, bob.id, avif)).toBe(true);
  await house.ask(alice, 'POST', '/api/images/trash', { ids: [avif] });
  expect(await house.library.openSource(alice.id, avif)).toBeNull();
  expect(await house.library.openSource(alice.id, randomUUID())).toBeNull();
});

test('the storage report counts images for each person and bytes once, for administrators only', async () => {
  const own = await openTestLibrary();
  const [ada, ben, admin] = [own.newPerson('Ada'), own.newPerson('Ben'), own.newPerson('Root', 'administrator')];
  const picture = await makePicture();
  const ids = [await own.addImage(ada, { picture }), await own.addImage(ada), await own.addImage(ben, { picture })];
  await own.ask(ben, 'POST', '/api/images/trash', { ids: [ids[2]] });
  expect(codeOf(await own.ask(ada, 'GET', '/api/admin/storage'))).toBe('not_allowed');
  const { json } = await own.ask(admin, 'GET', '/api/admin/storage');
  expect(json).toMatchObject({ driver: 'filesystem', images: 3, trashedImages: 1, trashedBytes: picture.length });
  expect(json.byPerson.map((row: { name: string; images: number }) => [row.name, row.images])).toEqual([
    ['Ada', 2],
    ['Ben', 1],
  ]);
  expect(json.sizeBytes).toBe(json.byPerson[0].sizeBytes);
  expect(json.freeBytes).toBeGreaterThan(0);
  expect(await own.library.imageCounts(own.database.read, [ada.id, ben.id])).toEqual(new Map([[ada.id, 2]]));
  await own.close();
});

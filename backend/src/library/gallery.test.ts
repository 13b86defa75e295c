import { randomUUID } from 'node:crypto';
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
});

interface Listed {
  id: string;
  prompt: string;
}

async function prompts(person: Person | null, path: string): Promise<string[]> {
  const { status, json } = await house.ask(person, 'GET', path);
  expect(status, JSON.stringify(json)).toBe(200);
  return json.items.map((item: Listed) => item.prompt);
}

/** Every page from the first to the last. */
async function walk(person: Person | null, path: string): Promise<Listed[]> {
  const found: Listed[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { json } = await house.ask(person, 'GET', `${path}${cursor && `&cursor=${cursor}`}`);
    found.push(...json.items);
    cursor = json.nextCursor;
  }
  return found;
}

/** Rows for `person` as a bulk, each a second older than the one before. They share the bytes of one real image. */
async function seed(person: Person, count: number, prompt: string, newestAt = '2026-01-01'): Promise<void> {
  const model = await house.addImage(person, { prompt: 'the model of the others' });
  await sql`
    insert into library.images (id, account_id, origin, blob_id, media_type, size_bytes, width, height, transparent, prompt, model_id, created_at)
    select gen_random_uuid(), account_id, origin, blob_id, media_type, size_bytes, width, height, transparent, replace(${prompt}, '#', n::text), model_id,
      ${newestAt}::timestamptz - n * interval '1 second'
    from library.images, generate_series(1, ${count}::int) n where id = ${model}`.execute(house.database.read);
}

test('newest first, page by page, each exactly once, also where many have the same time', async () => {
  const ids: string[] = [];
  for (let at = 0; at < 25; at += 1) {
    ids.push(await house.addImage(alice, { prompt: `number ${at}` }));
    if (at % 10 === 9) house.pass(1_000);
  }
  await house.addImage(bob);
  const found = (await walk(alice, '/api/images?limit=4')).map((item) => item.id);
  expect(found).toEqual(ids.toReversed());
});

test('a page that is exactly full has no next one', async () => {
  for (let at = 0; at < 4; at += 1) await house.addImage(alice);
  expect((await house.ask(alice, 'GET', '/api/images?limit=4')).json.nextCursor).toBeNull();
});

test('images that arrive or leave while somebody pages neither repeat nor hide others', async () => {
  for (let at = 0; at < 6; at += 1) {
    await house.addImage(alice, { prompt: `old ${at}` });
    house.pass(1_000);
  }
  const first = (await house.ask(alice, 'GET', '/api/images?limit=3')).json;
  await house.addImage(alice, { prompt: 'new' });
  await house.ask(alice, 'POST', '/api/images/trash', { ids: [first.items[2].id] });
  expect(await prompts(alice, `/api/images?limit=3&cursor=${first.nextCursor}`)).toEqual(['old 2', 'old 1', 'old 0']);
});

test.each([
  'x',
  'bm90IGpzb24',
  Buffer.from('["a","b"]').toString('base64url'),
  Buffer.from(JSON.stringify([1, 2, randomUUID()])).toString('base64url'),
  Buffer.from(JSON.stringify([-1, randomUUID()])).toString('base64url'),
  Buffer.from(JSON.stringify([253_402_300_800_000, randomUUID()])).toString('base64url'),
  Buffer.from(JSON.stringify([Number.MAX_SAFE_INTEGER, randomUUID()])).toString('base64url'),
])('the cursor %s is refused with a clear word', async (cursor) => {
  const { status, json } = await house.ask(alice, 'GET', `/api/images?cursor=${cursor}`);
  expect([status, json.error.code, json.error.field]).toEqual([400, 'invalid_input', 'cursor']);
});

test('a cursor with more likes than can be counted is refused with a clear word', async () => {
  const cursor = Buffer.from(JSON.stringify([2_147_483_648, 0, randomUUID()])).toString('base64url');
  const { status, json } = await house.ask(alice, 'GET', `/api/explore?sort=liked&cursor=${cursor}`);
  expect([status, json.error.code, json.error.field]).toEqual([400, 'invalid_input', 'cursor']);
});

test.each(['from', 'to'])('the year 0 in %s is refused, and the first and last of the calendar are not', async (field) => {
  const { status, json } = await house.ask(alice, 'GET', `/api/images?${field}=0000-12-31`);
  expect([status, json.error.code, json.error.field]).toEqual([400, 'invalid_input', field]);
  for (const day of ['0001-01-01', '9999-12-31'])
    expect((await house.ask(alice, 'GET', `/api/images?${field}=${day}`)).status).toBe(200);
});

describe('filters', () => {
  test('by model, date, favourite, published and trash, alone and together', async () => {
    const [day, hour] = [86_400_000, 3_600_000];
    const start = (await house.ask(alice, 'GET', `/api/images/${await house.addImage(alice, { prompt: 'today' })}`)).json
      .createdAt as string;
    house.pass(day);
    const red = await house.addImage(alice, { prompt: 'tomorrow red', recipe: { modelId: 'other' } });
    house.pass(hour);
    const blue = await house.addImage(alice, { prompt: 'tomorrow blue' });
    await house.ask(alice, 'PATCH', `/api/images/${red}`, { favourite: true });
    await house.ask(alice, 'PATCH', `/api/images/${blue}`, { favourite: true, published: true });
    const [today, tomorrow] = [start.slice(0, 10), new Date(Date.parse(start) + day).toISOString().slice(0, 10)];
    expect(await prompts(alice, '/api/images?modelId=other')).toEqual(['tomorrow red']);
    expect(await prompts(alice, `/api/images?to=${today}`)).toEqual(['today']);
    expect(await prompts(alice, `/api/images?from=${tomorrow}&to=${tomorrow}`)).toEqual(['tomorrow blue', 'tomorrow red']);
    expect(await prompts(alice, '/api/images?favourite=true')).toEqual(['tomorrow blue', 'tomorrow red']);
    expect(await prompts(alice, '/api/images?favourite=false')).toEqual(['today']);
    expect(await prompts(alice, '/api/images?published=true')).toEqual(['tomorrow blue']);
    expect(await prompts(alice, '/api/images?published=false&favourite=true')).toEqual(['tomorrow red']);
    expect(await prompts(alice, `/api/images?favourite=true&q=tom&modelId=other&from=${tomorrow}`)).toEqual(['tomorrow red']);
    await house.ask(alice, 'POST', '/api/images/trash', { ids: [red] });
    expect(await prompts(alice, '/api/images?trashed=true&q=red')).toEqual(['tomorrow red']);
    expect(await prompts(alice, '/api/images?modelId=other')).toEqual([]);
  });

  test.each(['from=yesterday', 'limit=0', 'limit=101', 'favourite=yes', 'colour=red', 'collectionId=7'])(
    '%s is refused',
    async (query) => {
      expect((await house.ask(alice, 'GET', `/api/images?${query}`)).json.error.code).toBe('invalid_input');
    },
  );
});

describe('search', () => {
  test.each([
    ['fox', true],
    ['FOX', true],
    ['renard', true],
    ['Été', true],
    ['ete', true],
    ['forêt été', true],
    ['foret ete fox', true],
    ["d'été", true],
    ['oeuvre', true],
    ['œuvre', true],
    ['fo', true],
    ['f', false],
    ['ox', false],
    ['fox wolf', false],
    ['лис', true],
    ['日本', true],
    ['%', false],
    ['\\', false],
    ['"fox"', true],
    ['fox & !renard', true],
    ["'; drop table x", false],
    ['x'.repeat(200), false],
    ['1980', true],
  ])('%j finds it: %s', async (written, found) => {
    await house.addImage(alice, { prompt: "A Fox / un renard — Forêt d'Été, œuvre naïve (1980s) ЛИС 日本語" });
    await house.addImage(bob, { prompt: 'fox of somebody else' });
    expect(await prompts(alice, `/api/images?q=${encodeURIComponent(written)}`)).toHaveLength(found ? 1 : 0);
  });

  test('finds titles as well, and forgets them when they change', async () => {
    const id = await house.addImage(alice);
    await house.ask(alice, 'PATCH', `/api/images/${id}`, { title: 'Zéphyrine' });
    expect(await prompts(alice, '/api/images?q=zephyr')).toHaveLength(1);
    await house.ask(alice, 'PATCH', `/api/images/${id}`, { title: 'Odile' });
    expect(await prompts(alice, '/api/images?q=zephyr')).toHaveLength(0);
  });

  test('words of every frequency: all matches, newest first, over all pages', async () => {
    // More than are read along the list, and more than the newest part holds, so every step of the search has its turn.
    await seed(alice, 36_000, 'common common# word');
    await seed(alice, 40, 'rarely seen# word', '2025-06-01');
    await seed(alice, 3, 'rarely seen# word', '2026-06-01');
    await seed(bob, 50, 'rarely common word');
    await sql`analyze library.images`.execute(house.database.read);
    for (const query of ['rarely', 'rare', 'rarely word', 'rarely wo', 'word rarely', 'word rar']) {
      const found = await walk(alice, `/api/images?limit=20&q=${encodeURIComponent(query)}`);
      expect(
        found.map((item) => item.prompt),
        query,
      ).toEqual([
        ...[1, 2, 3].map((n) => `rarely seen${n} word`),
        ...Array.from({ length: 40 }, (_, at) => `rarely seen${at + 1} word`),
      ]);
    }
    expect(await prompts(alice, '/api/images?limit=3&q=common')).toEqual([
      'common common1 word',
      'common common2 word',
      'common common3 word',
    ]);
    expect(await prompts(alice, '/api/images?q=common35999')).toEqual(['common common35999 word']);
    expect(await prompts(alice, '/api/images?q=common%20common2999&limit=5')).toEqual(
      [2999, 29990, 29991, 29992, 29993].map((n) => `common common${n} word`),
    );
    expect(await prompts(alice, '/api/images?q=common%20rarely')).toEqual([]);
  });
});

describe('collections', () => {
  const create = async (person: Person, name: string) => (await house.ask(person, 'POST', '/api/collections', { name })).json;

  test("hold images of one's own, count them and show the newest as covers", async () => {
    const ids: string[] = [];
    for (let at = 0; at < 6; at += 1) {
      ids.push(await house.addImage(alice, { prompt: `fox ${at}` }));
      house.pass(1_000);
    }
    const foreign = await house.addImage(bob);
    const { id } = await create(alice, 'Foxes');
    expect(
      (await house.ask(alice, 'POST', `/api/collections/${id}/images`, { ids: [...ids, foreign, randomUUID()] })).json,
    ).toEqual({ changed: 6 });
    expect((await house.ask(alice, 'POST', `/api/collections/${id}/images`, { ids })).json).toEqual({ changed: 0 });
    expect((await house.ask(alice, 'GET', '/api/collections')).json.items).toMatchObject([
      { name: 'Foxes', images: 6, coverIds: ids.toReversed().slice(0, 4) },
    ]);
    expect((await walk(alice, `/api/images?limit=4&collectionId=${id}`)).map((item) => item.id)).toEqual(ids.toReversed());
    expect(await prompts(alice, `/api/images?collectionId=${id}&q=3`)).toEqual(['fox 3']);
    expect((await house.ask(alice, 'GET', `/api/images/${ids[0]}`)).json.collectionIds).toEqual([id]);
    await house.ask(alice, 'POST', '/api/images/trash', { ids: [ids[5]] });
    expect((await house.ask(alice, 'GET', '/api/collections')).json.items).toMatchObject([
      { images: 5, coverIds: [ids[4], ids[3], ids[2], ids[1]] },
    ]);
    expect((await house.ask(alice, 'POST', `/api/collections/${id}/images/remove`, { ids })).json).toEqual({ changed: 6 });
  });

  test('names are unique for each owner, whatever the capitals, also for two at once', async () => {
    const answers = await Promise.all(
      ['Night', 'night', ' NIGHT '].map((name) => house.ask(alice, 'POST', '/api/collections', { name })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
    expect(answers.find((answer) => answer.status === 409)!.json.error).toMatchObject({
      code: 'collection_exists',
      field: 'name',
    });
    expect((await house.ask(bob, 'POST', '/api/collections', { name: 'Night' })).status).toBe(201);
    const day = await create(alice, 'Day');
    expect((await house.ask(alice, 'PATCH', `/api/collections/${day.id}`, { name: 'night' })).json.error.code).toBe(
      'collection_exists',
    );
    expect((await house.ask(alice, 'PATCH', `/api/collections/${day.id}`, { name: 'DAY' })).json.name).toBe('DAY');
  });

  test("somebody else's are not there", async () => {
    const { id } = await create(alice, 'Private');
    const image = await house.addImage(bob);
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'Mine' }],
      ['DELETE', '', undefined],
      ['POST', '/images', { ids: [image] }],
      ['POST', '/images/remove', { ids: [image] }],
    ] as const) {
      expect((await house.ask(bob, method, `/api/collections/${id}${path}`, body)).json.error.code).toBe('not_found');
    }
    expect(await prompts(bob, `/api/images?collectionId=${id}`)).toEqual([]);
    expect((await house.ask(alice, 'GET', '/api/collections')).json.items).toHaveLength(1);
  });

  test('deleting one leaves its images', async () => {
    const { id } = await create(alice, 'Gone');
    const image = await house.addImage(alice);
    await house.ask(alice, 'POST', `/api/collections/${id}/images`, { ids: [image] });
    expect((await house.ask(alice, 'DELETE', `/api/collections/${id}`)).status).toBe(204);
    expect((await house.ask(alice, 'GET', `/api/images/${image}`)).json.collectionIds).toEqual([]);
  });
});

test('explore: what was published, by date and by likes, searchable, and for whom the settings say', async () => {
  const own = await openTestLibrary();
  const [ada, ben] = [own.newPerson('Ada'), own.newPerson('Ben')];
  const ids: string[] = [];
  for (const prompt of ['red fox', 'blue fox', 'green owl', 'kept private'])
    ids.push(await own.addImage(ada, { prompt, picture: await makePicture() }));
  for (const id of [ids[2], ids[0], ids[1]]) {
    await own.ask(ada, 'PATCH', `/api/images/${id}`, { published: true });
    own.pass(1_000);
  }
  for (const [id, fans] of [
    [ids[2], [ada, ben]],
    [ids[0], [ben]],
  ] as const)
    for (const fan of fans) await own.ask(fan, 'PUT', `/api/images/${id}/like`);
  const explore = async (query: string) => (await own.ask(ben, 'GET', `/api/explore${query}`)).json;
  const shown = (page: { items: Listed[] }) => page.items.map((item) => item.prompt);
  expect(shown(await explore(''))).toEqual(['blue fox', 'red fox', 'green owl']);
  expect(shown(await explore('?sort=liked'))).toEqual(['green owl', 'red fox', 'blue fox']);
  expect(shown(await explore('?q=fox'))).toEqual(['blue fox', 'red fox']);
  expect(shown(await explore('?q=private'))).toEqual([]);
  const first = await explore('?sort=liked&limit=2');
  expect(shown(await explore(`?sort=liked&limit=2&cursor=${first.nextCursor}`))).toEqual(['blue fox']);
  expect((await explore(`?sort=newest&cursor=${first.nextCursor}`)).error).toMatchObject({
    code: 'invalid_input',
    field: 'cursor',
  });
  expect(first.items[0]).toMatchObject({ owner: { name: 'Ada' }, mine: false, liked: true, likes: 2 });
  expect((await own.ask(null, 'GET', '/api/explore')).json.error.code).toBe('sign_in_required');
  own.settings.exploreAudience = 'everyone';
  expect(shown((await own.ask(null, 'GET', '/api/explore')).json)).toHaveLength(3);
  await own.close();
});

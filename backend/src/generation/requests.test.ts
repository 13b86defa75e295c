import { randomUUID } from 'node:crypto';
import type { Generation, Model } from '@rendermart/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type House, makeImagesDir, openHouse } from './testing/house.ts';
import { type Site, openSite, setUp, signUp } from './testing/site.ts';
import { addModels, findLaneErrors } from './testing/wishes.ts';
import { expireOverdue, forgetOld } from './store-sweep.ts';

let server: TestDatabase;
let images: Awaited<ReturnType<typeof makeImagesDir>>;
let house: House;
let site: Site;
let otherHouse: House;
let otherSite: Site;
let ada: { cookie: string; id: string };
let bob: { cookie: string; id: string };

beforeAll(async () => {
  server = await testDatabase();
  images = await makeImagesDir();
  [house, otherHouse] = await Promise.all([
    openHouse({ url: server.url, imagesDir: images.path }),
    openHouse({ url: server.url, imagesDir: images.path }),
  ]);
  await addModels(house.database);
  [site, otherSite] = await Promise.all([openSite(house), openSite(otherHouse)]);
  ada = await setUp(site);
  bob = await signUp(site, 'bob');
});
afterAll(async () => {
  await Promise.all([site.close(), otherSite.close()]);
  await Promise.all([house.close(), otherHouse.close()]);
  await server.close();
  await images.remove();
});

const newKey = (): string => randomUUID();
const create = (body: object, { key = newKey(), who = ada, at = site } = {}) =>
  at.ask('POST', '/api/generations', { cookie: who.cookie, body, key });
const countOf = async (accountId: string) =>
  (await house.database.pool.query('select count(*)::int as n from generation.generations where account_id = $1', [accountId]))
    .rows[0].n as number;

describe('asking', () => {
  test('by the version before this one rings, too', async () => {
    const [id, like] = [randomUUID(), (await create({ prompt: 'as before' })).body.id];
    const heard = new Set<string>();
    const deaf = house.listener.on('generation_changed', (payload) => heard.add((payload as { id: string }).id));
    const { rows } = await house.database.pool.query(
      `select outcome, (wish).lane_mark > 0 as behind from generation.request($1, '\\x00', 1, 1000, interval '1 day',
        (select to_jsonb(g) || jsonb_build_object('id', $2::uuid) from generation.generations g where id = $3))`,
      [newKey(), id, like],
    );
    expect(rows).toEqual([{ outcome: 'queued', behind: true }]);
    await expect.poll(() => heard.has(id)).toBe(true);
    deaf();
    await house.database.pool.query('delete from generation.generations where id = any($1::uuid[])', [[id, like]]);
    await house.database.pool.query('delete from generation.lanes where account_id = $1', [ada.id]);
  });

  test('answers 202 with everything decided, and the place in the queue', async () => {
    const { status, body } = await create({ prompt: 'a red fox', count: 2 });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      state: 'queued',
      prompt: 'a red fox',
      modelId: 'fake',
      width: 64,
      height: 64,
      steps: 4,
      count: 2,
      priceCredits: '6',
      images: [],
      queue: { position: 1, estimate: null },
    });
    expect((await site.ask('GET', `/api/generations/${body.id}`, { cookie: ada.cookie })).body).toEqual(body);
  });

  test('an absent seed is drawn at random, a given one is kept', async () => {
    const seeds = await Promise.all(
      [{}, {}, { seed: 0 }].map(async (given) => (await create({ prompt: 'x', ...given })).body.seed),
    );
    expect(seeds[0]).not.toBe(seeds[1]);
    expect(seeds[2]).toBe(0);
  });

  test.each([
    ['an unknown model', { prompt: 'x', modelId: 'nothing' }, 400, 'model_unknown', 'modelId'],
    ['an impossible size', { prompt: 'x', width: 17 }, 400, 'size_not_supported', 'width'],
    ['too many steps', { prompt: 'x', steps: 999 }, 400, 'setting_out_of_range', 'steps'],
    ['an over-long prompt', { prompt: 'x'.repeat(2001) }, 400, 'setting_out_of_range', 'prompt'],
    ['an unknown field', { prompt: 'x', sampler: 'euler' }, 400, 'invalid_input', 'sampler'],
    ['a number as a prompt', { prompt: 7 }, 400, 'invalid_input', 'prompt'],
    ["an image that is nobody's", { prompt: 'x', sourceImageId: randomUUID() }, 404, 'not_found', 'sourceImageId'],
    ['a mask without an image', { prompt: 'x', maskId: randomUUID() }, 400, 'mask_without_source', 'maskId'],
  ])('%s is refused and changes nothing', async (_name, body, status, code, field) => {
    const before = await countOf(ada.id);
    const key = randomUUID();
    expect(await create(body, { key })).toMatchObject({ status, body: { error: { code, field } } });
    expect(await countOf(ada.id)).toBe(before);
    // The key was not used up: the corrected request goes through under it.
    expect((await create({ prompt: 'corrected' }, { key })).status).toBe(202);
    expect(await findLaneErrors(house.database)).toEqual([]);
  });

  test("other people's generations are not there", async () => {
    const { body } = await create({ prompt: 'secret' });
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/cancel'],
      ['POST', '/retry'],
    ] as const) {
      const foreign = await site.ask(method, `/api/generations/${body.id}${path}`, { cookie: bob.cookie });
      const unknown = await site.ask(method, `/api/generations/${randomUUID()}${path}`, { cookie: bob.cookie });
      expect([foreign.status, foreign.body.error!.code]).toEqual([404, 'not_found']);
      expect(unknown.body.error).toEqual({ ...foreign.body.error, requestId: expect.any(String) });
    }
  });
});

describe('the same key', () => {
  test('replays the same answer, also with fields in another order and defaults written out', async () => {
    const key = randomUUID();
    const first = await create({ prompt: 'once', count: 1 }, { key });
    const again = await create({ count: 1, negativePrompt: '', prompt: 'once' }, { key });
    expect(again).toEqual(first);
  });

  test('with another body is refused', async () => {
    const key = randomUUID();
    await create({ prompt: 'this' }, { key });
    expect(await create({ prompt: 'that' }, { key })).toMatchObject({
      status: 409,
      body: { error: { code: 'idempotency_mismatch' } },
    });
  });

  test('twenty times at the same moment, at two copies of the API, makes one generation', async () => {
    const before = await countOf(ada.id);
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => create({ prompt: 'all at once' }, { key, at: index % 2 ? site : otherSite })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(await countOf(ada.id)).toBe(before + 1);
  });

  test('of another person is another key', async () => {
    const key = randomUUID();
    const [mine, theirs] = [await create({ prompt: 'x' }, { key }), await create({ prompt: 'y' }, { key, who: bob })];
    expect([mine.status, theirs.status]).toEqual([202, 202]);
    expect(mine.body.id).not.toBe(theirs.body.id);
  });

  test('is kept for two days', async () => {
    const [young, old] = [randomUUID(), randomUUID()] as [string, string];
    await create({ prompt: 'x' }, { key: young });
    await create({ prompt: 'x' }, { key: old });
    await sql`update generation.requests set created_at = now() - interval '47 hours' where key = ${young}`.execute(
      house.database.read,
    );
    await sql`update generation.requests set created_at = now() - interval '49 hours' where key = ${old}`.execute(
      house.database.read,
    );
    await forgetOld(house.database.read);
    const { rows } = await sql<{ key: string }>`select key from generation.requests where key in (${young}, ${old})`.execute(
      house.database.read,
    );
    expect(rows.map((row) => row.key)).toEqual([young]);
  });
});

describe('the limit of waiting generations', () => {
  test('holds when many arrive together, and cancelling makes room', async () => {
    const carl = await signUp(site, 'carl');
    await site.ask('PATCH', '/api/admin/settings', { cookie: ada.cookie, body: { maxQueuedPerAccount: 5 } });
    const answers = await Promise.all(Array.from({ length: 12 }, () => create({ prompt: 'x' }, { who: carl })));
    const accepted = answers.filter((answer) => answer.status === 202);
    expect(accepted).toHaveLength(5);
    expect(answers.filter((answer) => answer.body.error?.code === 'queue_full')).toHaveLength(7);
    await site.ask('POST', `/api/generations/${accepted[0]!.body.id}/cancel`, { cookie: carl.cookie });
    expect((await create({ prompt: 'x' }, { who: carl })).status).toBe(202);
    await site.ask('PATCH', '/api/admin/settings', { cookie: ada.cookie, body: { maxQueuedPerAccount: 1000 } });
    expect(await findLaneErrors(house.database)).toEqual([]);
  });
});

describe('lists', () => {
  test('pages hold everything once, newest first', async () => {
    const dora = await signUp(site, 'dora');
    const made: string[] = [];
    for (let index = 0; index < 7; index++) made.unshift((await create({ prompt: `${index}` }, { who: dora })).body.id);
    const read: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: Generation[]; nextCursor: string | null } = (
        await site.ask<{ items: Generation[]; nextCursor: string | null }>(
          'GET',
          `/api/generations?limit=3${cursor && `&cursor=${cursor}`}`,
          { cookie: dora.cookie },
        )
      ).body;
      read.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor;
    }
    expect(read).toEqual(made);
    await site.ask('POST', `/api/generations/${made[0]}/cancel`, { cookie: dora.cookie });
    const ids = async (state: string) =>
      (await site.ask<{ items: Generation[] }>('GET', `/api/generations?state=${state}`, { cookie: dora.cookie })).body.items.map(
        (item) => item.id,
      );
    expect([await ids('ended'), await ids('active')]).toEqual([[made[0]], made.slice(1)]);
  });

  test('a cursor that is none is refused', async () => {
    expect(await site.ask('GET', '/api/generations?cursor=later', { cookie: ada.cookie })).toMatchObject({
      status: 400,
      body: { error: { field: 'cursor' } },
    });
  });
});

describe('waiting too long', () => {
  test('expires, leaves the lane, and can be tried again', async () => {
    const { body } = await create({ prompt: 'slow queue' }, { who: bob });
    await sql`update generation.generations set expires_at = now() - interval '1 second' where id = ${body.id}`.execute(
      house.database.read,
    );
    expect(await house.database.tx((tx) => expireOverdue(tx, 100))).toMatchObject({ expired: 1 });
    const expired = await site.ask('GET', `/api/generations/${body.id}`, { cookie: bob.cookie });
    expect(expired.body).toMatchObject({ state: 'expired', failure: { code: 'expired' }, queue: null });
    expect(await findLaneErrors(house.database)).toEqual([]);
    const again = await site.ask('POST', `/api/generations/${body.id}/retry`, { cookie: bob.cookie });
    expect(again).toMatchObject({ status: 202, body: { state: 'queued', seed: body.seed, failure: null, finishedAt: null } });
    expect(await findLaneErrors(house.database)).toEqual([]);
  });
});

describe('models', () => {
  const adminModels = async () =>
    (
      await site.ask<{ items: (Model & { enabled: boolean; queued: number })[]; engines: string[] }>('GET', '/api/admin/models', {
        cookie: ada.cookie,
      })
    ).body;
  const models = async () => (await site.ask<{ items: Model[] }>('GET', '/api/models', { cookie: bob.cookie })).body.items;

  test("the default comes first, and administrators' changes survive the next start", async () => {
    await site.ask('PATCH', '/api/admin/models/single', {
      cookie: ada.cookie,
      body: { isDefault: true, name: 'One by one', priceCredits: '9' },
    });
    await addModels(house.database);
    const [first, ...rest] = await models();
    expect(first).toMatchObject({ id: 'single', name: 'One by one', priceCredits: '9', isDefault: true });
    expect(rest.some((model) => model.isDefault)).toBe(false);
    expect((await create({ prompt: 'x' })).body.modelId).toBe('single');
    await site.ask('PATCH', '/api/admin/models/fake', { cookie: ada.cookie, body: { isDefault: true } });
    const { rows } = await house.database.pool.query(
      "select actor_id, changes from platform.audit where subject = 'model:single'",
    );
    expect(rows).toEqual([
      {
        actor_id: ada.id,
        changes: expect.arrayContaining([{ field: 'name', from: 'single', to: 'One by one' }]) as unknown,
      },
    ]);
  });

  test('an added model is asked what it can do; one that exists or has no engine is refused', async () => {
    const input = {
      id: 'extra',
      name: 'Extra',
      engine: 'fake',
      engineModel: 'fake-2',
      options: { capabilities: { negativePrompt: false } },
    };
    const added = await site.ask<Model>('POST', '/api/admin/models', { cookie: ada.cookie, body: input });
    expect(added).toMatchObject({ status: 201, body: { id: 'extra', capabilities: { negativePrompt: false, seed: true } } });
    expect((await site.ask('POST', '/api/admin/models', { cookie: ada.cookie, body: input })).body.error!.code).toBe(
      'model_exists',
    );
    const elsewhere = { ...input, id: 'other', engine: 'steam' };
    expect((await site.ask('POST', '/api/admin/models', { cookie: ada.cookie, body: elsewhere })).body.error!.code).toBe(
      'engine_unknown',
    );
    const wrong = { ...input, id: 'other', engineModel: 'real' };
    expect((await site.ask('POST', '/api/admin/models', { cookie: ada.cookie, body: wrong })).body.error!.code).toBe(
      'engine_unavailable',
    );
    const warned = await create({ prompt: 'x', modelId: 'extra', negativePrompt: 'dogs' });
    expect(warned.body).toMatchObject({ negativePrompt: '', warnings: [{ code: 'setting_ignored', setting: 'negativePrompt' }] });
  });

  test('a retired model names its successor and is not offered', async () => {
    await site.ask('PATCH', '/api/admin/models/extra', {
      cookie: ada.cookie,
      body: { lifecycle: 'retired', successorId: 'fake' },
    });
    const refused = await create({ prompt: 'x', modelId: 'extra' });
    expect([refused.status, refused.body.error!.code]).toEqual([409, 'model_retired']);
    expect(refused.body.error!.message).toContain('fake');
    expect((await models()).map((model) => model.id)).not.toContain('extra');
    expect((await adminModels()).items.map((model) => model.id)).toContain('extra');
    const unknown = await site.ask('PATCH', '/api/admin/models/extra', { cookie: ada.cookie, body: { successorId: 'nobody' } });
    expect(unknown).toMatchObject({ status: 400, body: { error: { code: 'model_unknown', field: 'successorId' } } });
  });

  test('members see nothing of the administration', async () => {
    for (const path of ['/api/admin/models', '/api/admin/queue'])
      expect((await site.ask('GET', path, { cookie: bob.cookie })).status).toBe(403);
  });

  test('the administrator sees who waits', async () => {
    const { body } = await site.ask<{
      models: { modelId: string; queued: number }[];
      people: { id: string; name: string; queued: number }[];
    }>('GET', '/api/admin/queue', { cookie: ada.cookie });
    const waiting = await countWaiting(bob.id);
    expect(body.people.find((person) => person.id === bob.id)).toMatchObject({ name: 'bob', queued: waiting });
    expect(body.models.find((model) => model.modelId === 'fake')!.queued).toBe(
      (await adminModels()).items.find((model) => model.id === 'fake')!.queued,
    );
  });

  const countWaiting = async (accountId: string) =>
    (
      await house.database.pool.query(
        `select count(*)::int as n from generation.generations where account_id = $1 and state = 'queued'`,
        [accountId],
      )
    ).rows[0].n as number;
});

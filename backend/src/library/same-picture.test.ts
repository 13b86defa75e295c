import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, type TestLibrary, openTestLibrary } from './library.test-support.ts';
import { findSamePicture, samePicture } from './same-picture.ts';

let house: TestLibrary;
let ada: Person;
beforeAll(async () => {
  house = await openTestLibrary();
  ada = house.newPerson('Ada');
});
afterAll(() => house.close());

const enlarge = (parentId: string) => house.addImage(ada, { parentId, recipe: { scale: 2, upscaler: 'U' } });
const rootsOf = async (ids: string[]) =>
  (
    await sql<{ root_id: string | null }>`
      select root_id from library.images where id = any(${ids}::uuid[]) order by array_position(${ids}::uuid[], id)`.execute(
      house.database.read,
    )
  ).rows.map((row) => row.root_id);

test('what was there before is brought into order: copies of copies know the first image, and what was published by disabled people is hidden', async () => {
  const first = await house.addImage(ada);
  const second = await enlarge(first);
  const chain = [first, second, await enlarge(second), await house.addImage(ada, { parentId: first })];
  const gone = house.newPerson('Gone');
  const shown = await house.addImage(gone);
  await house.ask(gone, 'PATCH', `/api/images/${shown}`, { published: true });
  await sql`insert into accounts.people (id, name, email, email_verified, role, disabled_at)
    values (${gone.id}, 'Gone', 'gone@example.com', true, 'member', now())`.execute(house.database.read);
  await house.database.pool.query('update library.images set root_id = null');
  const migration = new URL('../../migrations/0089_library_same_picture.sql', import.meta.url);
  await house.database.pool.query(await readFile(migration, 'utf8'));
  expect(await rootsOf(chain)).toEqual([null, first, first, null]);
  expect((await house.ask(ada, 'GET', `/api/images/${shown}`)).status).toBe(404);
  await house.database.tx((tx) => house.library.setOwnerAway(tx, gone.id, false));
  expect((await house.ask(ada, 'GET', `/api/images/${shown}`)).status).toBe(200);
});

test('a larger copy that the version before makes during a roll-out knows the first image, and is found from it', async () => {
  const first = await house.addImage(ada);
  const copies = [first];
  while (copies.length < 3) {
    const id = await enlarge(copies.at(-1)!);
    // It writes no root.
    await sql`
      with made as (delete from library.images where id = ${id} returning *)
      insert into library.images (id, account_id, origin, blob_id, media_type, size_bytes, width, height, transparent, prompt, recipe, parent_id, created_at)
      select id, account_id, origin, blob_id, media_type, size_bytes, width, height, transparent, prompt, recipe, parent_id, created_at from made`.execute(
      house.database.read,
    );
    copies.push(id);
  }
  expect(await rootsOf(copies)).toEqual([null, first, first]);
  expect(await rootsOf([await house.addImage(ada, { parentId: first })])).toEqual([null]);
  for (const id of copies) expect((await findSamePicture(house.database.read, id)).sort()).toEqual([...copies].sort());
});

/** How many rows of images a plan that was carried out has read. */
interface Node {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Node[];
}
const rowsRead = (node: Node): number =>
  (node['Relation Name'] === 'images'
    ? node['Actual Loops'] * (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0))
    : 0) + (node.Plans ?? []).reduce((sum, plan) => sum + rowsRead(plan), 0);

test('of thousands that have the same bytes each is read a few times, and not once for each other', async () => {
  const first = await house.addImage(ada);
  const count = 5_000;
  const found = await house.database.tx(async (tx) => {
    await sql`
      insert into library.images (id, account_id, origin, blob_id, media_type, size_bytes, width, height, transparent, prompt, created_at)
      select gen_random_uuid(), account_id, 'uploaded', blob_id, media_type, size_bytes, width, height, transparent, prompt, created_at
      from library.images, generate_series(1, ${count}::int) where id = ${first}`.execute(tx);
    await sql`analyze library.images`.execute(tx);
    const explained = await sql<{ 'QUERY PLAN': [{ Plan: Node }] }>`explain (analyze, format json) ${samePicture(first)}`.execute(
      tx,
    );
    expect(rowsRead(explained.rows[0]!['QUERY PLAN'][0].Plan)).toBeLessThan(4 * count);
    return findSamePicture(tx, first);
  });
  expect(found).toHaveLength(count + 1);
});

test('images of the same picture are found along indexes, without the copies that buyers have', async () => {
  const first = await house.addImage(ada);
  const copies = [await enlarge(first), await enlarge(first)];
  const licence = { imageId: first, accountId: randomUUID(), purchaseId: randomUUID(), licence: 'personal' as const };
  await house.database.tx((tx) => house.library.grantLicence(tx, licence));
  const plan = await house.database.tx(async (tx) => {
    // A table of a few rows is read whole otherwise.
    await sql`set local enable_seqscan = off`.execute(tx);
    const prepared = await sql<{ 'QUERY PLAN': unknown }>`explain (format json) ${samePicture(first)}`.execute(tx);
    return JSON.stringify(prepared.rows);
  });
  for (const index of ['images_pkey', 'images_of_root', 'images_of_blob']) expect(plan).toContain(`"Index Name":"${index}"`);
  expect(plan).not.toContain('Seq Scan on images');
  for (const id of [first, ...copies])
    expect((await findSamePicture(house.database.read, id)).sort()).toEqual([first, ...copies].sort());
});

import { readFileSync } from 'node:fs';
import { type PostgresServer, startThrowAwayPostgres } from '@rendermart/postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, migrate, openDatabase } from '../../backend/src/platform/index.ts';
import { parseManifests } from './manifests.ts';

const read = (file: string) => readFileSync(new URL(`components/keda/${file}`, import.meta.url), 'utf8');
// One connection each, so that a setting of the session holds for the next statement.
const open = (url: string) => openDatabase({ url, poolSize: 1, applicationName: 'scaler-test' });
let server: PostgresServer;
let owner: Database;
let scaler: Database;

beforeAll(async () => {
  server = await startThrowAwayPostgres();
  await migrate(server.url);
  owner = open(server.url);
  // Twice: it is run again after upgrades.
  await owner.pool.query(read('scaler.sql'));
  await owner.pool.query(read('scaler.sql'));
  await owner.pool.query(`alter role rendermart_scaler password 'of-this-test'`);
  const url = new URL(server.url);
  url.username = 'rendermart_scaler';
  url.password = 'of-this-test';
  scaler = open(url.href);
}, 120_000);
afterAll(async () => {
  await scaler?.close();
  await owner?.close();
  await server?.stop();
});

const [scaledObject] = parseManifests('scaled-object.yaml', read('scaled-object.yaml'));
const { query } = scaledObject!.spec.triggers[0].metadata as { query: string };
const asked = async () => Number(Object.values((await scaler.pool.query<Record<string, string>>(query)).rows[0]!)[0]);

it('KEDA’s question has one number for an answer, by a role that may ask nothing else', async () => {
  expect(await asked()).toBe(0);
  for (const table of ['generation.generations', 'pgboss.job', 'ledger.wallets', 'accounts.users', 'pg_authid'])
    await expect(scaler.pool.query(`select * from ${table}`), table).rejects.toThrow(/permission denied|does not exist/);
  await expect(scaler.pool.query('create table public.mine ()')).rejects.toThrow(/permission denied/);
});

it('counts what waits and what runs, and due housekeeping once', async () => {
  // The model and the account are of no matter here.
  await owner.pool.query('set session_replication_role = replica');
  for (const [state, attempt, failure, finished] of [
    ['queued', 'null', 'null', 'null'],
    ['queued', 'null', 'null', 'null'],
    ['running', 'gen_random_uuid()', 'null', 'null'],
    ['succeeded', 'null', 'null', 'now()'],
    ['failed', 'null', `'engine_failed'`, 'now()'],
  ])
    await owner.pool.query(`
      insert into generation.generations (id, account_id, engine, model_id, model_name, prompt, negative_prompt, width, height, seed, count,
        price_credits, work, lane_mark, state, attempt_id, failure_code, finished_at, warnings, created_at, expires_at)
      values (gen_random_uuid(), gen_random_uuid(), 'fake', 'm', 'M', 'x', '', 64, 64, 1, 1,
        0, 1, 1, '${state}', ${attempt}, ${failure}, ${finished}, '[]', now(), now() + interval '1 day')`);
  expect(await asked()).toBe(3);
  await owner.pool.query(`select pgboss.create_queue('scaler-test', '{"policy":"standard"}')`).catch(() => undefined);
  await owner.pool.query(`insert into pgboss.job (name, data) values ('scaler-test', '{}'), ('scaler-test', '{}')`);
  expect(await asked()).toBe(4);
  await owner.pool.query(`update pgboss.job set start_after = now() + interval '1 hour' where name = 'scaler-test'`);
  expect(await asked()).toBe(3);
});

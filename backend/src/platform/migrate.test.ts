import { withDatabase } from '@rendermart/postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import pg from 'pg';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { decidePending, decideState, migrate, readMigrations } from './migrate.ts';

describe('whether a program can live with a schema', () => {
  const known = new Set(['0001_a.sql', '0002_b.sql']);
  const ran = (...names: string[]) => names.map((name) => ({ name: name.replace('!', ''), contract: name.includes('!') }));
  test.each([
    [ran('0001_a.sql', '0002_b.sql'), 'ready'],
    [ran('0001_a.sql'), 'behind'],
    [ran(), 'behind'],
    [ran('0001_a.sql', '0002_b.sql', '0003_c.sql'), 'ahead'],
    [ran('0001_a.sql', '0003_c.sql'), 'behind'],
    [ran('0001_a.sql', '0002_b.sql', '0003_c.sql!'), 'newer'],
  ])('%j is %s', (rows, state) => expect(decideState(known, rows)).toBe(state));
});

test('a migration that was changed after it ran is refused', () => {
  const migration = { name: '0001_a.sql', sql: 'select 1', checksum: 'new', contract: false };
  expect(() => decidePending([migration], [{ name: '0001_a.sql', checksum: 'old' }])).toThrow('changed after it ran');
  expect(decidePending([migration], [])).toEqual([migration]);
});

/** What an older program, which still runs during a roll-out, may stumble over. */
const takesAway =
  /\b(drop (table|column|schema|type|view)|rename (to|column)|alter column \w+ (set data )?type|set not null|add column(?: if not exists)? \w+ (?:(?!default|,|;)[^])*\bnot null\b(?!(?:(?!,|;)[^])*\bdefault\b))/i;

test.each([
  ['alter table a drop column b', true],
  ['drop table a', true],
  ['alter table a rename to b', true],
  ['alter table a alter column b type bigint', true],
  ['alter table a alter column b set not null', true],
  ['alter table a add column b int not null', true],
  ['alter table a add column b int not null default 0', false],
  ['alter table a add column b int default 0 not null', false],
  ['alter table a add column b int, add check (c is not null)', false],
  ['create table a (b int not null)', false],
])('%s takes away: %s', (sql, takes) => expect(takesAway.test(sql)).toBe(takes));

test('a migration that takes something away says so, so that older programs refuse it', async () => {
  for (const { name, sql, contract } of await readMigrations()) {
    const statements = sql.replaceAll(/--.*$/gm, '');
    if (takesAway.test(statements))
      expect(contract, `${name} must begin with -- contract, and wait for a later version`).toBe(true);
  }
});

test('a database that could not keep every text is refused before anything is made in it', async () => {
  const server = new pg.Client({ connectionString: inject('postgresUrl') });
  await server.connect();
  const name = `latin1_${Date.now()}`;
  try {
    await server.query(`create database ${name} encoding 'LATIN1' locale 'C' template template0`);
    const url = withDatabase(inject('postgresUrl'), name);
    await expect(migrate(url)).rejects.toThrow('Its encoding is LATIN1, and it must be UTF8. Make one with: create database');
  } finally {
    await server.query(`drop database if exists ${name} with (force)`);
    await server.end();
  }
});

describe('migrating', () => {
  let home: TestDatabase;
  beforeAll(async () => void (home = await testDatabase()));
  afterAll(() => home.close());

  test('by several at once runs each migration once', async () => {
    const client = new pg.Client({ connectionString: home.url });
    await client.connect();
    // A database that has seen everything but the last, which adds a table of its own.
    const { rows } = await client.query<{ name: string }>(
      `delete from schema_migrations where name = '0031_generation_traces.sql' returning name`,
    );
    await client.query('drop table generation.traces');
    const ran = await Promise.all(Array.from({ length: 4 }, () => migrate(home.url)));
    expect(ran.flat()).toEqual(rows.map(({ name }) => name));
    await client.end();
  });

  /** A database that has yet to see a migration which adds a column, and somebody who reads its table and does not end, as pg_dump does. */
  async function whileSomebodyReads(work: (reader: pg.Client, other: pg.Client) => Promise<void>): Promise<void> {
    const [reader, other] = [new pg.Client({ connectionString: home.url }), new pg.Client({ connectionString: home.url })];
    await Promise.all([reader.connect(), other.connect()]);
    await other.query(`delete from schema_migrations where name = '0046_accounts_live_drawing.sql'`);
    await other.query('alter table accounts.settings drop column live_drawing');
    await reader.query('begin; lock table accounts.settings, public.schema_migrations in access share mode');
    try {
      await work(reader, other);
    } finally {
      await Promise.all([reader.end(), other.end()]);
    }
  }

  test('waits for who reads a table, lets others read it meanwhile, and goes on when it is free', async () => {
    await whileSomebodyReads(async (reader, other) => {
      const told: string[] = [];
      const migrating = migrate(home.url, { lockMs: 200, pauseMs: 300, tell: (line) => told.push(line) });
      await expect.poll(() => told.length).toBeGreaterThan(1);
      expect(told.slice(0, 2)).toEqual([
        expect.stringMatching(
          /^Migration 0046_accounts_live_drawing\.sql waits: another session, such as a backup.*in 0\.3 s\.$/,
        ),
        expect.stringContaining('in 0.6 s.'),
      ]);
      const startedAt = performance.now();
      await other.query('select from accounts.settings');
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      await reader.query('rollback');
      expect(await migrating).toEqual(['0046_accounts_live_drawing.sql']);
    });
  });

  test('is tried again when it and somebody who writes wait for each other', async () => {
    const [writer, other] = [new pg.Client({ connectionString: home.url }), new pg.Client({ connectionString: home.url })];
    await Promise.all([writer.connect(), other.connect()]);
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    // What 0089 changes first, and what it changes after that; the writer takes them the other way round.
    await other.query(`
      delete from schema_migrations where name = '0089_library_same_picture.sql';
      insert into accounts.people (id, name, email, email_verified, role, disabled_at)
        values (gen_random_uuid(), 'Gone', 'gone@example.com', true, 'member', now());
      insert into library.blobs (id, sha256, storage_key, media_type, size_bytes, touched_at) values (gen_random_uuid(), 'a', 'a', 'image/png', 1, now());
      insert into library.images (id, account_id, origin, blob_id, media_type, size_bytes, width, height, transparent, title, prompt, recipe, parent_id,
        published_at, created_at)
      select gen_random_uuid(), people.id, 'uploaded', blobs.id, 'image/png', 1, 1, 1, false, each.title, '', each.recipe::jsonb, each.parent_id,
        each.published_at, now()
      from accounts.people, library.blobs, (values ('first', null, null::uuid, now()), ('second', '{"scale": 2}', gen_random_uuid(), null))
        as each (title, recipe, parent_id, published_at)`);
    try {
      // So that it is the migration that ends.
      await writer.query(`set deadlock_timeout = '1h'; begin; update library.images set prompt = 'x' where title = 'second'`);
      const told: string[] = [];
      const migrating = migrate(home.url, { lockMs: 5_000, pauseMs: 100, tell: (line) => told.push(line) });
      await expect.poll(async () => (await other.query(waiting)).rowCount).toBeGreaterThan(0);
      await writer.query(`update library.images set prompt = 'x' where title = 'first'; commit`);
      expect(await migrating).toEqual(['0089_library_same_picture.sql']);
      expect(told[0]).toMatch(/^Migration 0089_library_same_picture\.sql waits/);
    } finally {
      await Promise.all([writer.end(), other.end()]);
    }
  });

  test('that never finds it free gives up, and says who to look for and what to do', async () => {
    await whileSomebodyReads(async () => {
      await expect(migrate(home.url, { lockMs: 50, pauseMs: 50, giveUpMs: 300 })).rejects.toThrow(
        /^Migration 0046_accounts_live_drawing\.sql has waited 0 minutes .*pg_stat_activity.*pg_terminate_backend.*run migrate again/,
      );
    });
    expect(await migrate(home.url)).toEqual(['0046_accounts_live_drawing.sql']);
  });

  test('what is up to date asks for no lock that a backup would make wait', async () => {
    const reader = new pg.Client({ connectionString: home.url });
    await reader.connect();
    await reader.query('begin; lock table public.schema_migrations in access share mode');
    expect(await migrate(home.url)).toEqual([]);
    await reader.end();
  });
});

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Registry, makeLog, openDatabase, openStorage } from '../platform/index.ts';
import { ledgerSums } from '../ledger/index.ts';
import { installationKey, namedFiles } from '../library/index.ts';
import { testDatabase } from '../testing/index.ts';
import { describe, expect, test } from 'vitest';
import { countAll, withClient } from './counts.ts';
import { connectionOf } from './dump.ts';
import { type FileEntry, type Manifest, openManifest, sealManifest } from './manifest.ts';
import { registerBackupMetrics } from './metrics.ts';
import { backupName, compareCounts, databaseNameOf, findMissing, hashInKey, keysOf, newestOf } from './rules.ts';
import { makeEmptyDatabase } from './server.ts';
import { copyFile } from './save.ts';
import { insertRun } from './store.ts';
import { chooseTools, findPostgresTools } from './tools.ts';

const sha256 = 'a'.repeat(64);
const manifest: Manifest = {
  version: 1,
  name: '2026-11-25t20-00-00z-abc123',
  madeAt: '2026-11-25T20:00:00.000Z',
  program: '0.1.0',
  serverVersion: 17,
  dump: { sizeBytes: 10, sha256 },
  files: { count: 1, sizeBytes: 5, list: { sizeBytes: 20, sha256 }, copied: false },
  tables: { 'ledger.entries': 4, 'library.images': 2 },
  sums: { 'credits moved': '9007199254740993' },
};

describe('a manifest', () => {
  test('comes back as it was sealed', () => expect(openManifest(sealManifest(manifest))).toEqual(manifest));
  test.each([
    ['a changed sum', (text: string) => text.replace('9007199254740993', '9007199254740992'), 'changed after it was written'],
    [
      'a changed checksum',
      (text: string) => text.replace(/"sha256": "[0-9a-f]{4}(?=[0-9a-f]{60}"\n}\n$)/, '"sha256": "0000'),
      'changed',
    ],
    ['half of it', (text: string) => text.slice(0, text.length / 2), 'JSON'],
    ['nothing', () => '', 'JSON'],
  ])('is refused with %s', (_what, damage, message) => {
    const damaged = damage(sealManifest(manifest));
    expect(damaged).not.toBe(sealManifest(manifest));
    expect(() => openManifest(damaged)).toThrow(message);
  });
});

test('counts are compared table by table and sum by sum', () => {
  expect(compareCounts(manifest, manifest)).toEqual([]);
  const restored = { tables: { 'ledger.entries': 3, 'market.listings': 1 }, sums: { 'credits moved': '1' } };
  expect(compareCounts(manifest, restored)).toEqual([
    'rows of ledger.entries: 3 instead of 4',
    'rows of library.images: none instead of 2',
    'rows of market.listings: 1 instead of none',
    'ledger: credits moved: 1 instead of 9007199254740993',
  ]);
});

test('a file that an image names must be stored, whole, and in the list', () => {
  const named = [{ key: 'images/a', sizeBytes: 5 }];
  const listed = new Map<string, FileEntry>([['images/a', { key: 'images/a', sizeBytes: 5, sha256 }]]);
  const faults = (list: typeof listed, present: [string, number][]) =>
    findMissing(named, list, new Map(present)).map(({ fault }) => fault);
  expect(faults(listed, [['images/a', 5]])).toEqual([]);
  expect(faults(listed, [])).toEqual(['images/a is missing']);
  expect(faults(listed, [['images/a', 4]])).toEqual(['images/a has 4 bytes instead of 5']);
  expect(faults(new Map(), [['images/a', 5]])).toEqual(["images/a is not in the backup's list of files"]);
});

test('names sort by time, are keys of any store, and only a finished backup is one', () => {
  const [early, late] = [
    backupName(new Date('2026-11-25T20:00:00Z'), 'ffffff'),
    backupName(new Date('2026-11-25T20:00:01Z'), '000000'),
  ];
  expect(early < late).toBe(true);
  expect(early).toMatch(/^[a-z0-9][a-z0-9._-]*$/);
  expect(newestOf([keysOf(late).dump, keysOf(late).files, keysOf(early).manifest])).toBe(early);
  expect(newestOf([])).toBeUndefined();
});

test.each([
  [`images/ab/cd/${sha256}.0123456789ab.png`, sha256],
  [`thumbnails/ab/cd/${sha256}.0123456789ab.png.256.webp`, null],
  [`previews/ab/${sha256}-800-v1.webp`, null],
])('the key %s tells its hash only where it names its own bytes', (key, hash) => expect(hashInKey(key)).toBe(hash));

test('files are copied once, but whose store it is each time', async () => {
  const root = await mkdtemp(path.join(os.tmpdir(), 'rendermart-backup-'));
  const [storage, destination] = await Promise.all(
    ['images', 'backups'].map((name) => openStorage({ driver: 'filesystem', root: path.join(root, name) })),
  );
  const deps = { storage: storage!, destination: destination!, log: makeLog({ level: 'silent', role: 'test' }) };
  const keys = ['previews/a.webp', installationKey];
  for (const content of ['first', 'second'])
    for (const key of keys) {
      await deps.storage.put(key, Buffer.from(content), 'text/plain');
      await copyFile(deps, { key, sizeBytes: content.length, sha256: null });
    }
  const copies = await Promise.all(keys.map(async (key) => text((await deps.destination.get(`files/${key}`))!.stream)));
  expect(copies).toEqual(['first', 'second']);
  await rm(root, { recursive: true });
});

test('a backup is restored into a new database, or an empty one, and never over something', async () => {
  const home = await testDatabase();
  const name = databaseNameOf(`2026-11-25t20-00-00z-${randomUUID().slice(0, 6)}`);
  expect(name).toMatch(/^restored_2026_11_25t20_00_00z_\w{6}$/);
  const url = await makeEmptyDatabase(home.url, name);
  try {
    const { rows } = await withClient(url, (client) => client.query('show server_encoding'));
    expect(rows).toEqual([{ server_encoding: 'UTF8' }]);
    expect(await makeEmptyDatabase(home.url, name)).toBe(url);
    await withClient(url, (client) => client.query('create table something (n int)'));
    await expect(makeEmptyDatabase(home.url, name)).rejects.toThrow(
      `The database ${name} has 1 tables already, and nothing is restored over them. Name another one (RESTORE_INTO), or drop it first`,
    );
  } finally {
    await withClient(home.url, (client) => client.query(`drop database ${name}`));
    await home.close();
  }
});

test('who may not make databases is told what an administrator has to run, and takes what was made', async () => {
  const home = await testDatabase();
  const [role, name] = ['maker', 'restored'].map((word) => `${word}_${randomUUID().slice(0, 6)}`) as [string, string];
  const admin = (statement: string) => withClient(home.url, (client) => client.query(statement));
  const theirs = new URL(home.url);
  Object.assign(theirs, { username: role, password: 'secret' });
  await admin(`create role ${role} login password 'secret'`);
  try {
    const statement = `create database "${name}" template template0 encoding 'UTF8' owner ${role}`;
    await expect(makeEmptyDatabase(theirs.href, name)).rejects.toThrow(`an administrator of the server run: ${statement};`);
    await admin(statement);
    expect(await makeEmptyDatabase(theirs.href, name)).toContain(`/${name}`);
  } finally {
    await admin(`drop database if exists ${name}`);
    await admin(`drop role ${role}`);
    await home.close();
  }
});

test('the oldest PostgreSQL that reads the server is taken, and a missing one is named with its cure', () => {
  const found = [18, 15, 17].map((major) => ({ place: `/opt/${major}`, major }));
  expect([15, 16, 18].map((major) => chooseTools(found, major)?.major)).toEqual([15, 17, 18]);
  expect(chooseTools(found, 19)).toBeUndefined();
  expect(() => findPostgresTools(18, '/nowhere')).toThrow(/no pg_dump in \/nowhere.*postgresql-client-18.*PG_BIN_DIR/);
});

test('the password travels in the environment, a socket and TLS as libpq names them', () => {
  expect(connectionOf('postgres://ren:p%40ss@db.example.com:5433/mart?sslmode=verify-full')).toEqual({
    PGHOST: 'db.example.com',
    PGPORT: '5433',
    PGUSER: 'ren',
    PGPASSWORD: 'p@ss',
    PGDATABASE: 'mart',
    PGSSLMODE: 'verify-full',
  });
  expect(connectionOf('postgres://ren@localhost/mart?host=%2Frun%2Fpg&port=5434')).toMatchObject({
    PGHOST: '/run/pg',
    PGPORT: '5434',
  });
});

test('everything is counted as of the exported moment, and the last runs are what the metrics tell', async () => {
  const home = await testDatabase();
  const database = openDatabase({ url: home.url, poolSize: 2, applicationName: 'test' });
  const registry = new Registry();
  registerBackupMetrics(registry, database);
  const value = async (name: string) => ((await registry.getSingleMetric(name)!.get()).values[0] as { value: number }).value;
  expect(await value('rendermart_backup_last_success_timestamp_seconds')).toBe(0);
  const at = (second: number) => new Date(1_800_000_000_000 + second * 1000);
  const run = (kind: 'backup' | 'restore_drill', second: number, ok: boolean) =>
    insertRun(database.read, {
      id: randomUUID(),
      kind,
      backupName: null,
      startedAt: at(0),
      finishedAt: at(second),
      ok,
      detail: 'test',
    });
  await withClient(home.url, async (client) => {
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ snapshot: string }>('select pg_export_snapshot() as snapshot');
    await run('backup', 1, true);
    const [then, now] = [await countAll(database, ledgerSums, rows[0]!.snapshot), await countAll(database, ledgerSums)];
    expect([then.tables['backup.runs'], now.tables['backup.runs']]).toEqual([0, 1]);
    expect(now.sums['entries sum']).toBe('0');
    expect(now.tables).toHaveProperty(['accounts.people']);
  });
  await run('restore_drill', 2, true);
  await run('restore_drill', 3, false);
  expect(await value('rendermart_backup_last_success_timestamp_seconds')).toBe(1_800_000_001);
  expect(await value('rendermart_backup_last_ok')).toBe(1);
  expect(await value('rendermart_restore_drill_last_success_timestamp_seconds')).toBe(1_800_000_002);
  expect(await value('rendermart_restore_drill_last_ok')).toBe(0);
  expect(await namedFiles(database.read)).toEqual([]);
  await database.close();
  await home.close();
});

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeMetrics, openDatabase } from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { ConfigError, readConfig } from './config.ts';
import { runRole } from './roles.ts';
import { wireRooms } from './wire.ts';

let home: TestDatabase;
let dataDir: string;
let good: Record<string, string>;
beforeAll(async () => {
  home = await testDatabase();
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-start-'));
  good = {
    DATABASE_URL: home.url,
    AUTH_SECRET: 'a secret of this test, used once and thrown away',
    DATA_DIR: dataDir,
    ENGINES: 'fake',
    LOG_LEVEL: 'silent',
  };
});
afterAll(async () => {
  await home.close();
  fs.rmSync(dataDir, { recursive: true });
});

/** The one line with which the program does not start; it fails the test when it does. */
async function complaint(change: Record<string, string | undefined>): Promise<string> {
  try {
    const rooms = await wireRooms('api', readConfig({ ...good, ...change }), makeMetrics('api'));
    await rooms.close();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('it started');
}

test('starts when everything is right', async () => {
  await expect(complaint({})).rejects.toThrow('it started');
});

const bucket = { S3_BUCKET: 'pictures', S3_ENDPOINT: 'http://127.0.0.1:9', S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b' };

describe('what is wrong stops it with one line that names the variable and the cure:', () => {
  test.each<[Record<string, string | undefined>, RegExp]>([
    [{ AUTH_SECRET: undefined }, /^AUTH_SECRET is missing\. Set it to/],
    [{ AUTH_SECRET: 'short' }, /^AUTH_SECRET must have at least 32/],
    [{ DATABASE_URL: undefined }, /^DATABASE_URL is missing\. Set it to/],
    [{ DATABASE_URL: 'mysql://localhost/x' }, /^DATABASE_URL must be a PostgreSQL address/],
    [
      { DATABASE_URL: 'postgres://rendermart@127.0.0.1:9/rendermart' },
      /^DATABASE_URL leads to a database that does not answer: .*Is the server running/,
    ],
    [{ PUBLIC_URL: 'images.example.com' }, /^PUBLIC_URL must be the address/],
    [{ PORT: 'eighty' }, /^PORT /],
    [{ S3_ENDPOINT: 'storage', S3_BUCKET: 'x' }, /^S3_ENDPOINT must be an address/],
    [{ S3_BUCKET: 'x', S3_ACCESS_KEY_ID: 'a' }, /^S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY belong together/],
    [bucket, /^S3_ENDPOINT leads to http:\/\/127\.0\.0\.1:9, which does not answer: .*ECONNREFUSED.*Is the address right/],
    [{ DATA_DIR: '/dev/null' }, /^DATA_DIR leads to a folder where images cannot be stored/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, /^OTEL_EXPORTER_OTLP_ENDPOINT must be the address/],
    [{ OTEL_TRACES_SAMPLER_ARG: '7' }, /^OTEL_TRACES_SAMPLER_ARG /],
    [{ ENGINES: 'magic' }, /^ENGINES names magic/],
    [{ ENGINE_MEMORY_BYTES: '0' }, /^ENGINE_MEMORY_BYTES /],
    [{ OPENAI_MAX_ANSWER_BYTES: '2 GB' }, /^OPENAI_MAX_ANSWER_BYTES /],
  ])('%j', async (change, line) => {
    const said = await complaint(change);
    expect(said).toMatch(line);
    expect(said).not.toContain('\n');
  });

  test('a database that is not the one of the images', async () => {
    await expect(complaint({})).rejects.toThrow('it started');
    const other = await testDatabase();
    expect(await complaint({ DATABASE_URL: other.url })).toMatch(
      /^DATABASE_URL leads to a database that does not belong to the folder .*Lead DATABASE_URL to the database that does, or DATA_DIR to/,
    );
    // That it was refused does not keep it from a store of its own.
    const ownDir = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-start-'));
    await expect(complaint({ DATABASE_URL: other.url, DATA_DIR: ownDir })).rejects.toThrow('it started');
    fs.rmSync(ownDir, { recursive: true });
    await other.close();
  });

  test.each([['postgres://rendermart@127.0.0.1:9/rendermart'], ['postgres://rendermart@localhost:9/rendermart']])(
    'migrating %s',
    async (DATABASE_URL) => {
      const migrating = runRole('migrate', readConfig({ ...good, DATABASE_URL }));
      await expect(migrating).rejects.toThrow(
        /^DATABASE_URL leads to a database that does not answer: .*ECONNREFUSED.*Is the server running/,
      );
      await expect(migrating).rejects.toBeInstanceOf(ConfigError);
    },
  );

  test('a migration that was changed after it ran', async () => {
    const other = await testDatabase();
    const database = openDatabase({ url: other.url, poolSize: 1, applicationName: 'test' });
    await database.pool.query(`update schema_migrations set checksum = 'x' where name like '0001%'`);
    const migrating = runRole('migrate', readConfig({ ...good, DATABASE_URL: other.url }));
    await expect(migrating).rejects.toThrow(/^DATABASE_URL leads to a database that does not fit: Migration 0001/);
    await database.close();
    await other.close();
  });

  test('a database that nobody migrated', async () => {
    const other = await testDatabase();
    const database = openDatabase({ url: other.url, poolSize: 1, applicationName: 'test' });
    await database.pool.query('drop table schema_migrations');
    expect(await complaint({ DATABASE_URL: other.url })).toMatch(
      /^DATABASE_URL .*older than this program\. Run the migrations first: main\.ts migrate$/,
    );
    await database.close();
    await other.close();
  });

  test('a schema that a newer program made and that this one cannot live with', async () => {
    const other = await testDatabase();
    const database = openDatabase({ url: other.url, poolSize: 1, applicationName: 'test' });
    await database.pool.query(`insert into schema_migrations (name, checksum, contract) values ('9999_later.sql', 'x', true)`);
    expect(await complaint({ DATABASE_URL: other.url })).toMatch(/^DATABASE_URL .*newer than this program.*Run the version/);
    await database.close();
    await other.close();
  });
});

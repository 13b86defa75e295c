import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { ServerInUse, createDatabase, dropDatabase, startPostgres, startThrowAwayPostgres, withDatabase } from './index.ts';
import { runOnce } from './databases.ts';
import { isPostgresAlive, readPostmasterFile } from './postmaster-file.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-pg-test-'));
// Root closes it to everybody else, as a checkout below /root is: the server must run there all the same.
fs.chmodSync(folder, 0o700);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const quick = { shared_buffers: '16MB' };

/** Starts a server in a process of its own, which lives until it is killed. */
async function startInOwnProcess(dataDir: string, removeOnDeath?: string) {
  const script = `
    import { startPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'index.ts'))};
    const server = await startPostgres(${JSON.stringify({ dataDir, settings: quick, removeOnDeath })});
    console.log(JSON.stringify({ url: server.url, pid: server.pid }));
    setInterval(() => undefined, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void owner.kill('SIGKILL'));
  const [line] = (await once(owner.stdout, 'data')) as [Buffer];
  return { owner, ...(JSON.parse(line.toString()) as { url: string; pid: number }) };
}

/** Without its guard a server outlives its owner, as it does when a whole group of processes is killed. */
function killGuard(serverPid: number) {
  const list = spawnSync('ps', ['-ww', '-eo', 'pid,args'], { encoding: 'utf8' }).stdout.split('\n');
  const guard = list.find((line) => line.trimEnd().endsWith(`rendermart-postgres-guard ${serverPid}`));
  process.kill(Number.parseInt(guard ?? '', 10), 'SIGKILL');
}

async function until(holds: () => boolean) {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function count(url: string) {
  return (await runOnce(url, 'select count(*)::int as rows from note')).rows[0] as { rows: number };
}

describe('startPostgres', () => {
  test('keeps its data over a stop, in a folder that only its owner may enter', async () => {
    const dataDir = path.join(folder, 'kept');
    const first = await startPostgres({ dataDir, settings: quick });
    await runOnce(first.url, 'create table note as select generate_series(1, 3)');
    await first.stop();
    expect(isPostgresAlive(first.pid)).toBe(false);
    expect((await first.exited).lastLines).toContain('database system is shut down');

    const second = await startPostgres({ dataDir, settings: quick });
    expect(await count(second.url)).toEqual({ rows: 3 });
    await second.stop();
    await second.stop();
  });

  test('works where the path is too long for a socket, and where it has spaces', async () => {
    const dataDir = path.join(folder, `a folder ${'x'.repeat(100)}`, 'data');
    const server = await startPostgres({ dataDir, settings: quick });
    expect((await runOnce(server.url, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
    const socketDir = new URL(server.url).searchParams.get('host') ?? '';
    expect(fs.existsSync(socketDir)).toBe(true);
    await server.stop();
    await server.exited;
    expect(fs.existsSync(socketDir)).toBe(false);
  });

  test('listens on no network, and refuses who does not know the password', async () => {
    const server = await startPostgres({ dataDir: path.join(folder, 'closed'), settings: quick });
    expect((await runOnce(server.url, 'show listen_addresses')).rows).toEqual([{ listen_addresses: '' }]);
    const stranger = new URL(server.url);
    stranger.password = 'guessed';
    await expect(runOnce(stranger.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect(fs.statSync(path.join(folder, 'closed.password')).mode & 0o077).toBe(0);
    await server.stop();
  });

  test('loses nothing that was acknowledged when the server is killed', async () => {
    const dataDir = path.join(folder, 'killed');
    let server = await startPostgres({ dataDir, settings: quick });
    await runOnce(server.url, 'create table note (id int)');
    let acknowledged = 0;
    for (let round = 0; round < 3; round++) {
      const client = new pg.Client({ connectionString: server.url });
      client.on('error', () => undefined);
      await client.connect();
      setTimeout(() => process.kill(server.pid, 'SIGKILL'), 60);
      try {
        for (;;) {
          await client.query('insert into note values ($1)', [acknowledged]);
          acknowledged++;
        }
      } catch {
        // The kill: expected, and what follows looks at the rows.
      }
      expect(await server.exited).toMatchObject({ signal: 'SIGKILL' });
      server = await startPostgres({ dataDir, settings: quick });
      expect((await count(server.url)).rows).toBeGreaterThanOrEqual(acknowledged);
    }
    expect(acknowledged).toBeGreaterThan(0);
    await server.stop();
  });

  test('stops by itself when its owner is killed', async () => {
    const dataDir = path.join(folder, 'orphan', 'data');
    const { owner, pid } = await startInOwnProcess(dataDir, path.join(folder, 'orphan'));
    expect(isPostgresAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    await until(() => !isPostgresAlive(pid) && !fs.existsSync(path.join(folder, 'orphan')));
  });

  test('refuses the folder of a living owner and says who that is; takes the server over from a dead one', async () => {
    const dataDir = path.join(folder, 'adopted');
    const { owner, pid, url } = await startInOwnProcess(dataDir);
    const refused = startPostgres({ dataDir, settings: quick });
    await expect(refused).rejects.toBeInstanceOf(ServerInUse);
    await expect(refused).rejects.toMatchObject({ owner: `process ${owner.pid}` });
    expect((await runOnce(url, 'select 1 as one')).rows).toEqual([{ one: 1 }]);

    killGuard(pid);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    const server = await startPostgres({ dataDir, settings: quick });
    expect(server).toMatchObject({ pid, url });
    await server.stop();
    expect(isPostgresAlive(pid)).toBe(false);
    expect((await server.exited).lastLines).toContain('shut down');
  });

  test('starts again at once after its owner was killed, while the old server is still going down', async () => {
    const dataDir = path.join(folder, 'again');
    const { owner } = await startInOwnProcess(dataDir);
    owner.kill('SIGKILL');
    const server = await startPostgres({ dataDir, settings: quick });
    expect((await runOnce(server.url, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
    await server.stop();
  });

  test('is not stopped by a lock file whose process number belongs to another program now', async () => {
    const dataDir = path.join(folder, 'stale');
    const first = await startPostgres({ dataDir, settings: quick });
    const lock = fs.readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8');
    await first.stop();
    fs.writeFileSync(path.join(dataDir, 'postmaster.pid'), lock.replace(/^\d+/, String(process.pid)));
    expect(readPostmasterFile(dataDir)?.pid).toBe(process.pid);
    const second = await startPostgres({ dataDir, settings: quick });
    await second.stop();
  });

  test('says why it cannot start, and leaves nothing behind', async () => {
    const dataDir = path.join(folder, 'refused');
    await expect(startPostgres({ dataDir, settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /invalid value.*shared_buffers/,
    );
    const older = path.join(folder, 'older');
    fs.mkdirSync(older);
    fs.writeFileSync(path.join(older, 'PG_VERSION'), '15\n');
    await expect(startPostgres({ dataDir: older })).rejects.toThrow('written by PostgreSQL 15');
    expect(fs.readFileSync(path.join(older, 'PG_VERSION'), 'utf8')).toBe('15\n');
  });
});

describe('startThrowAwayPostgres', () => {
  test('clones databases from a template, and takes its folder with it', async () => {
    const server = await startThrowAwayPostgres({ settings: quick });
    const template = await createDatabase(server.url, 'the "template"');
    await runOnce(template, 'create table note as select 1 as id');
    const copy = await createDatabase(server.url, 'copy', { template: 'the "template"' });
    expect(await count(copy)).toEqual({ rows: 1 });
    expect(new URL(copy).pathname).toBe('/copy');
    await dropDatabase(server.url, 'copy');
    await expect(runOnce(withDatabase(server.url, 'copy'), 'select 1')).rejects.toMatchObject({ code: '3D000' });
    const dataDir = new URL(server.url).searchParams.get('host') ?? '';
    expect(fs.existsSync(dataDir)).toBe(true);
    await server.stop();
    expect(fs.existsSync(path.dirname(dataDir))).toBe(false);
  });

  test('syncs in durable mode and only there', async () => {
    const durable = await startThrowAwayPostgres({ durable: true, settings: quick });
    const fast = await startThrowAwayPostgres({ settings: quick });
    const fsync = async (url: string) => (await runOnce(url, 'show fsync')).rows[0] as { fsync: string };
    expect([await fsync(durable.url), await fsync(fast.url)]).toEqual([{ fsync: 'on' }, { fsync: 'off' }]);
    await Promise.all([durable.stop(), fast.stop()]);
  });
});

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptInstallations } from '../kubernetes/installations.ts';
import { type Manifest, readBase, readKept } from '../kubernetes/manifests.ts';
import { imageName } from '../kubernetes/policy/objects.ts';
import { objectNamed } from './installation.ts';
import { type RunningContainer, startContainer, wordsFor } from './pod.ts';
import { podman, tryPodman } from './podman.ts';
import { until } from './until.ts';

const statefulSet = objectNamed('StatefulSet', 'postgres-db');
const server = statefulSet.spec.template.spec.containers[0];
let folder: string;
let mounts: Record<string, string>;
let postgres: RunningContainer;
let env: Record<string, string>;

/** A folder that belongs to the one who runs in the container, as fsGroup makes it in a cluster. */
function makeFolder(name: string, owner: number): string {
  const made = path.join(folder, name);
  fs.mkdirSync(made);
  fs.chownSync(made, owner, owner);
  return made;
}

async function startPostgres(): Promise<RunningContainer> {
  const container = await startContainer(statefulSet, 'postgres', { env: {}, mounts });
  const probe = ['exec', container.id, ...server.readinessProbe.exec.command];
  await until('the manifest’s own probe is content', async () => (await tryPodman(...probe)).code === 0);
  return container;
}

const psql = (statement: string) =>
  podman('exec', postgres.id, 'psql', '-U', 'rendermart', '-d', 'rendermart', '-At', '-c', statement);

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-database-'));
  const data = makeFolder('data', 999);
  // The root of a fresh ext4 volume is not empty.
  fs.mkdirSync(path.join(data, 'lost+found'), { mode: 0o700 });
  const secret = makeFolder('secret', 999);
  fs.writeFileSync(path.join(secret, 'password'), 'a-password-of-this-test');
  mounts = { '/var/lib/postgresql/data': data, '/run/secrets/postgres': secret };
  postgres = await startPostgres();
  env = {
    ...readBase().find(({ kind }) => kind === 'ConfigMap')!.data,
    S3_BUCKET: '',
    DATABASE_URL: `postgres://rendermart:a-password-of-this-test@${postgres.address}:5432/rendermart`,
    AUTH_SECRET: 'a secret of this test, used once and thrown away',
  };
}, 240_000);
afterAll(async () => {
  if (postgres) await podman('rm', '--force', '--time', '5', postgres.id);
  fs.rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('PostgreSQL, as its manifest runs it', () => {
  it('has the settings of the manifest, and may write nowhere but where it must', async () => {
    const wanted = server.args.find((word: string) => word.startsWith('max_connections='))!.split('=')[1];
    expect(await psql('show max_connections')).toBe(wanted);
    expect(await podman('exec', postgres.id, 'id', '-u')).toBe('999');
    const writes = (place: string) => tryPodman('exec', postgres.id, 'touch', `${place}/written`).then(({ code }) => code === 0);
    expect(await Promise.all(['/tmp', '/var/run/postgresql', '/', '/etc', '/usr'].map(writes))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('is migrated by the backend’s own container', async () => {
    const words = wordsFor(objectNamed('Deployment', 'backend-deployment'), 'migrate', { env });
    expect(await tryPodman('run', '--rm', ...words)).toEqual({ code: 0, output: expect.stringContaining('Migrated') });
  }, 120_000);

  it('stops in time, and finds everything when it comes back on the same volume', async () => {
    const before = await psql('select count(*) from public.schema_migrations');
    await podman('stop', '--time', String(postgres.graceSeconds), postgres.id);
    expect(await podman('inspect', '--format', '{{.State.ExitCode}}', postgres.id)).toBe('0');
    await podman('rm', postgres.id);
    postgres = await startPostgres();
    env['DATABASE_URL'] = env['DATABASE_URL']!.replace(/@[\d.]+:/, `@${postgres.address}:`);
    expect(await psql('select count(*) from public.schema_migrations')).toBe(before);
  }, 180_000);

  it('does not begin without a password', async () => {
    const empty = { '/var/lib/postgresql/data': makeFolder('fresh', 999), '/run/secrets/postgres': makeFolder('none', 999) };
    const words = wordsFor(statefulSet, 'postgres', { env: {}, mounts: empty });
    expect((await tryPodman('run', '--rm', ...words)).code).not.toBe(0);
  }, 60_000);
});

describe('the component backup, as its manifests run it', () => {
  const local = readKept(
    keptInstallations.find(({ overlay, components }) => overlay === 'local' && components.includes('backup'))!,
  );
  /** The pod of a CronJob, with the image that was built here. */
  function podOf(name: string): Manifest {
    const { spec, ...rest } = structuredClone(local.find((one) => one.kind === 'CronJob' && one.metadata.name === name)!);
    const [container] = spec.jobTemplate.spec.template.spec.containers;
    container.image = imageName(container.image);
    return { ...rest, spec: spec.jobTemplate.spec };
  }
  const run = async (name: string) => {
    const places = { '/backups': path.join(folder, 'backups'), '/data': path.join(folder, 'pictures') };
    return tryPodman('run', '--rm', ...wordsFor(podOf(name), name, { env: { ...env, DATA_DIR: '/data' }, mounts: places }));
  };
  beforeAll(() => {
    makeFolder('backups', 10001);
    makeFolder('pictures', 10001);
  });

  it('saves the database with the programs in its image', async () => {
    expect(await run('backup')).toEqual({ code: 0, output: expect.stringMatching(/"databaseBytes":\d{4,}/) });
  }, 120_000);

  it('restores it into a PostgreSQL of its own, inside the pod, and says so in the database', async () => {
    expect(await run('restore-drill')).toEqual({ code: 0, output: expect.stringContaining('"ok":true') });
    expect(await psql('select kind, ok from backup.runs order by finished_at')).toBe('backup|t\nrestore_drill|t');
  }, 180_000);
});

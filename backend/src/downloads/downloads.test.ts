import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadList, ModelDownload, ModelOffer } from '@rendermart/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import type { Fault, TestRepository } from './testing/hub.ts';
import { type Installation, administrator, openInstallation } from './testing/installation.ts';

let home: TestDatabase;
let house: Installation;
beforeAll(async () => {
  home = await testDatabase();
  house = await openInstallation(home.url);
});
afterAll(async () => {
  await house.close();
  await home.close();
});
beforeEach(() => {
  house.hub.faults.length = 0;
  house.hub.asked.length = 0;
  house.drawers.refusal = undefined;
  house.drawers.meanwhile = undefined;
});

const network = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 31) % 251));
const repository: TestRepository = {
  licence: 'openrail++',
  files: {
    'model_index.json': Buffer.from('{"_class_name": "StableDiffusionPipeline"}'),
    'unet/config.json': Buffer.from('{}'),
    'unet/model.onnx': network,
    'unet/model.safetensors': Buffer.alloc(500_000),
    'README.md': Buffer.from('# A model'),
  },
};

let count = 0;
/** A repository under a name that no other test has. */
function publish(changes: Partial<TestRepository> = {}): string {
  const name = `maker/model-${++count}`;
  house.hub.repositories.set(name, { ...repository, ...changes });
  return name;
}
const offerOf = async (address: string) =>
  house.ask('GET', `/api/admin/model-offers?address=${encodeURIComponent(address)}`) as Promise<{
    status: number;
    body: ModelOffer;
    code: string | undefined;
  }>;
async function begin(changes: Partial<TestRepository> = {}): Promise<ModelDownload> {
  const { body: offer } = await offerOf(publish(changes));
  const { modelId, name, revision, licence } = offer;
  const answer = await house.ask('POST', '/api/admin/model-downloads', {
    repository: offer.repository,
    modelId,
    name,
    revision,
    licence,
  });
  expect(answer.status).toBe(202);
  return answer.body as ModelDownload;
}
async function folderOf({ modelId }: Pick<ModelDownload, 'modelId'>): Promise<string> {
  const folder = (await readdir(house.models)).find((name) => name.startsWith(`${modelId}.`));
  return join(house.models, folder!);
}
const largeRanges = () => house.hub.asked.filter(({ path }) => path.includes('/blob/')).map(({ range }) => range);

describe('an offer', () => {
  it('tells commit, licence, size and room, and downloads nothing', async () => {
    const name = publish();
    const { status, body } = await offerOf(`${house.hub.url}/${name}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ repository: name, licence: 'openrail++', files: 4, fits: true, modelId: name.split('/')[1] });
    expect(body.totalBytes).toBe(200_000 + 42 + 2 + 9);
    expect(house.hub.asked.every(({ path }) => path.startsWith('/api/models/'))).toBe(true);
  });

  it.each([
    ['maker/nothing', 'repository_unsupported'],
    ['https://example.com/maker/model', 'address_not_allowed'],
    ['../maker', 'address_not_allowed'],
  ])('is refused for %s', async (address, code) => {
    expect(await offerOf(address)).toMatchObject({ status: 400, code });
  });

  it('is refused for gated repositories and those without networks', async () => {
    const withoutNetworks = { files: { 'model_index.json': Buffer.from('{}') } };
    for (const changes of [{ gated: 'manual' as const }, withoutNetworks])
      expect((await offerOf(publish(changes))).code).toBe('repository_unsupported');
  });

  it('holds a download to the licence and the commit that were shown', async () => {
    const { body: offer } = await offerOf(publish());
    const input = { repository: offer.repository, modelId: 'x', name: 'x', revision: offer.revision, licence: offer.licence };
    expect((await house.ask('POST', '/api/admin/model-downloads', { ...input, licence: 'mit' })).code).toBe('licence_changed');
    house.hub.repositories.set(offer.repository, { ...repository, files: { ...repository.files, 'a.json': Buffer.from('1') } });
    expect((await house.ask('POST', '/api/admin/model-downloads', input)).code).toBe('repository_unsupported');
  });
});

describe('a download', () => {
  it('brings the files, proves them, and makes a model of them', async () => {
    const download = await begin();
    await house.work(download.id);
    expect(await house.read(download.id)).toMatchObject({ state: 'succeeded', receivedBytes: download.totalBytes });
    const folder = await folderOf(download);
    expect(await readFile(join(folder, 'unet/model.onnx'))).toEqual(network);
    expect((await readdir(folder)).sort()).toEqual(['README.md', 'model_index.json', 'unet']);
    expect(house.drawers.offered.at(-1)).toBe(`${download.modelId} in ${folder.slice(house.models.length + 1)}`);
  });

  it('is noted in the audit log with who asked', async () => {
    const { modelId } = await begin();
    const { rows } = await sql`select actor_id, act from platform.audit where subject = ${`model:${modelId}`}`.execute(
      house.database.read,
    );
    expect(rows).toEqual([{ actor_id: administrator.accountId, act: 'model.fetched' }]);
  });

  it('is not begun twice under one id, nor under that of a model that is there', async () => {
    const { modelId } = await begin();
    const { body: offer } = await offerOf(publish());
    const input = { repository: offer.repository, name: 'x', revision: offer.revision, licence: offer.licence };
    for (const id of [modelId, 'sticker-one'])
      expect((await house.ask('POST', '/api/admin/model-downloads', { ...input, modelId: id })).code).toBe('model_exists');
  });

  it.each<[string, Fault[], (string | undefined)[]]>([
    ['goes on where the connection broke', [{ kind: 'drop', after: 50_000 }], [undefined, 'bytes=50000-']],
    [
      'begins anew when the server sends another part',
      [{ kind: 'drop', after: 50_000 }, { kind: 'other-part' }],
      [undefined, 'bytes=50000-', undefined],
    ],
    [
      'begins anew when the server knows no parts',
      [{ kind: 'drop', after: 50_000 }, { kind: 'whole' }],
      [undefined, 'bytes=50000-'],
    ],
    [
      'waits for a server that is busy',
      [
        { kind: 'status', status: 503 },
        { kind: 'status', status: 429 },
      ],
      [undefined, undefined, undefined],
    ],
    ['fetches a damaged file once more', [{ kind: 'damaged' }], [undefined, undefined]],
    ['fetches a file that is too long once more', [{ kind: 'longer' }], [undefined, undefined]],
  ])('%s', async (_, faults, ranges) => {
    const download = await begin();
    house.hub.asked.length = 0;
    house.hub.faults.push(...faults);
    await house.work(download.id);
    expect(await house.read(download.id)).toMatchObject({ state: 'succeeded', failure: null });
    expect(await readFile(join(await folderOf(download), 'unet/model.onnx'))).toEqual(network);
    expect(largeRanges()).toEqual(ranges);
  });

  it.each<[string, Fault[], string]>([
    ['files stay damaged', [{ kind: 'damaged' }, { kind: 'damaged' }], 'checksum_mismatch'],
    ['the server stays away', Array.from({ length: 6 }, () => ({ kind: 'status', status: 503 })), 'hub_unavailable'],
    ['it is sent to another host', [{ kind: 'redirect', to: 'https://example.com/x' }], 'address_not_allowed'],
    [
      'it is sent around in circles',
      Array.from({ length: 80 }, () => ({ kind: 'redirect', to: '/cdn/blobs/blob/x' })),
      'hub_unavailable',
    ],
  ])('fails when %s, and can be taken up again', async (_, faults, code) => {
    const download = await begin();
    house.hub.faults.push(...faults);
    await house.work(download.id);
    expect(await house.read(download.id)).toMatchObject({ state: 'failed', failure: { code } });
    house.hub.faults.length = 0;
    expect((await house.ask('POST', `/api/admin/model-downloads/${download.id}/resume`)).status).toBe(202);
    await house.work(download.id);
    expect(await house.read(download.id)).toMatchObject({ state: 'succeeded', failure: null });
  });

  it('fails when its engine cannot draw with it, says why, and keeps what has arrived', async () => {
    const download = await begin();
    house.drawers.refusal = 'unet/model.onnx is no network';
    await house.work(download.id);
    const detail = 'unet/model.onnx is no network';
    expect(await house.read(download.id)).toMatchObject({ state: 'failed', failure: { code: 'model_unsupported', detail } });
    house.drawers.refusal = undefined;
    house.hub.asked.length = 0;
    await house.ask('POST', `/api/admin/model-downloads/${download.id}/resume`);
    await house.work(download.id);
    expect(await house.read(download.id)).toMatchObject({ state: 'succeeded' });
    expect(house.hub.asked).toEqual([]);
  });

  it('stops when it is told to, and keeps what has arrived', async () => {
    const download = await begin();
    house.hub.faults.push({ kind: 'stall', after: 80_000 });
    const working = house.work(download.id);
    await expect.poll(async () => (await house.read(download.id))?.receivedBytes).toBeGreaterThan(80_000);
    expect((await house.ask('POST', `/api/admin/model-downloads/${download.id}/stop`)).body).toMatchObject({
      state: 'cancelled',
    });
    await working;
    expect(await house.read(download.id)).toMatchObject({ state: 'cancelled' });
    expect((await house.ask('POST', `/api/admin/model-downloads/${download.id}/stop`)).code).toBe('download_state');
    house.hub.asked.length = 0;
    await house.ask('POST', `/api/admin/model-downloads/${download.id}/resume`);
    await house.work(download.id);
    expect(largeRanges()).toEqual(['bytes=80000-']);
  });

  it('is let go of when the process stops, and taken up by the next', async () => {
    const download = await begin();
    house.hub.faults.push({ kind: 'stall', after: 80_000 });
    const stop = new AbortController();
    const working = house.work(download.id, stop.signal);
    await expect.poll(async () => (await house.read(download.id))?.receivedBytes).toBeGreaterThan(80_000);
    stop.abort();
    await working;
    expect(await house.read(download.id)).toMatchObject({ state: 'queued' });
    await house.work(download.id);
    expect(largeRanges()).toEqual([undefined, 'bytes=80000-']);
  });

  /** A download whose last task ended in the middle of the large file, and where that file stands. */
  async function beginWithoutLarge() {
    const download = await begin();
    house.hub.faults.push({ kind: 'stall', after: 80_000 });
    const first = new AbortController();
    const working = house.work(download.id, first.signal);
    await expect.poll(async () => (await house.read(download.id))?.receivedBytes).toBeGreaterThan(80_000);
    first.abort();
    await working;
    const [folder] = (await readdir(join(house.models, '.partial'))).filter((name) => name.startsWith(`${download.modelId}.`));
    return { download, large: join(house.models, '.partial', folder!, 'unet/model.onnx') };
  }

  it('proves a file to the end when the time of the task is over, and offers it in the next', async () => {
    const { download, large } = await beginWithoutLarge();
    // All of it has arrived, and no time is left.
    await writeFile(`${large}.part`, network);
    house.hub.asked.length = 0;
    await house.work(download.id, AbortSignal.abort());
    expect(await house.read(download.id)).toMatchObject({ state: 'queued' });
    expect(house.drawers.offered).not.toContainEqual(expect.stringContaining(`${download.modelId} in`));
    expect(await stat(large)).toMatchObject({ size: network.length });
    await house.work(download.id);
    expect(await house.read(download.id)).toMatchObject({ state: 'succeeded' });
    expect(house.hub.asked).toEqual([]);
  });

  it('fails when a file stays damaged, however short the time of each task is', async () => {
    const { download, large } = await beginWithoutLarge();
    const states = [];
    for (let task = 0; task < 2; task++) {
      await writeFile(`${large}.part`, Buffer.alloc(network.length));
      await house.work(download.id, AbortSignal.abort());
      states.push((await house.read(download.id))!.state);
    }
    expect(states).toEqual(['queued', 'failed']);
    expect(await house.read(download.id)).toMatchObject({ failure: { code: 'checksum_mismatch' } });
    await house.ask('POST', `/api/admin/model-downloads/${download.id}/resume`);
    await house.work(download.id);
    expect(await house.read(download.id)).toMatchObject({ state: 'succeeded' });
    expect((await readdir(join(await folderOf(download), 'unet'))).sort()).toEqual(['config.json', 'model.onnx']);
  });

  it('does not go on proving when the process stops', async () => {
    const stopping = new AbortController();
    const other = await openInstallation(home.url, { stopping: stopping.signal });
    stopping.abort();
    const download = await begin();
    await other.work(download.id);
    expect(await house.read(download.id)).toMatchObject({ state: 'queued', failure: null });
    await other.close();
  });

  it('is not worked on by two at once', async () => {
    const download = await begin();
    house.hub.faults.push({ kind: 'stall', after: 80_000 });
    const stop = new AbortController();
    const working = house.work(download.id, stop.signal);
    await expect.poll(async () => (await house.read(download.id))?.state).toBe('running');
    const lease = async () =>
      (await sql<{ lease: string }>`select lease from downloads.models where id = ${download.id}`.execute(house.database.read))
        .rows;
    const before = await lease();
    await house.work(download.id);
    expect(await lease()).toEqual(before);
    stop.abort();
    await working;
  });

  it('survives kill -9: another worker goes on when the lease has run out', async () => {
    const download = await begin();
    house.hub.faults.push({ kind: 'stall', after: 120_000 });
    const config = {
      hubUrl: house.hub.url,
      outbound: { hosts: [new URL(house.hub.url).host], allowPrivate: true },
      modelsFolder: house.models,
      canAdd: true,
      importFolder: house.imports,
    };
    const worker = fork(join(import.meta.dirname, 'testing/worker.ts'), [home.url, download.id, JSON.stringify(config)]);
    await expect.poll(async () => (await house.read(download.id))?.receivedBytes, { timeout: 20_000 }).toBeGreaterThan(120_000);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    expect(await house.read(download.id)).toMatchObject({ state: 'running' });
    const tasksOf = async () =>
      (
        await sql`select id from pgboss.job where name = 'downloads.run' and data->>'id' = ${download.id}`.execute(
          house.database.read,
        )
      ).rows.length;
    const before = await tasksOf();
    await house.downloads.crons[0]!.handle(new AbortController().signal);
    expect(await tasksOf()).toBe(before);
    await sql`update downloads.models set lease_until = now() where id = ${download.id}`.execute(house.database.read);
    await house.downloads.crons[0]!.handle(new AbortController().signal);
    expect(await tasksOf()).toBe(before + 1);
    await house.work(download.id);
    expect(await house.read(download.id)).toMatchObject({ state: 'succeeded' });
    expect(largeRanges().at(-1)).toMatch(/^bytes=\d{5,6}-$/);
    expect(await readFile(join(await folderOf(download), 'unet/model.onnx'))).toEqual(network);
  });
});

describe('a full disk', () => {
  it('is seen before anything is downloaded', async () => {
    const small = await openInstallation(home.url, { freeBytes: async () => 1_000 });
    try {
      small.hub.repositories.set('maker/large', repository);
      const { body } = await small.ask('GET', '/api/admin/model-offers?address=maker/large');
      const offer = body as ModelOffer;
      expect(offer.fits).toBe(false);
      const input = {
        repository: offer.repository,
        modelId: 'large',
        name: 'Large',
        revision: offer.revision,
        licence: offer.licence,
      };
      expect((await small.ask('POST', '/api/admin/model-downloads', input)).code).toBe('disk_too_full');
    } finally {
      await small.close();
    }
  });

  // Every write to /dev/full answers that there is no space left, as a full disk does.
  it.runIf(process.platform === 'linux')('in the middle ends the download with the reason', async () => {
    const download = await begin();
    const { folder } = (
      await sql<{ folder: string }>`select folder from downloads.models where id = ${download.id}`.execute(house.database.read)
    ).rows[0]!;
    const partial = join(house.models, '.partial', folder);
    await mkdir(join(partial, 'unet'), { recursive: true });
    await symlink('/dev/full', join(partial, 'unet/model.onnx.part'));
    await house.work(download.id);
    expect(await house.read(download.id)).toMatchObject({ state: 'failed', failure: { code: 'disk_full' } });
  });
});

describe('an import', () => {
  async function putFolder(
    name: string,
    files: Record<string, string> = { 'model_index.json': '{}', 'unet/model.onnx': 'network' },
  ) {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(house.imports, name, path, '..'), { recursive: true });
      await writeFile(join(house.imports, name, path), content);
    }
  }

  it('copies a folder that stands ready, without what links lead to', async () => {
    await putFolder('mine');
    await symlink('/etc/passwd', join(house.imports, 'mine', 'unet', 'secret.json'));
    const { body } = await house.ask('GET', '/api/admin/model-downloads');
    expect((body as DownloadList).importable).toEqual(['mine']);
    const answer = await house.ask('POST', '/api/admin/model-imports', { folder: 'mine', modelId: 'mine', name: 'Mine' });
    const download = answer.body as ModelDownload;
    await house.work(download.id);
    expect(await house.read(download.id)).toMatchObject({ state: 'succeeded', source: 'folder', origin: 'mine' });
    expect((await readdir(await folderOf(download), { recursive: true })).sort()).toEqual([
      'model_index.json',
      'unet',
      'unet/model.onnx',
    ]);
  });

  it('is refused for folders that are not there, or hold no model', async () => {
    await putFolder('empty', { 'model_index.json': '{}' });
    for (const [folder, code] of [
      ['nowhere', 'not_found'],
      ['../import/mine', 'not_found'],
      ['empty', 'repository_unsupported'],
    ])
      expect((await house.ask('POST', '/api/admin/model-imports', { folder, modelId: 'other', name: 'x' })).code).toBe(code);
  });

  it('fails when the folder changes on the way', async () => {
    await putFolder('moving');
    const { body } = await house.ask('POST', '/api/admin/model-imports', { folder: 'moving', modelId: 'moving', name: 'x' });
    await writeFile(join(house.imports, 'moving/unet/model.onnx'), 'longer than before');
    await house.work((body as ModelDownload).id);
    expect(await house.read((body as ModelDownload).id)).toMatchObject({
      state: 'failed',
      failure: { code: 'checksum_mismatch' },
    });
    await rm(join(house.imports, 'moving'), { recursive: true });
    await house.ask('POST', `/api/admin/model-downloads/${(body as ModelDownload).id}/resume`);
    await house.work((body as ModelDownload).id);
    expect(await house.read((body as ModelDownload).id)).toMatchObject({ state: 'failed', failure: { code: 'folder_changed' } });
  });
});

describe('a removal', () => {
  const remove = (id: string) => house.ask('DELETE', `/api/admin/model-downloads/${id}`);
  const workOff = (id: string) => house.downloads.tasks[1]!.handle({ id } as never, new AbortController().signal);

  it('ends the model, deletes its files, and frees its id', async () => {
    const download = await begin();
    await house.work(download.id);
    const folder = await folderOf(download);
    expect((await remove(download.id)).body).toMatchObject({ state: 'removing' });
    await workOff(download.id);
    expect(house.drawers.retired).toContain(download.modelId);
    expect(await stat(folder).catch(() => null)).toBeNull();
    expect(await house.read(download.id)).toBeUndefined();
    expect((await remove(download.id)).code).toBe('not_found');
  });

  it('ends the model of a download that was stopped in its last moment', async () => {
    const download = await begin();
    house.drawers.meanwhile = async () => {
      await house.ask('POST', `/api/admin/model-downloads/${download.id}/stop`);
    };
    await house.work(download.id);
    expect(await house.read(download.id)).toMatchObject({ state: 'cancelled' });
    expect((await remove(download.id)).body).toMatchObject({ state: 'removing' });
    await workOff(download.id);
    expect(house.drawers.retired).toContain(download.modelId);
  });

  it('ends the model also when that becomes one after it', async () => {
    const download = await begin();
    house.drawers.meanwhile = async () => {
      await house.ask('POST', `/api/admin/model-downloads/${download.id}/stop`);
      await remove(download.id);
      await workOff(download.id);
    };
    await house.work(download.id);
    expect(await house.read(download.id)).toBeUndefined();
    expect(house.drawers.retired).toContain(download.modelId);
    expect((await readdir(house.models)).filter((name) => name.startsWith(`${download.modelId}.`))).toEqual([]);
  });

  it('is refused for the default model, and while it is on its way', async () => {
    const download = await begin();
    expect((await remove(download.id)).code).toBe('download_state');
    await house.work(download.id);
    house.drawers.defaultId = download.modelId;
    expect((await remove(download.id)).code).toBe('model_is_default');
    expect(await house.read(download.id)).toMatchObject({ state: 'succeeded' });
  });

  it('deletes what a failed download left', async () => {
    const download = await begin();
    house.hub.faults.push({ kind: 'redirect', to: 'https://example.com/x' });
    await house.work(download.id);
    await remove(download.id);
    await workOff(download.id);
    expect((await readdir(join(house.models, '.partial'))).filter((name) => name.startsWith(`${download.modelId}.`))).toEqual([]);
  });
});

it('asks nobody outside before a person does', async () => {
  await house.ask('GET', '/api/admin/model-downloads');
  await house.downloads.crons[0]!.handle(new AbortController().signal);
  expect(house.hub.asked).toEqual([]);
});

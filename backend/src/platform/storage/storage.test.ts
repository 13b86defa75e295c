import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { testDatabase } from '../../testing/index.ts';
import { describeStorage, gather } from './contract.test-support.ts';
import { attachment } from './disposition.ts';
import { makeFilesystemStorage } from './filesystem.ts';
import { refuseFull } from './full.ts';
import { type S3Config, makeS3Storage } from './s3.ts';
import { type TestS3, startTestS3 } from './s3-server.test-support.ts';
import type { Storage } from './storage.ts';

const account = { accessKeyId: 'AKIDTEST', secretAccessKey: 'not-a-secret', region: 'eu-west-3', bucket: 'pictures' };
let root: string;
let s3: TestS3;
let s3Config: S3Config;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'rendermart-storage-'));
  s3 = await startTestS3(account);
  s3Config = {
    bucket: account.bucket,
    region: account.region,
    endpoint: s3.endpoint,
    accessKeyId: account.accessKeyId,
    secretAccessKey: account.secretAccessKey,
    forcePathStyle: true,
    prefix: 'house/',
  };
});
afterAll(async () => {
  await s3.close();
  await rm(root, { recursive: true, force: true });
});

const drivers: [string, () => Storage & { close?(): void }][] = [
  ['filesystem', () => makeFilesystemStorage({ root })],
  ['s3', () => makeS3Storage(s3Config)],
];

describe.each(drivers)('%s', (name, make) => {
  describeStorage(name, make);

  test('is never asked inside a transaction', async () => {
    const storage = make();
    const clone = await testDatabase();
    const database = openDatabase({ url: clone.url, poolSize: 1, applicationName: 'test' });
    const asked = [
      () => storage.put('images/tx', Buffer.from('x'), 'image/png'),
      () => storage.putStream('images/tx', Readable.from(['x']), 'image/png'),
      () => storage.putDerived('images/tx', Buffer.from('x'), 'image/png'),
      () => storage.get('images/tx'),
      () => storage.exists('images/tx'),
      () => storage.remove('images/tx'),
      () => gather(storage.list('images/')),
      () => storage.check(),
    ];
    for (const ask of asked) await expect(database.tx(async () => ask())).rejects.toThrow('inside a database transaction');
    await database.close();
    await clone.close();
    storage.close?.();
    expect(name).toBe(storage.driver);
  });
});

test('filesystem: what a killed process left half-written is under no key, and goes after an hour', async () => {
  const own = await mkdtemp(path.join(root, 'killed-'));
  const storage = makeFilesystemStorage({ root: own });
  await mkdir(path.join(own, '.unfinished'));
  for (const file of ['old', 'young']) await writeFile(path.join(own, '.unfinished', file), 'half');
  await utimes(path.join(own, '.unfinished', 'old'), new Date(0), new Date(Date.now() - 3_700_000));
  expect(await gather(storage.list(''))).toEqual([]);
  await storage.check();
  expect(await readdir(path.join(own, '.unfinished'))).toEqual(['young']);
});

test('filesystem: a put that fails leaves neither the key nor a half file', async () => {
  const own = await mkdtemp(path.join(root, 'failed-'));
  const storage = makeFilesystemStorage({ root: own });
  await writeFile(path.join(own, 'images'), 'a file where a folder is needed');
  await expect(storage.put('images/one', Buffer.from('x'), 'image/png')).rejects.toThrow();
  expect(await readdir(path.join(own, '.unfinished'))).toEqual([]);
  expect(await readFile(path.join(own, 'images'), 'utf8')).toBe('a file where a folder is needed');
});

test.each(['ENOSPC', 'EDQUOT'])('filesystem: %s is storage_full', (code) => {
  expect(() => refuseFull(Object.assign(new Error('full'), { code }))).toThrow(expect.objectContaining({ code: 'storage_full' }));
});

test('s3: an object whose parts broke off is given up, so that the bucket does not keep them', async () => {
  const storage = makeS3Storage(s3Config);
  const broken = Readable.from(
    (async function* () {
      yield Buffer.alloc(20_000_000);
      throw new Error('the sender went away');
    })(),
    { objectMode: false },
  );
  await expect(storage.putStream('images/broken', broken, 'image/png')).rejects.toThrow();
  expect(s3.unfinished()).toBe(0);
  storage.close();
});

describe('s3: what is stored carries a checksum', () => {
  /** Puts one object whole and one in parts, and answers the checksum headers of every request that had a body to keep. */
  async function checksumsSent(config: Partial<S3Config>): Promise<(string | undefined)[]> {
    const sent: (string | undefined)[] = [];
    const answers: Record<string, string> = {
      POST: '<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>',
    };
    const requestHandler = {
      handle: async ({ method, headers }: { method: string; headers: Record<string, string> }) => {
        if (method === 'PUT') sent.push(Object.keys(headers).find((name) => name.startsWith('x-amz-checksum-')));
        const body = Readable.from([answers[method] ?? '']);
        return { response: { statusCode: 200, headers: { etag: '"one"' }, body } };
      },
    };
    const storage = makeS3Storage({ ...s3Config, ...config, requestHandler: requestHandler as never });
    await storage.put('backups/manifest.json', Buffer.from('{}'), 'application/json');
    await storage.putStream('backups/small', Readable.from([Buffer.from('x')]), 'application/octet-stream');
    await storage.putStream('backups/dump', Readable.from([Buffer.alloc(9_000_000)]), 'application/octet-stream');
    storage.close();
    return sent;
  }

  test('for Amazon, whose buckets with Object Lock refuse it otherwise', async () => {
    expect(await checksumsSent({ endpoint: undefined })).toEqual(Array(4).fill('x-amz-checksum-crc32'));
  });

  test('but not for other servers, many of which do not know them', async () => {
    expect(await checksumsSent({ endpoint: 'http://127.0.0.1:9' })).toEqual(Array(4).fill(undefined));
  });
});

describe('s3: reading from a server that answers at once and then', () => {
  /** Sends `first`, then a byte every 50 ms, and ends after `more` of them; with `more` 0 it never ends. */
  const reading = async (first: Buffer, more: number, use: (stream: Readable) => Promise<void>) => {
    const answer = async (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': first.length + (more || 1) }).write(first);
      for (let count = 0; count < more; count++) {
        await setTimeout(50);
        response.write('.');
      }
      if (more > 0) response.end();
    };
    const server = createServer((_, response) => void answer(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const storage = makeS3Storage({ ...s3Config, endpoint }, 300);
    await use((await storage.get('images/slow'))!.stream).finally(() => {
      storage.close();
      server.closeAllConnections();
      server.close();
    });
  };

  test('takes longer than the limit in all, is read to its end', () =>
    reading(Buffer.from('x'), 10, async (stream) => {
      expect(await text(stream)).toBe('x..........');
    }));

  test('falls silent, ends as unavailable', () =>
    reading(Buffer.from('x'), 0, async (stream) => {
      await expect(text(stream)).rejects.toMatchObject({ code: 'unavailable' });
    }));

  test('waits for a slow reader, gives it everything', () =>
    reading(Buffer.alloc(8_000_000), 1, async (stream) => {
      let size = 0;
      for await (const chunk of stream) {
        if (size === 0) await setTimeout(600);
        size += (chunk as Buffer).length;
      }
      expect(size).toBe(8_000_001);
    }));
});

describe('s3', () => {
  const withStorage = async (change: Partial<S3Config>, use: (storage: Storage) => Promise<void>) => {
    const storage = makeS3Storage({ ...s3Config, ...change });
    try {
      await use(storage);
    } finally {
      storage.close();
    }
  };

  test('keys stand below the prefix', () =>
    withStorage({}, async (storage) => {
      await storage.put('images/prefixed', Buffer.from('x'), 'image/png');
      expect(s3.objects.get('house/images/prefixed')?.mediaType).toBe('image/png');
    }));

  test("the wrong secret and the wrong bucket fail at start, with the server's word", async () => {
    await withStorage({ secretAccessKey: 'wrong' }, (storage) =>
      expect(storage.check()).rejects.toThrow('SignatureDoesNotMatch'),
    );
    await withStorage({ bucket: 'elsewhere' }, (storage) => expect(storage.check()).rejects.toThrow('NoSuchBucket'));
    await withStorage({ bucket: 'elsewhere' }, (storage) => expect(storage.reach()).rejects.toThrow('NoSuchBucket'));
    await withStorage({ endpoint: 'http://127.0.0.1:9' }, (storage) =>
      expect(storage.reach()).rejects.toMatchObject({ code: 'unavailable' }),
    );
    await expect(makeFilesystemStorage({ root: path.join(root, 'gone') }).reach()).rejects.toThrow('ENOENT');
  });

  test('signed addresses lead to where browsers reach the bucket, and are good there', () =>
    withStorage({ publicEndpoint: s3.endpoint, endpoint: 'http://127.0.0.1:9' }, async (storage) => {
      s3.objects.set('house/images/public', { bytes: Buffer.from('seen'), mediaType: 'image/png', modifiedAt: new Date() });
      const url = await storage.signedUrl('images/public', { expiresInSeconds: 60, mediaType: 'image/png' });
      expect(await (await fetch(url!)).text()).toBe('seen');
    }));

  test("a full store and a silent store have the contract's words", () =>
    withStorage({}, async (storage) => {
      s3.failNext({ status: 507, code: 'InsufficientStorage' });
      await expect(storage.put('images/full', Buffer.from('x'), 'image/png')).rejects.toMatchObject({ code: 'storage_full' });
      await withStorage({ endpoint: 'http://127.0.0.1:9' }, (dead) =>
        expect(dead.get('images/full')).rejects.toMatchObject({ code: 'unavailable' }),
      );
    }));

  test('a signed address reads without keys, under a readable name, and neither changed nor after its time', () =>
    withStorage({}, async (storage) => {
      await storage.put('images/signed', Buffer.from('seen'), 'image/png');
      const sign = (expiresInSeconds: number) =>
        storage.signedUrl('images/signed', { expiresInSeconds, fileName: 'forêt.png', mediaType: 'image/png' });
      const url = (await sign(60))!;
      const answer = await fetch(url);
      expect(await answer.text()).toBe('seen');
      expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''for%C3%AAt.png");
      expect((await fetch(url.replace('signed', 'other'))).status).toBe(403);
      expect((await fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000'))).status).toBe(403);
      const again = await storage.signedUrl('images/signed', {
        expiresInSeconds: 60,
        sameForSeconds: 3600,
        mediaType: 'image/png',
      });
      expect(await (await fetch(again!)).text()).toBe('seen');
      expect(again).toContain('X-Amz-Expires=3660');
      const short = (await sign(1))!;
      await setTimeout(1_100);
      expect((await fetch(short)).status).toBe(403);
    }));
});

test.each([
  ['fox.png', `attachment; filename="fox.png"; filename*=UTF-8''fox.png`],
  ['forêt "d\'été".png', `attachment; filename="foret _d'ete_.png"; filename*=UTF-8''for%C3%AAt%20%22d%27%C3%A9t%C3%A9%22.png`],
  ['日本.png', `attachment; filename="__.png"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.png`],
  ['a\r\nset-cookie: x', `attachment; filename="a__set-cookie: x"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20x`],
])('attachment(%j)', (fileName, header) => expect(attachment(fileName)).toBe(header));

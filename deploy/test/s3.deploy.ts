import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Storage, makeStorage } from '../../backend/src/platform/index.ts';
import { describeStorage } from '../../backend/src/platform/storage/contract.test-support.ts';
import { runErrand, startApi } from '../../scripts/program/index.ts';
import { type House, openHouse } from './house.ts';
import { type RealS3, startRealS3 } from './real-s3.ts';

let s3: RealS3;
let storage: Storage;
const configOf = (change: Partial<RealS3> = {}) => {
  const { bucket, region, endpoint, accessKeyId, secretAccessKey } = { ...s3, ...change };
  return {
    driver: 's3',
    bucket,
    region,
    endpoint,
    accessKeyId,
    secretAccessKey,
    prefix: 'house/',
    forcePathStyle: true,
  } as const;
};

beforeAll(async () => {
  s3 = await startRealS3();
  storage = await makeStorage(configOf());
}, 900_000);
afterAll(() => s3?.stop());

describeStorage('a real S3 server', () => storage);

describe('a signed address of a private bucket', () => {
  const sign = (expiresInSeconds = 60) =>
    storage.signedUrl('images/signed', { expiresInSeconds, fileName: 'forêt.png', mediaType: 'image/png' }) as Promise<string>;
  beforeAll(() => storage.put('images/signed', Buffer.from('0123456789'), 'image/png'));

  it('reads without keys, under a readable name', async () => {
    const answer = await fetch(await sign());
    expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([200, '0123456789', 'image/png']);
    expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''for%C3%AAt.png");
  });

  it('reads a range, as browsers ask for it', async () => {
    const answer = await fetch(await sign(), { headers: { range: 'bytes=2-5' } });
    expect([answer.status, await answer.text(), answer.headers.get('content-range')]).toEqual([206, '2345', 'bytes 2-5/10']);
  });

  it('is good neither without its signature, nor changed, nor for writing, nor after its time', async () => {
    const url = await sign();
    const statusOf = async (address: string, init?: RequestInit) => (await fetch(address, init)).status;
    expect(await statusOf(url.split('?')[0]!)).toBe(403);
    expect(await statusOf(url.replace('images/signed', 'images/other'))).toBe(403);
    expect(await statusOf(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000'))).toBe(403);
    expect(await statusOf(url, { method: 'PUT', body: 'mine' })).toBe(403);
    const short = await sign(1);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(await statusOf(short)).toBe(403);
  });
});

it('lists more keys than fit one answer', async () => {
  const keys = Array.from({ length: 1_205 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
  for (let at = 0; at < keys.length; at += 50)
    await Promise.all(keys.slice(at, at + 50).map((key) => storage.put(key, Buffer.from('x'), 'text/plain')));
  const found: string[] = [];
  for await (const { key, sizeBytes } of storage.list('many/')) if (sizeBytes === 1) found.push(key);
  expect(found.sort()).toEqual(keys);
}, 120_000);

it('a stream in parts arrives whole', async () => {
  const bytes = randomBytes(30_000_000);
  await storage.putStream(
    'images/parts',
    Readable.from([bytes.subarray(0, 12_345_678), bytes.subarray(12_345_678)]),
    'image/png',
  );
  const found = await storage.get('images/parts');
  expect(found?.sizeBytes).toBe(bytes.length);
  expect(Buffer.concat((await found!.stream.toArray()) as Buffer[]).equals(bytes)).toBe(true);
}, 60_000);

describe('the program on it', () => {
  let house: House;
  const settings = () => ({
    S3_BUCKET: s3.bucket,
    S3_REGION: s3.region,
    S3_ENDPOINT: s3.endpoint,
    S3_ACCESS_KEY_ID: s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    S3_FORCE_PATH_STYLE: 'true',
    S3_PREFIX: 'program/',
    BACKUP_TO: `s3://${s3.bucket}/backups-of-program`,
  });
  beforeAll(async () => void (house = await openHouse(settings())), 180_000);
  afterAll(() => house?.stop());

  it('drew into the bucket, saves its backup there, and finds everything again', async () => {
    const program = await makeStorage({ ...configOf(), prefix: 'program/' });
    let originals = 0;
    for await (const { key } of program.list('images/')) originals += Number(key.endsWith('.png'));
    expect(originals).toBe(4);
    for (const errand of ['backup', 'restore-drill'] as const) {
      const { code, lastLines } = await runErrand(errand, house.env);
      expect([code, lastLines.join('\n')]).toEqual([0, expect.stringContaining('{')]);
      if (errand === 'restore-drill')
        expect(JSON.parse(lastLines.at(-1)!)).toMatchObject({ files: 4, hashed: 4, faults: [], ok: true });
    }
  }, 120_000);

  it.each<[string, () => Record<string, string>, RegExp]>([
    ['no such bucket', () => ({ S3_BUCKET: 'elsewhere' }), /^S3_BUCKET names elsewhere, which does not exist at http/],
    [
      'no such key',
      () => ({ S3_ACCESS_KEY_ID: 'AKIDUNKNOWN' }),
      /^S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are refused .*Correct them/,
    ],
    [
      'the wrong secret',
      () => ({ S3_SECRET_ACCESS_KEY: 'wrong' }),
      /^S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are refused .*Correct them/,
    ],
    [
      'a server that is away',
      () => ({ S3_ENDPOINT: 'http://127.0.0.1:9' }),
      /^S3_ENDPOINT leads to http:\/\/127\.0\.0\.1:9, which does not answer/,
    ],
  ])(
    'does not start with %s, and says in one line which variable and what to do',
    async (_what, change, line) => {
      const { code, lastLines } = await startApi({ ...house.env, ...change() }).exited;
      expect([code, lastLines.length, lastLines[0]]).toEqual([1, 1, expect.stringMatching(line)]);
    },
    60_000,
  );

  it('does not start when the copies would need more connections than the server allows', async () => {
    const first = startApi({ ...house.env, DATABASE_POOL_SIZE: '150' });
    await first.ready;
    const { code, lastLines } = await startApi({ ...house.env, PORT: '0', METRICS_PORT: '0', DATABASE_POOL_SIZE: '60' }).exited;
    await first.stop(10_000);
    expect([code, lastLines]).toEqual([
      1,
      [
        expect.stringMatching(
          /^DATABASE_POOL_SIZE is 60: this process may open 63 connections, and .* up to 153, but the server allows 197\. Lower it/,
        ),
      ],
    ]);
  }, 60_000);
});

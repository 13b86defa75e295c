import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { inflateRawSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Storage } from '../platform/index.ts';
import { type Person, type TestLibrary, makePicture, openTestLibrary, pngChunks } from './library.test-support.ts';

let house: TestLibrary;
let alice: Person;
let bob: Person;
/** How often an original was read, and streams that are open. */
const reads = { originals: 0, open: 0, breakAfterBytes: Infinity };

function watched(storage: Storage): Storage {
  return {
    ...storage,
    async get(key) {
      const found = await storage.get(key);
      if (!found || !key.startsWith('images/')) return found;
      reads.originals += 1;
      reads.open += 1;
      found.stream.once('close', () => void (reads.open -= 1));
      return reads.breakAfterBytes === Infinity ? found : { ...found, stream: broken(found.stream) };
    },
  };
}

function broken(stream: Readable): Readable {
  return Readable.from(
    (async function* () {
      for await (const piece of stream) {
        yield (piece as Buffer).subarray(0, reads.breakAfterBytes);
        throw new Error('the disk failed');
      }
    })(),
    { objectMode: false },
  );
}

beforeAll(async () => void (house = await openTestLibrary({ wrapStorage: watched })));
afterAll(() => house.close());
beforeEach(() => {
  alice = house.newPerson('Alice');
  bob = house.newPerson('Bob');
  house.settings.exploreAudience = 'members';
  Object.assign(reads, { originals: 0, breakAfterBytes: Infinity });
});

describe('a PNG', () => {
  test('carries its recipe before the pixels, readable for other tools and for ours, and is the same picture', async () => {
    const picture = await makePicture({ alpha: true });
    const id = await house.addImage(alice, { picture, prompt: 'a fox, red\n<lora>', recipe: { modelName: 'Sticker, v2' } });
    const { bytes, headers } = await house.ask(alice, 'GET', `/api/images/${id}/file`);
    expect(headers.get('content-length')).toBe(String(bytes.length));
    const chunks = pngChunks(bytes);
    expect(chunks.map((chunk) => chunk.type).slice(0, 3)).toEqual(['IHDR', 'tEXt', 'tEXt']);
    expect(chunks[1]!.data.toString('latin1')).toBe(
      'parameters\0a fox, red\n<lora>\nNegative prompt: blurry\nSteps: 20, CFG scale: 7.5, Seed: 4294967295, Size: 64x48, Model: "Sticker, v2", Version: RenderMart',
    );
    expect(JSON.parse(chunks[2]!.data.toString('latin1').slice('rendermart\0'.length))).toMatchObject({
      version: 1,
      imageId: id,
      recipe: { prompt: 'a fox, red\n<lora>' },
    });
    const pixels = (png: Buffer) => sharp(png).raw().toBuffer();
    expect((await pixels(bytes)).equals(await pixels(picture))).toBe(true);
    expect((await sharp(bytes).metadata()).comments?.map((comment) => comment.keyword)).toContain('parameters');
  });

  test('writes what Latin-1 cannot say as UTF-8', async () => {
    const id = await house.addImage(alice, { prompt: '狐 🦊' });
    const chunks = pngChunks((await house.ask(alice, 'GET', `/api/images/${id}/file`)).bytes);
    expect(chunks[1]!.type).toBe('iTXt');
    expect(chunks[1]!.data.toString('utf8')).toMatch(/^parameters\0\0\0\0\0狐 🦊\nNegative prompt/);
  });

  test('tells strangers nothing of the private picture that it was drawn from', async () => {
    const source = randomUUID();
    const id = await house.addImage(alice, { recipe: { sourceImageId: source } });
    await house.ask(alice, 'PATCH', `/api/images/${id}`, { published: true });
    const [mine, seen] = await Promise.all([alice, bob].map((person) => house.ask(person, 'GET', `/api/images/${id}/file`)));
    expect(mine!.bytes.includes(source)).toBe(true);
    expect(seen!.bytes.includes(source)).toBe(false);
    expect(mine!.headers.get('etag')).not.toBe(seen!.headers.get('etag'));
  });
});

test('a JPEG comes as it is', async () => {
  const picture = await makePicture({ format: 'jpeg' });
  const id = await house.addImage(alice, { picture });
  expect((await house.ask(alice, 'GET', `/api/images/${id}/file`)).bytes.equals(picture)).toBe(true);
});

test('a download has a readable name', async () => {
  const id = await house.addImage(alice, { prompt: 'Forêt d\'été, "très" belle/../etc' });
  expect((await house.ask(alice, 'GET', `/api/images/${id}/file`)).headers.get('content-disposition')).toBeNull();
  const name = `forêt-d-été-très-belle-etc-${id.slice(-8)}.png`;
  expect((await house.ask(alice, 'GET', `/api/images/${id}/file?download=true`)).headers.get('content-disposition')).toBe(
    `attachment; filename="foret-d-ete-tres-belle-etc-${id.slice(-8)}.png"; filename*=UTF-8''${encodeURIComponent(name)}`,
  );
});

describe('copies', () => {
  const headersOf = async (person: Person | null, id: string, part: string) => {
    const { headers } = await house.ask(person, 'GET', `/api/images/${id}/${part}`);
    return [headers.get('cache-control'), headers.get('vary')];
  };

  test("of private bytes are the owner's alone", async () => {
    const id = await house.addImage(alice);
    const owners = 'private, max-age=31536000, immutable';
    expect(await headersOf(alice, id, 'file')).toEqual([owners, 'Cookie, Authorization']);
    expect(await headersOf(alice, id, 'thumbnails/256')).toEqual([owners, 'Accept, Cookie, Authorization']);
  });

  test('of published ones are shared only where everyone may look, and not for ever', async () => {
    const id = await house.addImage(alice);
    await house.ask(alice, 'PATCH', `/api/images/${id}`, { published: true });
    expect(await headersOf(bob, id, 'file')).toEqual(['private, max-age=600', 'Cookie, Authorization']);
    house.settings.exploreAudience = 'everyone';
    expect(await headersOf(null, id, 'file')).toEqual(['public, max-age=600', null]);
    expect(await headersOf(null, id, 'thumbnails/640')).toEqual(['public, max-age=600', 'Accept']);
    expect((await headersOf(alice, id, 'file'))[0]).toMatch(/^private/);
  });

  test('are confirmed without sending them again, to whoever may still see them', async () => {
    const id = await house.addImage(alice);
    for (const part of ['file', 'thumbnails/256']) {
      const etag = (await house.ask(alice, 'GET', `/api/images/${id}/${part}`)).headers.get('etag')!;
      const again = await house.ask(alice, 'GET', `/api/images/${id}/${part}`, undefined, {
        'if-none-match': `"other", ${etag}`,
      });
      expect([again.status, again.bytes.length, again.headers.get('etag')]).toEqual([304, 0, etag]);
      expect((await house.ask(bob, 'GET', `/api/images/${id}/${part}`, undefined, { 'if-none-match': etag })).status).toBe(404);
    }
  });

  test('can do nothing as a page', async () => {
    const id = await house.addImage(alice);
    const { headers } = await house.ask(alice, 'GET', `/api/images/${id}/file`);
    expect([headers.get('x-content-type-options'), headers.get('content-security-policy')]).toEqual([
      'nosniff',
      "default-src 'none'; sandbox",
    ]);
  });
});

describe('a thumbnail', () => {
  test('asked for before its task ran is made once, whoever asks meanwhile, and keeps its alpha', async () => {
    const id = await house.addImage(alice, { picture: await makePicture({ width: 900, height: 600, alpha: true }) });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        house.ask(alice, 'GET', `/api/images/${id}/thumbnails/256`, undefined, { accept: 'image/avif,image/webp' }),
      ),
    );
    expect(reads.originals).toBe(1);
    expect(new Set(answers.map((answer) => answer.headers.get('content-type')))).toEqual(new Set(['image/webp']));
    const { width, height, format, hasAlpha } = await sharp(answers[0]!.bytes).metadata();
    expect([width, height, format, hasAlpha]).toEqual([256, 171, 'webp', true]);
    await house.ask(alice, 'GET', `/api/images/${id}/thumbnails/256`);
    expect(reads.originals).toBe(1);
  });

  test('after its task comes in the format that the browser prefers', async () => {
    const id = await house.addImage(alice, { picture: await makePicture({ width: 900, height: 600 }) });
    await runThumbnails(id);
    reads.originals = 0;
    const ask = async (size: number, accept: string) => {
      const { bytes, headers } = await house.ask(alice, 'GET', `/api/images/${id}/thumbnails/${size}`, undefined, { accept });
      return [headers.get('content-type'), (await sharp(bytes).metadata()).width];
    };
    expect(await ask(640, 'image/avif,image/webp,*/*')).toEqual(['image/avif', 640]);
    expect(await ask(256, 'text/html, image/avif;q=0.8')).toEqual(['image/avif', 256]);
    expect(await ask(640, 'image/webp,*/*')).toEqual(['image/webp', 640]);
    expect(await ask(256, 'image/avif;q=0, image/webp')).toEqual(['image/webp', 256]);
    expect(reads.originals).toBe(0);
  });

  test('of a tiny picture is the picture itself, and no task is queued for it', async () => {
    const picture = await makePicture();
    const id = await house.addImage(alice, { picture });
    const answer = await house.ask(alice, 'GET', `/api/images/${id}/thumbnails/256`);
    expect([answer.headers.get('content-type'), answer.headers.get('x-content-type-options')]).toEqual(['image/png', 'nosniff']);
    expect(answer.bytes).toEqual(picture);
    const { rows } = await house.database.pool.query(
      'select thumbnails_at is not null as done from library.blobs b join library.images i on i.blob_id = b.id where i.id = $1',
      [id],
    );
    expect(rows).toEqual([{ done: true }]);
    expect((await house.ask(bob, 'GET', `/api/images/${id}/thumbnails/256`)).status).toBe(404);
  });

  test('of a small picture is not blown up, and not made twice', async () => {
    const id = await house.addImage(alice, { picture: await makePicture({ format: 'avif' }) });
    const [small, large] = await Promise.all(
      [256, 640].map((size) => house.ask(alice, 'GET', `/api/images/${id}/thumbnails/${size}`)),
    );
    expect((await sharp(large!.bytes).metadata()).width).toBe(64);
    expect(small!.headers.get('etag')).toBe(large!.headers.get('etag'));
  });

  test('of another size is not there', async () => {
    const id = await house.addImage(alice);
    expect((await house.ask(alice, 'GET', `/api/images/${id}/thumbnails/5000`)).status).toBe(404);
  });
});

async function runThumbnails(imageId: string): Promise<void> {
  const { rows } = await house.database.pool.query<{ blob_id: string; account_id: string }>(
    'select blob_id, account_id from library.images where id = $1',
    [imageId],
  );
  const task = house.library.tasks.find((handler) => handler.name === 'library.thumbnail-batch')!;
  const images = [{ blobId: rows[0]!.blob_id, imageId, accountId: rows[0]!.account_id }];
  await task.handle({ images } as never, AbortSignal.timeout(20_000));
}

/** The entries of a zip, by its central directory. */
function unzip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from('504b0506', 'hex'));
  const entries = new Map<string, Buffer>();
  for (let at = zip.readUInt32LE(end + 16), left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameLength, extraLength, commentLength] = [
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
    ];
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const data = zip.subarray(from, from + zip.readUInt32LE(at + 20));
    entries.set(
      zip.toString('utf8', at + 46, at + 46 + nameLength),
      zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(data) : data,
    );
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

describe('an archive', () => {
  test('holds the asked images in their order, with readable unique names and every recipe', async () => {
    const ids = [
      await house.addImage(alice, { prompt: 'Rotes Füchslein' }),
      await house.addImage(alice, { picture: await makePicture({ format: 'webp' }) }),
    ];
    const foreign = await house.addImage(bob);
    const { status, json } = await house.ask(alice, 'POST', '/api/archives', { ids: [...ids, foreign, ids[0]] });
    expect([status, json.images, json.path]).toEqual([201, 2, `/api/archives/${json.id}`]);
    const { bytes, headers } = await house.ask(alice, 'GET', json.path);
    expect(headers.get('content-disposition')).toContain('rendermart-20');
    const entries = unzip(bytes);
    const names = [`rotes-füchslein-${ids[0]!.slice(-8)}.png`, `a-red-fox-in-the-snow-${ids[1]!.slice(-8)}.webp`];
    expect([...entries.keys()].sort()).toEqual([...names, 'recipes.json'].sort());
    const single = await house.ask(alice, 'GET', `/api/images/${ids[0]}/file`);
    expect(entries.get(names[0]!)!.equals(single.bytes)).toBe(true);
    expect(JSON.parse(entries.get('recipes.json')!.toString())).toMatchObject([
      { file: names[0], imageId: ids[0], recipe: { prompt: 'Rotes Füchslein' } },
      { file: names[1] },
    ]);
  });

  test("is its maker's, for an hour, and forgets what went to the trash", async () => {
    const ids = [await house.addImage(alice), await house.addImage(alice)];
    const { path } = (await house.ask(alice, 'POST', '/api/archives', { ids })).json;
    expect((await house.ask(bob, 'GET', path)).json.error.code).toBe('not_found');
    expect((await house.ask(null, 'GET', path)).json.error.code).toBe('sign_in_required');
    await house.ask(alice, 'POST', '/api/images/trash', { ids: [ids[0]] });
    expect(unzip((await house.ask(alice, 'GET', path)).bytes).size).toBe(2);
    house.pass(3_600_000);
    expect((await house.ask(alice, 'GET', path)).json.error.code).toBe('not_found');
    const cron = house.library.crons.find((task) => task.name === 'library.expire-archives')!;
    await cron.handle(AbortSignal.timeout(10_000));
    expect((await house.database.pool.query('select from library.archives where account_id = $1', [alice.id])).rowCount).toBe(0);
  });

  test('that a broken file interrupts does not look whole', async () => {
    const { path } = (
      await house.ask(alice, 'POST', '/api/archives', { ids: [await house.addImage(alice), await house.addImage(alice)] })
    ).json;
    reads.breakAfterBytes = 40;
    await expect(house.ask(alice, 'GET', path)).rejects.toThrow();
  });

  test('that nobody reads to its end leaves no file open', async () => {
    // Larger than all buffers on the way together, so that the zip stands still in the middle of it.
    const picture = await sharp(Buffer.alloc(2_500 * 2_500 * 3, 7), { raw: { width: 2_500, height: 2_500, channels: 3 } })
      .png({ compressionLevel: 0 })
      .toBuffer();
    const { path } = (
      await house.ask(alice, 'POST', '/api/archives', {
        ids: [await house.addImage(alice, { picture }), await house.addImage(alice)],
      })
    ).json;
    await new Promise<void>((resolve, reject) => {
      const request = httpRequest(`${house.origin}${path}`, { headers: { 'x-test-person': alice.id } }, (response) => {
        let received = 0;
        response.on('data', (piece: Buffer) => void ((received += piece.length) > 200_000 && request.destroy()));
        response.on('error', () => {}).on('close', resolve);
      });
      request.on('error', reject).end();
    });
    expect(reads.originals).toBe(1);
    await expect.poll(() => reads.open).toBe(0);
  });
});

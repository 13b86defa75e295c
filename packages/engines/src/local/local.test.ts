import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineEvent, EngineJob, ImageEngine } from '@rendermart/engine';
import { testConformance } from '@rendermart/engine/conformance';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../index.ts';
import { openLocalEngine } from './index.ts';

const repository = new URL('../../../../', import.meta.url);
let modelsFolder = '';
beforeAll(async () => {
  modelsFolder = await mkdtemp(join(tmpdir(), 'models-'));
  for (const shipped of ['sticker-one', 'upscaler-one', 'lanczos'])
    await cp(fileURLToPath(new URL(`models/${shipped}`, repository)), join(modelsFolder, shipped), { recursive: true });
  await cp(fileURLToPath(new URL('packages/diffusion/test/tiny-model', repository)), join(modelsFolder, 'tiny'), {
    recursive: true,
  });
  await mkdir(join(modelsFolder, 'empty'));
});
afterAll(() => rm(modelsFolder, { recursive: true, force: true }));

const sticker = { name: 'sticker-one', options: {} };
const tiny = { name: 'tiny', options: {} };
const open = async () => openLocalEngine({ modelsFolder, threads: 1 });
const manySteps = { steps: 64, seeds: [1, 2, 3, 4, 5, 6, 7, 8] };

testConformance(
  { describe, it },
  {
    title: 'local with the sticker sticker',
    open,
    model: sticker,
    prompt: 'a red fox, 3d',
    slow: manySteps,
    failures: [
      { name: 'steps out of range', job: { steps: 1000 }, kind: 'invalid_request' },
      { name: 'an empty folder', job: { model: { name: 'empty', options: {} } }, kind: 'misconfigured' },
      { name: 'a path', job: { model: { name: '../models/tiny', options: {} } }, kind: 'misconfigured' },
    ],
  },
);

testConformance(
  { describe, it },
  {
    title: 'local with a model that redraws',
    open,
    model: tiny,
    prompt: 'a red',
    slow: { steps: 1000, seeds: [1, 2, 3, 4] },
    failures: [
      {
        name: 'a source that is no picture',
        job: {
          source: { picture: { bytes: Buffer.from('x'), mediaType: 'image/png', width: 1, height: 1 }, denoisingStrength: 1 },
        },
        kind: 'invalid_request',
      },
    ],
  },
);

const never = new AbortController().signal;
let engine: ImageEngine;
beforeAll(async () => (engine = await open()));
afterAll(() => engine.close());

async function draw(changes: Partial<EngineJob>): Promise<EngineEvent[]> {
  const job: EngineJob = {
    model: sticker,
    prompt: 'fox',
    negativePrompt: '',
    width: 256,
    height: 256,
    steps: 8,
    guidanceScale: 2.5,
    seeds: [1],
    background: null,
    source: null,
    ...changes,
  };
  return Array.fromAsync(engine.generate(job, never));
}
async function imageOf(changes: Partial<EngineJob>) {
  const image = (await draw(changes)).find((event) => event.type === 'image')!;
  const { data, info } = await sharp(image.picture.bytes).raw().toBuffer({ resolveWithObject: true });
  return {
    ...info,
    data,
    pixel: (x: number, y: number) => [...data.subarray((y * info.width + x) * info.channels).subarray(0, info.channels)],
  };
}
const warningsOf = async (changes: Partial<EngineJob>) =>
  (await draw(changes)).flatMap((event) => (event.type === 'warning' ? [event.warning] : []));

describe('pictures', () => {
  it('stay transparent, or stand on a colour', async () => {
    const clear = await imageOf({ prompt: 'panda, flat' });
    expect(clear.channels).toBe(4);
    expect(clear.pixel(0, 0)[3]).toBeLessThan(20);
    expect(await imageOf({ prompt: 'panda, flat', background: 'transparent' })).toMatchObject({ data: clear.data });
    const onYellow = await imageOf({ prompt: 'panda, flat', background: '#FFCC00' });
    expect(onYellow.channels).toBe(3);
    expect(onYellow.pixel(0, 0).map((value, i) => Math.abs(value - [255, 204, 0][i]!) < 20)).toEqual([true, true, true]);
  });

  it('are the same drawing at every size', async () => {
    const capabilities = await engine.describe(sticker, never);
    expect(capabilities.size).toEqual({
      kind: 'list',
      options: [512, 256, 1024].map((side) => ({ width: side, height: side })),
    });
    const small = await imageOf({});
    const large = await imageOf({ width: 512, height: 512 });
    expect([large.width, large.height]).toEqual([512, 512]);
    const made = (await draw({ width: 512, height: 512 })).find((event) => event.type === 'image');
    expect([made?.upscaler, (await draw({})).find((event) => event.type === 'image')?.upscaler]).toEqual([
      'Upscaler One',
      undefined,
    ]);
    const shrunk = await sharp(large.data, { raw: { width: 512, height: 512, channels: 4 } })
      .resize(256, 256)
      .raw()
      .toBuffer();
    const alphaError =
      shrunk.reduce((sum, value, i) => (i % 4 === 3 ? sum + Math.abs(value - small.data[i]!) : sum), 0) / 256 ** 2;
    expect(alphaError).toBeLessThan(3);
  });

  it('come from a source at its strength', async () => {
    const bytes = await sharp({ create: { width: 9, height: 9, channels: 4, background: '#0000ff' } })
      .png()
      .toBuffer();
    const source = { picture: { bytes, mediaType: 'image/png', width: 9, height: 9 } as const, denoisingStrength: 0.05 };
    expect(await warningsOf({ model: tiny, prompt: 'red', width: 4, height: 4, guidanceScale: 1, source })).toEqual([]);
    expect(
      (await draw({ model: tiny, prompt: 'red', width: 4, height: 4, steps: 40, guidanceScale: 1, source })).filter(
        ({ type }) => type === 'progress',
      ),
    ).toHaveLength(2);
  });
});

describe('upscalers', () => {
  const blue = { create: { width: 30, height: 20, channels: 4 as const, background: '#0000ff80' } };
  const sourceOf = async () => {
    const bytes = await sharp(blue).png().toBuffer();
    return { picture: { bytes, mediaType: 'image/png', width: 30, height: 20 } as const, denoisingStrength: 0 };
  };
  const enlarge = async (model: string, changes: Partial<EngineJob> = {}) => {
    const settings = { model: { name: model, options: {} }, steps: null, guidanceScale: null, width: 60, height: 40 };
    return { ...settings, source: await sourceOf(), ...changes };
  };

  it.each(['upscaler-one', 'lanczos'])('%s enlarges a source, alpha kept, and counts its tiles', async (name) => {
    const events = await draw(await enlarge(name));
    expect(events.map(({ type }) => type)).toEqual(['progress', 'image']);
    expect(events[1]).toMatchObject({ upscaler: expect.any(String) });
    expect(events[0]).toEqual({ type: 'progress', step: 1, steps: 1 });
    const image = await imageOf(await enlarge(name, { width: 120, height: 80 }));
    expect([image.width, image.height, image.channels]).toEqual([120, 80, 4]);
    expect(image.pixel(60, 40).map((value, i) => Math.abs(value - [0, 0, 255, 128][i]!) < 4)).toEqual([true, true, true, true]);
  });

  it.each([
    ['no source', { source: null }, /needs a picture/],
    ['another factor for each side', { width: 90, height: 40 }, /whole factor/],
    ['a factor that it does not have', { width: 90, height: 60 }, /2 or 4 times/],
  ])('refuse %s', async (_, changes, message) => {
    await expect(draw(await enlarge('lanczos', changes))).rejects.toMatchObject({
      kind: 'invalid_request',
      message: expect.stringMatching(message),
    });
  });

  it('stop between two tiles', async () => {
    const abort = new AbortController();
    const bytes = await sharp({ create: { ...blue.create, width: 1024, height: 1024 } })
      .png()
      .toBuffer();
    const picture = { bytes, mediaType: 'image/png', width: 1024, height: 1024 } as const;
    const job = { ...(await enlarge('lanczos')), width: 4096, height: 4096, source: { picture, denoisingStrength: 0 } };
    const rest = { prompt: '', negativePrompt: '', seeds: [1], background: null };
    const run = (async () => {
      for await (const event of engine.generate({ ...rest, ...job }, abort.signal)) if (event.type === 'progress') abort.abort();
    })();
    await expect(run).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('read no prompts', async () => {
    await expect(engine.readPrompt!({ name: 'lanczos', options: {} }, 'fox')).rejects.toMatchObject({ kind: 'misconfigured' });
  });
});

describe('warnings', () => {
  it('name unknown and guessed words, of the negative prompt too', async () => {
    expect(await warningsOf({ prompt: 'foxs riding Einstein', negativePrompt: 'qwertz' })).toMatchObject([
      { code: 'unknown_words', setting: 'prompt', words: ['Einstein'] },
      { code: 'guessed_words', setting: 'prompt', words: ['foxs'] },
      { code: 'unknown_words', setting: 'negativePrompt', words: ['qwertz'] },
    ]);
  });

  it('say what the seed chose for an empty prompt, and it is drawn', async () => {
    const [warning] = await warningsOf({ prompt: '  ', seeds: [5] });
    expect(warning).toMatchObject({ code: 'empty_prompt', words: [expect.any(String)] });
    const [chosen] = warning!.words!;
    expect((await imageOf({ prompt: '', seeds: [5] })).data).toEqual((await imageOf({ prompt: chosen!, seeds: [5] })).data);
    expect(await warningsOf({ prompt: 'Einstein', seeds: [5] })).toMatchObject([
      { code: 'unknown_words' },
      { code: 'empty_prompt', words: [chosen] },
    ]);
  });
});

describe('composed pictures', () => {
  const images = async (changes: Partial<EngineJob>) =>
    (await draw({ steps: 2, ...changes })).filter((event) => event.type === 'image');

  it('name what was made by rule, and nothing when the network drew all of it', async () => {
    const [inSnow] = await images({ prompt: 'a fox in the snow' });
    const chosen = expect.stringMatching(/^style: \w+, chosen by the seed$/);
    expect(inSnow!.procedural).toEqual(['scene: snow', 'surfaces: one colour each, palette of the style', chosen]);
    expect((await images({ prompt: 'two cats, pixel art' }))[0]!.procedural).toEqual([
      'layout: 2 things, together',
      'pose: each thing its own',
      chosen,
      expect.stringContaining('pixel art'),
    ]);
    expect((await images({ prompt: 'a fox, 3d' }))[0]).not.toHaveProperty('procedural');
  });

  it('draw every image of a call, however many things each has', async () => {
    const events = await draw({ steps: 1, prompt: 'three stars and a cat', seeds: [1, 2, 3] });
    expect(events.filter((event) => event.type === 'image').map(({ index, seed }) => [index, seed])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(events.flatMap((event) => (event.type === 'progress' ? [event] : [])).at(-1)).toMatchObject({ step: 2, steps: 2 });
  });

  it('need no network for a landscape, and draw the place of a thing that is not known', async () => {
    const events = await draw({ prompt: 'mountains at night' });
    expect(events.map(({ type }) => type)).toEqual(['image']);
    expect(await warningsOf({ prompt: 'Einstein on the beach' })).toMatchObject([{ code: 'unknown_words', words: ['Einstein'] }]);
    expect((await images({ prompt: 'Einstein on the beach' }))[0]!.procedural).toEqual(['scene: beach']);
  });

  it('read the words of rules as known', async () => {
    const { words, coverage } = await engine.readPrompt!(sticker, 'owl, line drawing, on a turquoise backdrop');
    expect(words.filter(({ reading }) => reading === 'unknown')).toEqual([]);
    expect(coverage).toBe(1);
  });
});

describe('prompts against themselves and beyond', () => {
  it('draw something for every prompt', async () => {
    for (const [prompt, negativePrompt] of [
      ['red fox', 'fox'],
      ['fox', 'fox'],
      ['狐', ''],
      ['🦊🦊🦊', ''],
      ['a '.repeat(5000), ''],
      ['qwertz '.repeat(100), 'qwertz'],
    ] as const)
      expect((await draw({ prompt, negativePrompt, steps: 1 })).filter((event) => event.type === 'image')).toHaveLength(1);
  });
});

describe('words', () => {
  it('are read and suggested in both languages', async () => {
    expect((await engine.readPrompt!(sticker, 'un chat rouge')).coverage).toBe(1);
    expect(await engine.suggest!(sticker, 'ecur', 'fr')).toContain('écureuil');
    expect((await engine.suggest!(sticker, 'str', 'en'))[0]).toBe('strawberry');
  });

  it('include emoji', async () => {
    expect((await engine.readPrompt!(sticker, '🦊')).words).toEqual([{ word: '🦊', reading: 'known' }]);
  });
});

describe('openEngine', () => {
  it('names the variable that is wrong', async () => {
    await expect(openEngine('local', { modelsFolder: '/nowhere' })).rejects.toMatchObject({
      kind: 'misconfigured',
      message: expect.stringContaining('MODELS_DIR'),
    });
    await expect(openEngine('local', { modelsFolder, threads: 0 })).rejects.toMatchObject({
      message: expect.stringContaining('ENGINE_THREADS'),
    });
  });

  it('knows no other engines', async () => {
    await expect(openEngine('toString', {})).rejects.toMatchObject({
      kind: 'misconfigured',
      message: expect.stringContaining('local, openai, fake'),
    });
  });
});

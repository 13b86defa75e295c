import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineEvent, EngineJob, ImageEngine } from '@rendermart/engine';
import { testConformance } from '@rendermart/engine/conformance';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLocalEngine } from './index.ts';

/** Small models in diffusers' layout that the diffusion library compares itself with. */
const recorded = fileURLToPath(new URL('../../../diffusion/test/pipelines', import.meta.url));

let modelsFolder = '';
beforeAll(async () => {
  modelsFolder = await mkdtemp(join(tmpdir(), 'models-'));
  const layouts = JSON.parse(await readFile(join(recorded, 'models.json'), 'utf8')) as Record<string, Record<string, string>>;
  for (const name of ['sd15', 'lcm']) {
    for (const [path, part] of Object.entries(layouts[name]!)) {
      await mkdir(dirname(join(modelsFolder, name, path)), { recursive: true });
      await copyFile(join(recorded, 'parts', part), join(modelsFolder, name, path));
    }
  }
});
afterAll(() => rm(modelsFolder, { recursive: true, force: true }));

const stableDiffusion = { name: 'sd15', options: {} };
const open = async () => openLocalEngine({ modelsFolder, threads: 1 });

testConformance(
  { describe, it },
  {
    title: 'local with a Stable Diffusion folder',
    open,
    model: stableDiffusion,
    prompt: 'a (red:1.2) fox',
    slow: { steps: 150, seeds: [1, 2, 3, 4] },
    failures: [
      { name: 'a size off the grid', job: { width: 65 }, kind: 'invalid_request' },
      { name: 'a folder that is gone', job: { model: { name: 'sd16', options: {} } }, kind: 'model_retired' },
    ],
  },
);

testConformance(
  { describe, it },
  {
    title: 'local with an LCM folder',
    open,
    model: { name: 'lcm', options: {} },
    prompt: 'a fox',
    slow: { steps: 50, seeds: [1, 2, 3, 4] },
  },
);

describe('a folder of diffusers', () => {
  const never = new AbortController().signal;
  let engine: ImageEngine;
  beforeAll(async () => (engine = await open()));
  afterAll(() => engine.close());

  const job: EngineJob = {
    model: stableDiffusion,
    prompt: 'the blue house',
    negativePrompt: '',
    width: 96,
    height: 64,
    steps: 3,
    guidanceScale: 4,
    seeds: [7],
    background: null,
    source: null,
  };
  const draw = (changes: Partial<EngineJob>): Promise<EngineEvent[]> =>
    Array.fromAsync(engine.generate({ ...job, ...changes }, never));
  const imagesOf = (events: EngineEvent[]) => events.filter((event) => event.type === 'image').map(({ picture }) => picture);
  const warningsOf = (events: EngineEvent[]) => events.filter((event) => event.type === 'warning').map(({ warning }) => warning);

  it('draws sizes of its own, and takes any text', async () => {
    expect(await engine.describe(stableDiffusion, never)).toMatchObject({
      size: { kind: 'range', default: { width: 64, height: 64 }, step: 16 },
      steps: { default: 30 },
      guidanceScale: { default: 7.5 },
      negativePrompt: true,
      imageToImage: { default: 0.6 },
      vocabulary: false,
    });
    const events = await draw({ prompt: 'Einstein 🦊 qwertz' });
    expect(imagesOf(events)).toMatchObject([{ width: 96, height: 64, mediaType: 'image/png' }]);
    expect(warningsOf(events)).toEqual([]);
    expect(engine.loaded?.()).toEqual([{ model: 'sd15', provider: 'cpu', precision: 'float32' }]);
  });

  it('redraws a source of any size', async () => {
    const bytes = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#3366cc' } })
      .png()
      .toBuffer();
    const source = { picture: { bytes, mediaType: 'image/png', width: 300, height: 200 } as const, denoisingStrength: 0.7 };
    const [plain, redrawn] = [imagesOf(await draw({})), imagesOf(await draw({ source }))];
    expect(redrawn).toHaveLength(1);
    expect(redrawn[0]!.bytes).not.toEqual(plain[0]!.bytes);
  });

  it('draws the white part of a mask anew, and gives every other pixel back as it was', async () => {
    const [width, height] = [96, 64];
    const noise = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 2_654_435_761) >>> 24);
    const bytes = await sharp(noise, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const black = { create: { width, height, channels: 3 as const, background: '#000' } };
    const white = { input: { create: { width: 40, height: 40, channels: 3 as const, background: '#fff' } }, left: 16, top: 8 };
    const mask = {
      bytes: await sharp(black).composite([white]).png().toBuffer(),
      mediaType: 'image/png',
      width,
      height,
    } as const;
    const source = { picture: { ...mask, bytes }, denoisingStrength: 1, mask };
    expect((await engine.describe(stableDiffusion, never)).inpainting).toBe(true);
    const [drawn] = imagesOf(await draw({ source }));
    const after = await sharp(drawn!.bytes).removeAlpha().raw().toBuffer();
    const changed = (inside: boolean) =>
      after.filter((value, i) => {
        const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
        return (x >= 16 && x < 56 && y >= 8 && y < 48) === inside && value !== noise[i];
      }).length;
    expect(changed(false)).toBe(0);
    expect(changed(true)).toBeGreaterThan(40 * 40 * 3 * 0.9);
  });

  it('draws with the clip skip and the scheduler of the model row', async () => {
    const bytesWith = async (options: Record<string, unknown>) =>
      imagesOf(await draw({ model: { name: 'sd15', options } }))[0]!.bytes;
    const plain = await bytesWith({});
    expect(await bytesWith({ clipSkip: 0, scheduler: 'ddim' })).toEqual(plain);
    expect(await bytesWith({ clipSkip: 1 })).not.toEqual(plain);
    expect(await bytesWith({ scheduler: 'euler' })).not.toEqual(plain);
  });

  it.each([
    [{ clipSkip: 3 }, /options.clipSkip: at most 2/],
    [{ clipSkip: -1 }, /options.clipSkip/],
    [{ scheduler: 'flow-match-euler' }, /options.scheduler: one of ddim/],
    [{ skip: 1 }, /options.*skip/],
  ])('refuses the options %o', async (options, message) => {
    await expect(engine.describe({ name: 'sd15', options }, never)).rejects.toMatchObject({
      kind: 'misconfigured',
      message: expect.stringMatching(message),
    });
  });

  it('says when a negative prompt changes nothing', async () => {
    expect(warningsOf(await draw({ negativePrompt: 'cats', guidanceScale: 1 }))).toMatchObject([
      { code: 'setting_ignored', setting: 'negativePrompt', message: expect.stringContaining('guidance scale of 1') },
    ]);
    expect(warningsOf(await draw({ negativePrompt: 'cats' }))).toEqual([]);
    const lcm = { model: { name: 'lcm', options: {} }, negativePrompt: 'cats' };
    expect(warningsOf(await draw(lcm))).toMatchObject([{ code: 'setting_ignored', setting: 'negativePrompt' }]);
  });
});

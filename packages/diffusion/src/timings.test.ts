import { afterAll, expect, it } from 'vitest';
import { openDiffusion } from './open-diffusion.ts';
import { notePart, startStopwatch } from './runtime/stopwatch.ts';
import type { WorkTimings } from './runtime/stopwatch.ts';
import { stickerModel } from './testing/models.ts';
import { readModelFolder } from './families/families.ts';

const diffusion = openDiffusion({ threads: 1 });
afterAll(() => diffusion.close());

const request = { pictures: [{ prompt: 'a red fox', seed: 7 }], steps: 4 };

async function draw(use: Parameters<typeof diffusion.generate>[2] = {}): Promise<WorkTimings[]> {
  const told: WorkTimings[] = [];
  const model = await readModelFolder(stickerModel);
  for await (const event of diffusion.generate(model, request, { ...use, onTimings: (timings) => told.push(timings) }))
    void event;
  return told;
}

const namesOf = ({ parts }: WorkTimings) => parts.map(({ name }) => name);

it('tells where the time of a drawing went, once and before its end: the loading, each step, the decoding', async () => {
  const before = Date.now();
  const [timings, ...more] = await draw();
  expect(more).toEqual([]);
  expect(namesOf(timings!)).toEqual(['load', 'denoiser', 'denoiser', 'denoiser', 'denoiser', 'decoder']);
  expect(timings!.startedAtMs).toBeGreaterThanOrEqual(before);
  // One after another, and all of it within the whole.
  let end = 0;
  for (const part of timings!.parts) {
    expect(part.startMs).toBeGreaterThanOrEqual(end);
    end = part.startMs + part.durationMs;
  }
  expect(timings!.durationMs).toBeGreaterThanOrEqual(end);
  expect(namesOf((await draw())[0]!)).not.toContain('load');
});

it('tells it of a drawing that was cancelled too, with what it had done', async () => {
  const model = await readModelFolder(stickerModel);
  const stop = new AbortController();
  const { promise: told, resolve } = Promise.withResolvers<WorkTimings>();
  const drawing = (async () => {
    const long = { ...request, steps: 64 };
    for await (const event of diffusion.generate(model, long, { signal: stop.signal, onTimings: resolve }))
      if (event.type === 'step') stop.abort();
  })();
  await expect(drawing).rejects.toMatchObject({ code: 'cancelled' });
  const names = namesOf(await told);
  expect(names).toContain('denoiser');
  expect(names).not.toContain('decoder');
});

it('keeps so many parts and counts the rest, and notes nothing while nobody times', () => {
  notePart('nobody asked', 0);
  const stop = startStopwatch();
  for (let n = 0; n < 502; n++) notePart('unet', performance.now());
  const timings = stop();
  notePart('too late', 0);
  expect(timings.parts).toHaveLength(500);
  expect(timings.omittedParts).toBe(2);
  expect(new Set(namesOf(timings))).toEqual(new Set(['unet']));
});

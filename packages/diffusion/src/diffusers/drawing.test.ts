import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFolder } from '../families/families.ts';
import type { Pipeline, ReadModel } from '../families/family.ts';
import { openDiffusion } from '../open-diffusion.ts';
import { requestProblem } from '../request.ts';
import type { DiffusionEvent, DiffusionRequest } from '../request.ts';
import { makeNetwork } from '../testing/onnx.ts';
import { makeReferenceModel } from '../testing/references.ts';

const never = new AbortController().signal;
const cpu = { threads: 1, providers: ['cpu'] } as const;
const small: DiffusionRequest = { pictures: [{ prompt: 'a fox', seed: 1 }], width: 64, height: 64, steps: 3 };

let read: ReadModel;
let pipeline: Pipeline;
beforeAll(async () => {
  await using model = await makeReferenceModel('sd15');
  read = await readFolder(model.folder);
  pipeline = await read.open(cpu);
});
afterAll(() => pipeline.release());

const draw = (request: DiffusionRequest, signal = never) => Array.fromAsync(pipeline.draw(request, signal));
const bytesOf = (events: readonly DiffusionEvent[]) =>
  events.filter((event) => event.type === 'image').map(({ picture }) => Buffer.from(picture.rgba));

describe('numbers that are none', () => {
  const port = (name: string, channels: number) =>
    ({ name, type: 'float32', shape: ['batch', channels, 'height', 'width'] }) as const;
  // ln of a negative number: half of all latents.
  const logarithm = (from: string, to: string) => ({ op: 'Log', inputs: [from], outputs: [to] });

  it.each([
    [
      'vae_decoder',
      { inputs: [port('latent_sample', 4)], outputs: [port('sample', 4)], nodes: [logarithm('latent_sample', 'sample')] },
    ],
    [
      'unet',
      {
        inputs: [
          port('sample', 4),
          { name: 'timestep', type: 'float32', shape: [] },
          { name: 'encoder_hidden_states', type: 'float32', shape: ['batch', 'tokens', 32] },
        ],
        outputs: [port('out_sample', 4)],
        nodes: [logarithm('sample', 'out_sample')],
      },
    ],
  ] as const)('of %s are an error, and no black picture', async (part, parts) => {
    await using model = await makeReferenceModel('sd15');
    await writeFile(join(model.folder, part, 'model.onnx'), makeNetwork(parts));
    const broken = await (await readFolder(model.folder)).open(cpu);
    const drawing = Array.fromAsync(broken.draw(small, never));
    await expect(drawing).rejects.toMatchObject({ code: 'output_invalid', message: expect.stringMatching(/NaN.*float32/) });
    await broken.release();
  });
});

describe('stopping', () => {
  it.each([0, 1, 2, 3, 4])('after %d events says nothing more and leaves the model usable', async (events) => {
    const abort = new AbortController();
    if (events === 0) abort.abort();
    const seen: DiffusionEvent[] = [];
    const drawing = (async () => {
      for await (const event of pipeline.draw(
        { ...small, steps: 4, pictures: [...small.pictures, { prompt: 'a cat', seed: 2 }] },
        abort.signal,
      )) {
        seen.push(event);
        if (seen.length === events) abort.abort();
      }
    })();
    await expect(drawing).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toHaveLength(events);
    expect(bytesOf(await draw(small))).toHaveLength(1);
  });
});

describe('pictures', () => {
  it('of two drawings at once are those of one after the other', async () => {
    const other = { ...small, pictures: [{ prompt: 'a cat', seed: 2 }] };
    const [first, second] = [bytesOf(await draw(small)), bytesOf(await draw(other))];
    const both = await Promise.all([draw(small), draw(other)]);
    expect(both.map(bytesOf)).toEqual([first, second]);
  });

  it('of a seed are the same alone and in company', async () => {
    const [, second] = bytesOf(await draw({ ...small, pictures: [{ prompt: 'a cat', seed: 2 }, small.pictures[0]!] }));
    const [alone] = bytesOf(await draw(small));
    const most = second!.reduce((most, value, i) => Math.max(most, Math.abs(value - alone![i]!)), 0);
    expect(most).toBeLessThanOrEqual(1);
  });

  it('are previewed between the steps only', async () => {
    const events = await draw({ ...small, previews: true });
    const previews = events.filter((event) => event.type === 'preview');
    // The first is always due; the second only when the first was quick, compared with a step.
    const sizes = previews.map(({ picture }) => `${picture.width} x ${picture.height}`);
    expect(['8 x 8', '8 x 8, 8 x 8']).toContain(sizes.join(', '));
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['step', 'image']);
  });

  it('follow weights in the prompt', async () => {
    const of = async (prompt: string) => bytesOf(await draw({ ...small, pictures: [{ prompt, seed: 1 }] }))[0];
    expect(await of('the (blue:1.6) house')).not.toEqual(await of('the blue house'));
    expect(await of('the (blue:1.0) house')).toEqual(await of('the blue house'));
  });

  it('of an inpainting model need no source', async () => {
    await using model = await makeReferenceModel('sd15-inpainting');
    const inpainting = await (await readFolder(model.folder)).open(cpu);
    expect(bytesOf(await Array.fromAsync(inpainting.draw(small, never)))).toHaveLength(1);
    await inpainting.release();
  });
});

describe('requests that a model cannot draw', () => {
  const grey = { width: 64, height: 64, rgba: new Uint8Array(64 * 64 * 4) };
  it.each<[string, Partial<DiffusionRequest>, RegExp]>([
    ['a size off the grid', { width: 65 }, /multiples of 16.*not 65×64.*Near to it is 64×64/],
    ['a size without a number', { width: Number.NaN }, /multiples of 16/],
    ['a size too large', { width: 256 }, /from 32 to 128/],
    ['too many pixels', { width: 128, height: 128 }, /at most 8192 pixels/],
    ['a scheduler of another kind', { scheduler: 'flow-match-euler' }, /scheduler: one of ddim/],
    ['more clip skip than there are layers', { clipSkip: 3 }, /clipSkip: .*from 0 to 2/],
    ['guidance below 1', { guidanceScale: 0.5 }, /guidanceScale: from 1 to 20/],
    ['a mask of another size', { source: { picture: grey, strength: 1, mask: new Uint8Array(1) } }, /one byte for each pixel/],
    ['too many pictures', { pictures: Array.from({ length: 5 }, () => small.pictures[0]!) }, /1 to 4 at once/],
  ])('%s', (_, changes, message) => {
    expect(requestProblem(read.model, { ...small, ...changes })).toMatch(message);
  });
});

it('draws in a process of its own, on a provider that it names', async () => {
  await using model = await makeReferenceModel('sd15');
  const diffusion = openDiffusion({ threads: 1 });
  try {
    const loaded = await diffusion.load(model.folder);
    const jobs = [small, { ...small, pictures: [{ prompt: 'a cat', seed: 2 }] }];
    const drawn = await Promise.all(jobs.map((job) => Array.fromAsync(diffusion.generate(loaded, job))));
    expect(drawn.map(bytesOf)).toEqual([bytesOf(await draw(jobs[0]!)), bytesOf(await draw(jobs[1]!))]);
    const report = diffusion.lastReport!;
    expect(report.provider).toBe('cpu');
    expect(report.evaluationMs).toBeGreaterThan(0);
    expect(report.totalMs).toBeGreaterThan(report.evaluationMs);
    expect(diffusion.loaded).toEqual([{ folder: model.folder, provider: 'cpu', precision: 'float32' }]);
    await using half = await makeReferenceModel('sd15-fp16');
    await diffusion.load(half.folder);
    expect(diffusion.loaded.map(({ folder, precision }) => [folder, precision])).toEqual([
      [model.folder, 'float32'],
      [half.folder, 'float16'],
    ]);
  } finally {
    await diffusion.close();
    expect(diffusion.loaded).toEqual([]);
  }
});

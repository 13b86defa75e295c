import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openDiffusion } from './open-diffusion.ts';
import type { Diffusion, DiffusionSettings } from './open-diffusion.ts';
import type { Model } from './model.ts';
import type { DiffusionEvent, DiffusionRequest } from './request.ts';
import { copyModel, stickerModel, tinyModel } from './testing/models.ts';

let diffusion: Diffusion;
let model: Model;
beforeAll(async () => {
  diffusion = openDiffusion({ threads: 2 });
  model = await diffusion.load(stickerModel);
});
afterAll(() => diffusion.close());

/** For the tests that hurt the process: each has one of its own. */
async function openOwn(settings: DiffusionSettings = {}) {
  const own = openDiffusion({ threads: 1, ...settings });
  onTestFinished(() => own.close());
  return { own, model: await own.load(stickerModel) };
}

const ask = (prompt: string, seed = 1): DiffusionRequest => ({ pictures: [{ prompt, seed }] });
const long: DiffusionRequest = { pictures: Array.from({ length: 8 }, (_, seed) => ({ prompt: 'a red fox', seed })), steps: 64 };

async function imagesOf(request: DiffusionRequest, { use = diffusion, signal }: { use?: Diffusion; signal?: AbortSignal } = {}) {
  const events = await Array.fromAsync(use.generate(model, request, signal ? { signal } : {}));
  return events.filter((event) => event.type === 'image').map(({ picture }) => Buffer.from(picture.rgba));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('real pictures', () => {
  it('draws an orange fox on nothing', async () => {
    const [rgba] = await imagesOf(ask('a fox, 3d', 3));
    const opaque = Array.from({ length: 128 * 128 }, (_, pixel) => rgba!.subarray(pixel * 4, pixel * 4 + 4)).filter(
      (pixel) => pixel[3]! > 200,
    );
    const mean = (channel: number) => opaque.reduce((sum, pixel) => sum + pixel[channel]!, 0) / opaque.length;
    expect(opaque.length / 128 ** 2).toBeGreaterThan(0.2);
    expect(opaque.length / 128 ** 2).toBeLessThan(0.9);
    expect(mean(0)).toBeGreaterThan(mean(1) + 20);
    expect(mean(1)).toBeGreaterThan(mean(2) + 10);
    expect(rgba![3]).toBeLessThan(30);
  });

  it('draws the same seed the same way, another seed another way', async () => {
    const [first] = await imagesOf(ask('panda', 0));
    expect(await imagesOf(ask('panda', 0))).toEqual([first]);
    expect(await imagesOf(ask('panda', 1))).not.toEqual([first]);
  });

  it('lets no unknown word change the picture', async () => {
    expect(await imagesOf(ask('panda Einstein'))).toEqual(await imagesOf(ask('panda')));
  });

  it('understands French as well', async () => {
    expect(await imagesOf(ask('un chat'))).not.toEqual(await imagesOf(ask('un renard')));
    expect(model.words!.read('un écureuil roux').coverage).toBe(1);
  });
});

describe('the inference process', () => {
  it('stops within a step when it is aborted, and draws on', async () => {
    const abort = new AbortController();
    const seen: DiffusionEvent[] = [];
    const drawing = (async () => {
      for await (const event of diffusion.generate(model, long, { signal: abort.signal })) {
        seen.push(event);
        if (event.type === 'step' && event.step === 2) abort.abort();
      }
    })();
    await expect(drawing).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toHaveLength(2);
    const { pid } = diffusion;
    expect(await imagesOf(ask('panda'))).toHaveLength(1);
    expect(diffusion.pid).toBe(pid);
  });

  it('does not finish a drawing that nobody waits for', async () => {
    const wholeStarted = performance.now();
    await imagesOf(long);
    const wholeMs = performance.now() - wholeStarted;
    for await (const event of diffusion.generate(model, long)) if (event.type === 'step') break;
    const nextStarted = performance.now();
    await imagesOf({ ...ask('panda'), steps: 1 });
    // The next drawing begins when the one before it has stopped: were that finished first, this would take the whole time.
    expect(performance.now() - nextStarted).toBeLessThan(wholeMs / 2);
  });

  it('refuses a signal that is already aborted, and gives up a turn that was aborted while it waited', async () => {
    await expect(imagesOf(ask('panda'), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    const first = imagesOf(ask('panda', 1));
    const abort = new AbortController();
    const second = imagesOf(ask('panda', 2), { signal: abort.signal });
    abort.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    expect(await first).toHaveLength(1);
  });

  it('stops when the reader walks away', async () => {
    for await (const event of diffusion.generate(model, long)) if (event.type === 'step') break;
    expect(await imagesOf(ask('panda'))).toHaveLength(1);
  });

  it('tells the running job of a crash, and starts a new process for the next', async () => {
    const { own } = await openOwn();
    const crashed = own.pid!;
    const drawing = (async () => {
      for await (const event of own.generate(model, long)) if (event.type === 'step') process.kill(crashed, 'SIGSEGV');
    })();
    await expect(drawing).rejects.toMatchObject({ code: 'worker_lost', message: expect.stringContaining('SIGSEGV') });
    expect(await imagesOf(ask('panda'), { use: own })).toHaveLength(1);
    expect(own.pid).not.toBe(crashed);
  });

  it('kills a process that is stuck', async () => {
    const { own } = await openOwn({ stuckAfterMs: 8000 });
    const stuck = own.pid!;
    const drawing = (async () => {
      for await (const event of own.generate(model, long)) if (event.type === 'step') process.kill(stuck, 'SIGSTOP');
    })();
    await expect(drawing).rejects.toMatchObject({ code: 'worker_stuck' });
    expect(await imagesOf(ask('panda'), { use: own })).toHaveLength(1);
    expect(isAlive(stuck)).toBe(false);
  });

  it('tells a running job that the library is closed, and leaves no process', async () => {
    const { own } = await openOwn();
    const pid = own.pid!;
    const ending = imagesOf(long, { use: own }).catch((error: unknown) => error);
    await own.close();
    await own.close();
    expect(await ending).toMatchObject({ code: 'closed' });
    expect(isAlive(pid)).toBe(false);
    await expect(imagesOf(ask('panda'), { use: own })).rejects.toMatchObject({ code: 'closed' });
  });

  it('ends when its parent is killed', async () => {
    const parent = fork(fileURLToPath(new URL('./testing/draw-forever.ts', import.meta.url)), [stickerModel], { execArgv: [] });
    const pid = await new Promise<number>((resolve) => parent.once('message', (message) => resolve(message as number)));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  it('fails a request that the model cannot draw, and a folder that is no model', async () => {
    expect(() => diffusion.generate(model, { ...ask('panda'), steps: 1000 })).toThrow(/steps/);
    await expect(diffusion.load(new URL('.', import.meta.url).pathname)).rejects.toMatchObject({ code: 'model_invalid' });
    await using copy = await copyModel();
    await copy.editManifest((manifest) => (manifest.latent['size'] = 65));
    await expect(diffusion.load(copy.folder)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('denoiser.onnx'),
    });
  });

  it('keeps models within the memory limit, and refuses one that can never fit', async () => {
    const { own } = await openOwn({ memoryLimitBytes: model.weightsBytes });
    await own.load(tinyModel);
    expect(await imagesOf(ask('panda'), { use: own })).toHaveLength(1);
    const small = openDiffusion({ memoryLimitBytes: 1000 });
    onTestFinished(() => small.close());
    await expect(small.load(stickerModel)).rejects.toMatchObject({ code: 'memory_limit' });
  });
});

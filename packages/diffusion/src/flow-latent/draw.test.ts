import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPictures } from './draw.ts';
import { readFlowLatentFolder } from './model-folder.ts';
import type { FlowLatentModel } from './model-folder.ts';
import { loadNetworks } from './networks.ts';
import type { Networks } from './networks.ts';
import { requestProblem } from '../request.ts';
import type { DiffusionRequest } from '../request.ts';
import { copyModel, tinyModel } from '../testing/models.ts';

let model: FlowLatentModel;
let networks: Networks;
beforeAll(async () => {
  model = await readFlowLatentFolder(tinyModel);
  networks = await loadNetworks(model, { threads: 1, providers: ['cpu'] });
});
afterAll(() => networks.release());

const never = new AbortController().signal;
const draw = (request: DiffusionRequest, signal = never) => Array.fromAsync(drawPictures(model, networks, request, signal));
const ask = (prompt: string, seed = 1) => ({ pictures: [{ prompt, seed }] });
const meanOf = (rgba: Uint8Array) =>
  [0, 1, 2, 3].map((channel) => rgba.filter((_, i) => i % 4 === channel).reduce((sum, value) => sum + value, 0) / 16);

/** The mean colour of the first picture. */
async function colourOf(request: DiffusionRequest) {
  const image = (await draw(request)).find((event) => event.type === 'image');
  return meanOf(image!.picture.rgba);
}

const blueSquare = { width: 4, height: 4, rgba: Uint8Array.from({ length: 64 }, (_, i) => (i % 4 >= 2 ? 255 : 0)) };

describe('drawPictures', () => {
  it('draws what the prompt says', async () => {
    const [red, green, blue, alpha] = await colourOf(ask('a red'));
    expect(red).toBeGreaterThan(230);
    expect(Math.max(green!, blue!)).toBeLessThan(25);
    expect(alpha).toBeGreaterThan(230);
  });

  it('counts every step and draws every picture once', async () => {
    const events = await draw({
      pictures: [
        { prompt: 'red', seed: 1 },
        { prompt: 'blue', seed: 2 },
      ],
      steps: 3,
    });
    expect(events.map((event) => (event.type === 'step' ? event.step : `${event.type} ${event.index}`))).toEqual([
      1,
      2,
      3,
      'image 0',
      'image 1',
    ]);
  });

  it('previews between the steps, never in place of the result', async () => {
    const events = await draw({ ...ask('red'), steps: 4, previews: true });
    expect(events[0]).toEqual({ type: 'step', step: 1, steps: 4 });
    expect(events[1]?.type).toBe('preview');
    expect(events.slice(-2).map((event) => event.type)).toEqual(['step', 'image']);
  });

  it('keeps away from the negative prompt', async () => {
    const plain = await colourOf({ ...ask('red'), guidanceScale: 2 });
    const away = await colourOf({ ...ask('red'), guidanceScale: 2, negativePrompt: 'blue' });
    // Both colours are opaque: away from blue, twice red keeps red's own alpha instead of twice that.
    expect(plain[3]).toBe(255);
    expect(away[3]).toBeLessThan(250);
    expect(away[2]).toBeLessThan(plain[2]! + 1);
    expect(await colourOf({ ...ask('red'), guidanceScale: 2, negativePrompt: 'red' })).toEqual(
      await colourOf({ ...ask('red'), guidanceScale: 1 }),
    );
  });

  it('draws a seed the same way alone and in company', async () => {
    const company = await draw({
      pictures: [
        { prompt: 'blue', seed: 4 },
        { prompt: 'red', seed: 9 },
      ],
    });
    const [alone] = (await draw(ask('red', 9))).filter((event) => event.type === 'image');
    expect(company.find((event) => event.type === 'image' && event.index === 1)).toMatchObject({ picture: alone!.picture });
  });

  it('gives a decoder that reads words those of its own picture', async () => {
    await using copy = await copyModel();
    await copy.editManifest(({ files }) => (files['decoder'] = 'decoder-of-words.onnx'));
    const reading = await readFlowLatentFolder(copy.folder);
    const told = await loadNetworks(reading, { threads: 1, providers: ['cpu'] });
    const pictures = ['blue', 'clear', 'red'].map((prompt, seed) => ({ prompt, seed }));
    const events = await Array.fromAsync(drawPictures(reading, told, { pictures }, never));
    const means = events.filter((event) => event.type === 'image').map(({ picture }) => meanOf(picture.rgba));
    await told.release();
    expect(means.map((mean) => mean.map((value) => value > 127))).toEqual([
      [false, false, true, true],
      [false, false, false, false],
      [true, false, false, true],
    ]);
  });

  it('redraws a source: below half the strength with fewer steps, else with all, some of them restarts', async () => {
    const source = (strength: number) => ({ ...ask('clear'), steps: 8, source: { picture: blueSquare, strength } });
    const count = async (strength: number) => (await draw(source(strength))).filter((event) => event.type === 'step').length;
    expect(await count(1)).toBe(8);
    expect(await count(0.6)).toBe(8);
    expect(await count(0.25)).toBe(2);
  });

  it('begins on the source’s own latents', async () => {
    let first: Float32Array | undefined;
    const watching: Networks = {
      ...networks,
      denoise: (z, t, tokens) => ((first ??= z.slice()), networks.denoise(z, t, tokens)),
    };
    const request: DiffusionRequest = { ...ask('red'), source: { picture: blueSquare, strength: 1e-9 } };
    for await (const _ of drawPictures(model, watching, request, never));
    const encoded = await networks.encode!(blueSquare);
    expect(first!.every((value, i) => Math.abs(value - encoded[i]!) < 1e-6)).toBe(true);
  });

  it('walks only the rest of the way from a source', async () => {
    const times: number[] = [];
    const watching: Networks = { ...networks, denoise: (z, t, tokens) => (times.push(t[0]!), networks.denoise(z, t, tokens)) };
    const request: DiffusionRequest = { ...ask('red'), steps: 8, source: { picture: blueSquare, strength: 0.25 } };
    for await (const _ of drawPictures(model, watching, request, never));
    expect(times).toEqual([0.75, 0.875]);
  });

  it('starts anew from a source that must become something else, in noise of its own each time', async () => {
    const given: { time: number; latents: Float32Array }[] = [];
    const watching: Networks = {
      ...networks,
      denoise: (z, t, tokens) => (given.push({ time: t[0]!, latents: z.slice() }), networks.denoise(z, t, tokens)),
    };
    const request: DiffusionRequest = { ...ask('red'), steps: 4, source: { picture: blueSquare, strength: 0.5 } };
    for await (const _ of drawPictures(model, watching, request, never));
    expect(given.map(({ time }) => time)).toEqual([0.5, 0.5, 0.5, 0.75]);
    expect(given[2]!.latents).not.toEqual(given[1]!.latents);
  });

  it('stops between the steps', async () => {
    const abort = new AbortController();
    const seen: string[] = [];
    const drawing = (async () => {
      for await (const event of drawPictures(model, networks, ask('red'), abort.signal)) {
        seen.push(event.type);
        abort.abort();
      }
    })();
    await expect(drawing).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toEqual(['step']);
  });
});

describe('requestProblem', () => {
  it.each<[string, DiffusionRequest, RegExp]>([
    ['a plain wish', ask('red', 0), /^$/],
    ['no picture', { pictures: [] }, /1 to 4/],
    ['too many pictures', { pictures: Array.from({ length: 5 }, () => ask('red').pictures[0]!) }, /1 to 4 at once, not 5/],
    ['a seed below zero', ask('red', -1), /seed/],
    ['a broken seed', ask('red', 1.5), /seed/],
    ['half a step', { ...ask('red'), steps: 1.5 }, /steps/],
    ['too much guidance', { ...ask('red'), guidanceScale: 9 }, /guidanceScale: from 1 to 4/],
    ['guidance that is no number', { ...ask('red'), guidanceScale: Number.NaN }, /guidanceScale/],
    [
      'a source of another size',
      { ...ask('red'), source: { picture: { ...blueSquare, width: 5 }, strength: 1 } },
      /4×4 pixels, not 5×4/,
    ],
    ['a source without strength', { ...ask('red'), source: { picture: blueSquare, strength: 0 } }, /strength/],
    [
      'a source cut short',
      { ...ask('red'), source: { picture: { ...blueSquare, rgba: new Uint8Array(3) }, strength: 1 } },
      /do not match/,
    ],
  ])('%s', (_, request, message) => {
    expect(requestProblem(model, request) ?? '').toMatch(message);
  });
});

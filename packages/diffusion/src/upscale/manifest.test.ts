import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyModel, lanczosUpscaler, shippedUpscaler, tinyModel } from '../testing/models.ts';
import { isUpscalerFolder, readUpscalerFolder, verifyUpscaler } from './folder.ts';
import { passesFor, readUpscalerManifest } from './manifest.ts';
import { upscaleProblem } from './request.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'upscaler-'));
});
afterAll(() => rm(folder, { recursive: true }));

it.each([
  [2, 2, 1],
  [4, 2, 2],
  [8, 2, 3],
  [3, 2, undefined],
  [3, 3, 1],
])('%d times by doublings of %d: %s passes', (scale, each, passes) => {
  expect(passesFor(scale, each)).toBe(passes);
});

it('reads the upscalers that ship, and tells them from models that draw', async () => {
  expect((await readUpscalerFolder(shippedUpscaler)).manifest.method.kind).toBe('network');
  expect(await readUpscalerFolder(lanczosUpscaler)).toMatchObject({ weightsBytes: 0, manifest: { method: { kind: 'lanczos' } } });
  expect(await Promise.all([shippedUpscaler, lanczosUpscaler, tinyModel].map(isUpscalerFolder))).toEqual([true, true, false]);
});

it.each<[string, Record<string, unknown>, RegExp]>([
  ['an unknown key', { colour: 'red' }, /Unrecognized key/],
  ['a scale that its network cannot reach', { scales: [2, 3] }, /scales has 3/],
  ['no scale', { scales: [] }, /scales/],
  ['a file in another folder', { method: { kind: 'network', file: '../x.onnx', scale: 2, reach: 3 } }, /method\.file/],
  ['another method', { method: { kind: 'magic' } }, /method\.kind/],
])('refuses %s', async (_, change, message) => {
  const manifest = JSON.parse(await readFile(join(shippedUpscaler, 'manifest.json'), 'utf8'));
  expect(() => readUpscalerManifest({ ...manifest, ...change })).toThrow(message);
});

it('says which file is missing or altered', async () => {
  await expect(readUpscalerFolder(folder)).rejects.toThrow(/manifest\.json is missing/);
  await using copy = await copyModel(shippedUpscaler);
  const path = join(copy.folder, 'upscaler.onnx');
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length / 2));
  await expect(verifyUpscaler(await readUpscalerFolder(copy.folder))).rejects.toThrow(/truncated or altered/);
  await rm(path);
  await expect(readUpscalerFolder(copy.folder)).rejects.toThrow(/upscaler\.onnx is missing/);
});

it.each<[string, { width: number; height: number; scale: number }, RegExp]>([
  ['a picture at the limit', { width: 2048, height: 1, scale: 2 }, /^$/],
  ['a picture above the limit', { width: 2049, height: 1, scale: 2 }, /2049×1 becomes 4098×2; .* at most 4096/],
  ['a scale that it does not have', { width: 8, height: 8, scale: 3 }, /2 or 4 times, not 3/],
  ['a picture without pixels', { width: 0, height: 8, scale: 2 }, /size/],
])('%s', async (_, { width, height, scale }, message) => {
  const picture = { width, height, rgba: new Uint8Array(4 * width * height) };
  expect(upscaleProblem(await readUpscalerFolder(lanczosUpscaler), { picture, scale }) ?? '').toMatch(message);
});

it('refuses bytes that do not fit the size', async () => {
  const picture = { width: 8, height: 8, rgba: new Uint8Array(3) };
  expect(upscaleProblem(await readUpscalerFolder(lanczosUpscaler), { picture, scale: 2 })).toMatch(/do not match/);
});

import { describe, expect, it } from 'vitest';
import { addressProblem } from './addresses.ts';
import { chooseFiles, fitsDisk, isSafePath, parseRepository, resumePoint, suggestId } from './rules.ts';

const hub = 'https://huggingface.co';

describe('an address of a repository', () => {
  it.each([
    ['stabilityai/sd-turbo', 'stabilityai/sd-turbo', 'main'],
    ['https://huggingface.co/stabilityai/sd-turbo', 'stabilityai/sd-turbo', 'main'],
    ['https://huggingface.co/stabilityai/sd-turbo/', 'stabilityai/sd-turbo', 'main'],
    ['https://huggingface.co/stabilityai/sd-turbo/tree/onnx', 'stabilityai/sd-turbo', 'onnx'],
    ['a/b/tree/v1.0', 'a/b', 'v1.0'],
  ])('%s', (address, repository, revision) => {
    expect(parseRepository(address, hub)).toEqual({ repository, revision });
  });

  it.each([
    '',
    'sd-turbo',
    'a/../b',
    'a/..',
    '../a',
    'https://example.com/a/b',
    'http://huggingface.co@example.com/a/b',
    'https://huggingface.co/a',
    'https://huggingface.co/a/b/resolve/main/x.onnx',
    'a/b/tree/../x',
    'a b/c',
    'file:///etc/passwd',
  ])('is none: %s', (address) => expect(parseRepository(address, hub)).toBeUndefined());
});

describe('a host', () => {
  const rules = { hosts: ['huggingface.co', '*.hf.co', 'mirror.example.com:8443'], allowPrivate: false };
  it.each([
    ['https://huggingface.co/a', true],
    ['https://cas-bridge.xethub.hf.co/a', true],
    ['https://mirror.example.com:8443/a', true],
    ['https://mirror.example.com/a', false],
    ['https://huggingface.co:8443/a', false],
    ['http://huggingface.co/a', false],
    ['https://hf.co/a', false],
    ['https://evilhf.co/a', false],
    ['https://huggingface.co.example.com/a', false],
    ['https://user:password@huggingface.co/a', false],
    ['ftp://huggingface.co/a', false],
  ])('%s may be asked: %s', (address, allowed) => {
    expect(addressProblem(new URL(address), rules) === undefined).toBe(allowed);
  });

  it('by number must be public, unless private ones are allowed', () => {
    const hosts = ['127.0.0.1', '[::1]', '8.8.8.8'];
    const problem = (address: string, allowPrivate: boolean) => addressProblem(new URL(address), { hosts, allowPrivate });
    expect(problem('https://127.0.0.1/a', false)).toMatch(/public internet/);
    expect(problem('https://[::1]/a', false)).toMatch(/public internet/);
    expect(problem('https://8.8.8.8/a', false)).toBeUndefined();
    expect(problem('http://127.0.0.1/a', true)).toBeUndefined();
    // Node reads other spellings of an address as the same one.
    expect(problem('https://0x7f.1/a', false)).toMatch(/public internet/);
  });
});

describe('the files of a repository', () => {
  const file = (path: string, sizeBytes = 1) => ({ path, sizeBytes, checksum: null });
  const model = [file('model_index.json'), file('unet/model.onnx', 9), file('unet/config.json', 2)];

  it('are those that drawing needs, small ones first', () => {
    const others = [
      'unet/model.safetensors',
      'vae.ckpt',
      'unet/pytorch_model.bin',
      'picture.png',
      '.gitattributes',
      'docs/readme.md',
      'a/b/c/d.json',
    ];
    const chosen = chooseFiles([
      ...model,
      file('LICENSE.md', 3),
      file('tokenizer/merges.txt', 4),
      ...others.map((path) => file(path)),
    ]);
    expect('files' in chosen && chosen.files.map(({ path }) => path)).toEqual([
      'model_index.json',
      'unet/config.json',
      'LICENSE.md',
      'tokenizer/merges.txt',
      'unet/model.onnx',
    ]);
  });

  it.each([
    ['no index', model.slice(1), /neither model_index.json nor manifest.json/],
    ['no networks', [file('model_index.json'), file('unet/model.safetensors')], /ONNX/],
    ['too many', [...model, ...Array.from({ length: 200 }, (_, i) => file(`${i}.json`))], /200 are the most/],
    ['a way out', [...model, file('../evil.json')], /cannot be taken/],
  ])('are refused with %s', (_, files, reason) => {
    const chosen = chooseFiles(files);
    expect('problem' in chosen && chosen.problem).toMatch(reason);
  });

  it.each([
    ['unet/model.onnx', true],
    ['unet/model.onnx_data', true],
    ['../x', false],
    ['/etc/x', false],
    ['a/../b', false],
    ['a//b', false],
    ['a\\b', false],
    ['c:x', false],
    ['.hidden', false],
    ['a/b.', false],
    ['a\u0000b', false],
    ['', false],
  ])('%j is safe: %s', (path, safe) => expect(isSafePath(path)).toBe(safe));
});

it('leaves room on the disk', () => {
  expect(fitsDisk(1_000, 536_871_912)).toBe(true);
  expect(fitsDisk(1_001, 536_871_912)).toBe(false);
});

it.each([
  ['SD Turbo (ONNX)', 'sd-turbo-onnx-'],
  ['sd-turbo', 'sd-turbo-3'],
  ['日本', 'model'],
  ['.hidden', 'hidden'],
])('suggests for %s the id %s', (name, id) => expect(suggestId(name, new Set(['sd-turbo', 'sd-turbo-2']))).toBe(id));

describe('an answer to a part of a file', () => {
  const asked = { from: 10, sizeBytes: 100 };
  it.each([
    [200, undefined, { from: 0 }],
    [206, 'bytes 10-99/100', { from: 10 }],
    [206, 'bytes 10-99/*', { from: 10 }],
  ])('%d %s is taken', (status, contentRange, point) => {
    expect(resumePoint(asked, { status, contentRange })).toEqual(point);
  });
  it.each([
    [206, 'bytes 17-99/100'],
    [206, 'bytes 10-99/200'],
    [206, undefined],
    [206, 'lines 10-99/100'],
    [416, undefined],
    [503, undefined],
    [404, undefined],
  ])('%d %s is refused', (status, contentRange) => {
    expect(resumePoint(asked, { status, contentRange })).toHaveProperty('problem');
  });
});

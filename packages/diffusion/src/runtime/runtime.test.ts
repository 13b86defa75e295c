import { describe, expect, it } from 'vitest';
import { makeReferenceModel } from '../testing/references.ts';
import { openNetwork } from './network.ts';
import { automaticProviders, usableProviders } from './runtime.ts';

describe('usableProviders', () => {
  const built = [
    { name: 'cpu', bundled: true },
    { name: 'webgpu', bundled: true },
    { name: 'cuda', bundled: false },
  ];
  it.each([
    [['cuda', 'cpu'], true, ['cuda', 'cpu']],
    [['cpu', 'webgpu'], true, ['webgpu', 'cpu']],
    [['cuda', 'webgpu'], false, ['webgpu', 'cpu']],
    [['dml', 'coreml'], true, ['cpu']],
    [[], true, ['cpu']],
  ] as const)('of %j takes what is there (libraries of their own: %j), the processor last', (wanted, installed, expected) => {
    expect(usableProviders(wanted, built, () => installed)).toEqual(expected);
  });
});

it('tries WebGPU by itself only where it means a graphics card', () => {
  expect(automaticProviders('linux')).not.toContain('webgpu');
  expect(automaticProviders('darwin')).toContain('webgpu');
});

it('passes over a provider that the machine lacks, and says what it took instead', async () => {
  await using model = await makeReferenceModel('sd15');
  const network = await openNetwork('decoder', `${model.folder}/vae_decoder/model.onnx`, {
    threads: 1,
    providers: ['cuda', 'webgpu'],
  });
  expect(['cuda', 'webgpu', 'cpu']).toContain(network.provider);
  const { data, shape } = await network.run({ latent_sample: { data: new Float32Array(256), shape: [1, 4, 8, 8] } }, 'sample');
  expect(shape).toEqual([1, 3, 64, 64]);
  expect(data.every(Number.isFinite)).toBe(true);
  await network.release();
});

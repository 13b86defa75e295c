import path from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { root } from '../../scripts/program/index.ts';
import { layersOf } from './model-layers.ts';

test('every matrix of the shipped denoiser is counted, those in 8 bits too', async () => {
  const feeds = {
    z: new Tensor('float32', new Float32Array(1024), [1, 1024]),
    t: new Tensor('float32', new Float32Array(1), [1]),
    tokens: new Tensor('int64', new BigInt64Array(12), [1, 12]),
  };
  const layers = await layersOf(path.join(root, 'models/sticker-one/denoiser.onnx'), feeds, 1);
  const weights = layers.map(({ weight }) => weight.reduce((a, b) => a * b, 1));
  expect(weights.reduce((a, b) => a + b, 0)).toBeGreaterThan(10_000_000);
  expect(layers.every(({ op }) => op === 'MatMul')).toBe(true);
});

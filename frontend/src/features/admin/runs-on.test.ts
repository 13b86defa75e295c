import { expect, test } from 'vitest';
import { runsOn } from './runs-on.ts';

test.each([
  ['cpu', 'float32', 'CPU, fp32'],
  ['cuda', 'float16', 'CUDA, fp16'],
  ['dml', 'int8', 'DirectML, int8'],
  ['coreml', 'float32', 'CoreML, fp32'],
  ['webgpu', 'float32', 'WebGPU, fp32'],
  ['tensorrt', 'bfloat16', 'tensorrt, bfloat16'],
])('%s with %s is %s', (provider, precision, text) => {
  expect(runsOn({ engine: 'local', model: 'fox', provider, precision })).toBe(text);
});

import type { QueueReport } from '@rendermart/contract';

type LoadedModel = QueueReport['workers'][number]['loaded'][number];

/** Names of execution providers and number formats, the same in every language. */
const providers: Record<string, string> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
  webgpu: 'WebGPU',
};
const precisions: Record<string, string> = { float32: 'fp32', float16: 'fp16', int8: 'int8' };

/** What a model in a worker's memory runs on, such as `CPU, fp32`. */
export const runsOn = ({ provider, precision }: LoadedModel): string =>
  `${providers[provider] ?? provider}, ${precisions[precision] ?? precision}`;

import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Layer, layerModel, operationsOf } from './onnx-layers.ts';

type Feeds = Record<string, Tensor>;

interface ProfileEvent {
  name: string;
  args?: { op_name?: string; input_type_shape?: Record<string, number[]>[] };
}

const options = (threads: number): InferenceSession.SessionOptions => ({ intraOpNumThreads: threads, logSeverityLevel: 3 });

/**
 * The layers with weights that a network runs for an input: matrices and convolutions, as onnxruntime's own profile tells
 * them. Feeds that it has no input for are left out.
 */
export async function layersOf(file: string, feeds: Feeds, threads: number): Promise<Layer[]> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'profile-'));
  try {
    // Any optimisation rewrites layers: 'basic' already makes 8-bit products of another name of matrices, higher levels other convolutions.
    const session = await InferenceSession.create(file, {
      ...options(threads),
      graphOptimizationLevel: 'disabled',
      enableProfiling: true,
      profileFilePrefix: path.join(folder, 'run'),
    });
    await session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]!])));
    session.endProfiling();
    await session.release();
    const [name] = await fs.readdir(folder);
    const events = JSON.parse(await fs.readFile(path.join(folder, name!), 'utf8')) as ProfileEvent[];
    return events.filter((event) => event.name.endsWith('_kernel_time')).flatMap(layerOf);
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

function layerOf({ args }: ProfileEvent): Layer[] {
  const [input, weight] = (args?.input_type_shape ?? []).map((typed) => Object.values(typed)[0] ?? []);
  if (!input || !weight) return [];
  if (args?.op_name === 'Conv' && weight.length === 4)
    return [{ op: 'Conv', input, weight: weight as [number, number, number, number] }];
  if (args?.op_name === 'MatMul' && weight.length === 2) return [{ op: 'MatMul', input, weight: weight as [number, number] }];
  return [];
}

/** The best of some runs of one layer alone, in milliseconds. */
async function fastest(layer: Layer, threads: number): Promise<number> {
  const session = await InferenceSession.create(layerModel(layer), options(threads));
  const size = layer.input.reduce((a, b) => a * b, 1);
  const x = new Tensor(
    'float32',
    Float32Array.from({ length: size }, (_, i) => ((i * 29) % 97) / 97 - 0.5),
    [...layer.input],
  );
  let best = Infinity;
  for (let run = 0; run < 8; run++) {
    const startedAt = performance.now();
    await session.run({ x });
    best = Math.min(best, performance.now() - startedAt);
  }
  await session.release();
  return best;
}

/** Operations of a network's layers, and the milliseconds that onnxruntime takes for them one by one, in float32. */
export async function layersAlone(layers: readonly Layer[], threads: number): Promise<{ operations: number; ms: number }> {
  const times = new Map<string, number>();
  let [operations, ms] = [0, 0];
  for (const layer of layers) {
    const key = JSON.stringify(layer);
    const time = times.get(key) ?? (await fastest(layer, threads));
    times.set(key, time);
    operations += operationsOf(layer);
    ms += time;
  }
  return { operations, ms };
}

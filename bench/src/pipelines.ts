import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { openDiffusion, physicalCores } from '@rendermart/diffusion';
import type { Benchmark } from './benchmark.ts';

const root = path.join(import.meta.dirname, '../..');
const scripts = path.join(root, 'packages/diffusion/reference');
const rounds = 3;
const bounds = { ratioMin: 1, ownShareMax: 0.03, memoryRatioMax: 1.15 };

/** A Python with packages/diffusion/reference/requirements-pipelines.txt, and where the model is or will be kept (5 GB). */
const python = process.env['PIPELINES_PYTHON'] ?? 'python3';
const folder = path.resolve(process.env['PIPELINES_MODEL'] ?? path.join(root, 'data/cache/sd-turbo-shaped'));

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** A model of SD-Turbo's shape with random weights against diffusers on the same onnxruntime, at equal threads and steps. */
export default {
  title: 'a picture of SD-Turbo’s shape in process: no slower than Python on onnxruntime, at most 3 % outside of it',
  async run({ log }) {
    if (!existsSync(path.join(folder, 'model_index.json'))) await makeModel(log);
    const threads = physicalCores();
    const ours = await drawOurs(threads);
    log(`ours: ${ours.milliseconds.map(Math.round).join(', ')} ms`);
    const reference = await drawReference(threads);
    log(`diffusers: ${reference.milliseconds.map(Math.round).join(', ')} ms`);
    const ratio = median(reference.milliseconds) / median(ours.milliseconds);
    const memoryRatio = ours.peakBytes / reference.peakBytes;
    const { ownShare } = ours;
    return {
      threads,
      oursMs: Math.round(median(ours.milliseconds)),
      referenceMs: Math.round(median(reference.milliseconds)),
      ratio,
      ownShare,
      peakMegabytes: Math.round(ours.peakBytes / 2 ** 20),
      referencePeakMegabytes: Math.round(reference.peakBytes / 2 ** 20),
      memoryRatio,
      ...bounds,
      ok: ratio >= bounds.ratioMin && ownShare <= bounds.ownShareMax && memoryRatio <= bounds.memoryRatioMax,
    };
  },
} satisfies Benchmark;

async function makeModel(log: (line: string) => void): Promise<void> {
  log(`Making the model in ${folder}: some minutes, 5 GB of disk and 14 GB of memory`);
  await promisify(execFile)(python, [path.join(scripts, 'make_full_size.py'), folder]);
}

/** The most anonymous memory that a process held: weights that stay in the file's own pages are the system's to keep or drop. */
function watchMemory(pid: number) {
  let peakBytes = 0;
  const look = () => {
    const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
    peakBytes = Math.max(peakBytes, Number(/^RssAnon:\s*(\d+)/m.exec(status)?.[1] ?? 0) * 1024);
  };
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    return peakBytes;
  };
}

async function drawOurs(threads: number) {
  const diffusion = openDiffusion({ threads, memoryLimitBytes: 16 * 2 ** 30 });
  try {
    const loading = diffusion.load(folder);
    while (diffusion.pid === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    const peak = watchMemory(diffusion.pid);
    const model = await loading;
    const milliseconds: number[] = [];
    const ownShares: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const started = performance.now();
      const request = { pictures: [{ prompt: 'the blue house', seed: round }], steps: 1, width: 512, height: 512 };
      for await (const _ of diffusion.generate(model, request));
      const took = performance.now() - started;
      if (round === 0) continue;
      milliseconds.push(took);
      ownShares.push(1 - diffusion.lastReport!.evaluationMs / took);
    }
    return { milliseconds, ownShare: median(ownShares), peakBytes: peak() };
  } finally {
    await diffusion.close();
  }
}

async function drawReference(threads: number): Promise<{ milliseconds: number[]; peakBytes: number }> {
  const child = spawn(python, [path.join(scripts, 'time_reference.py'), folder, String(threads), String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', () => reject(new Error(`PIPELINES_PYTHON names no Python: ${python}`)));
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`The reference ended with ${code}; see above`))));
  });
  const peak = watchMemory(child.pid ?? 0);
  const [output] = await Promise.all([readAll(child.stdout), ended]);
  return { ...(JSON.parse(output) as { milliseconds: number[] }), peakBytes: peak() };
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const part of stream) text += String(part);
  return text;
}

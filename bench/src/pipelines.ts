import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { openDiffusion, physicalCores, readModelFolder } from '@rendermart/diffusion';
import { env } from 'onnxruntime-node';
import type { Benchmark } from './benchmark.ts';
import { percentile, round } from './installation.ts';
import { openReference } from './pipelines-reference.ts';
import { peakBytes } from './process-memory.ts';

const root = path.join(import.meta.dirname, '../..');
const scripts = path.join(root, 'packages/diffusion/reference');
const bounds = { ratioMin: 1, ownShareMax: 0.03, memoryRatioMax: 1.15 };

/** A Python with packages/diffusion/reference/requirements-pipelines.txt, and where the model is or will be kept (5 GB). */
const python = process.env['PIPELINES_PYTHON'] ?? 'python3';
const folder = path.resolve(process.env['PIPELINES_MODEL'] ?? path.join(root, 'data/cache/sd-turbo-shaped'));
const side = Number(process.env['PIPELINES_SIDE'] ?? 512);
const rounds = Number(process.env['PIPELINES_ROUNDS'] ?? 5);
const threads = Number(process.env['PIPELINES_THREADS'] ?? physicalCores());

const median = (values: readonly number[]) => percentile(values, 0.5);
const megabytes = (bytes: number) => Math.round(bytes / 2 ** 20);

/** A model of SD-Turbo's shape with random weights against diffusers on the same onnxruntime, at equal threads and steps. */
export default {
  title: 'a picture of SD-Turbo’s shape in process: no slower than Python on onnxruntime, at most 3 % outside of it',
  async run({ log }) {
    if (!existsSync(path.join(folder, 'model_index.json'))) await makeModel(log);
    const { weightsBytes } = await readModelFolder(folder);
    await using ours = await openOurs();
    await using reference = await openReference(python, path.join(scripts, 'time_reference.py'), { folder, threads, side });
    const times = await race(ours.draw, reference.draw, log);
    const { activationBytes } = reference;
    const ownShare = median(times.map((time) => time.ownShare));
    const memoryRatio = ours.peakBytes / (weightsBytes + activationBytes);
    const ratio = median(times.map(({ oursMs, referenceMs }) => referenceMs / oursMs));
    return {
      onnxruntime: { ours: env.versions.node, reference: reference.onnxruntime },
      threads,
      side,
      oursMs: Math.round(median(times.map(({ oursMs }) => oursMs))),
      referenceMs: Math.round(median(times.map(({ referenceMs }) => referenceMs))),
      ratio: round(ratio, 3),
      ownShare: round(ownShare, 4),
      weightsMegabytes: megabytes(weightsBytes),
      activationMegabytes: megabytes(activationBytes),
      peakMegabytes: megabytes(ours.peakBytes),
      referencePeakMegabytes: megabytes(reference.peakBytes),
      memoryRatio: round(memoryRatio, 3),
      ...bounds,
      ok: ratio >= bounds.ratioMin && ownShare <= bounds.ownShareMax && memoryRatio <= bounds.memoryRatioMax,
    };
  },
} satisfies Benchmark;

async function makeModel(log: (line: string) => void): Promise<void> {
  log(`Making the model in ${folder}: some minutes, 5 GB of disk and 14 GB of memory`);
  await promisify(execFile)(python, [path.join(scripts, 'make_full_size.py'), folder]);
}

interface OurTime {
  ms: number;
  /** What of it was spent outside onnxruntime. */
  ownShare: number;
}

/** Pictures in turn, so that what else the machine does hits both. The first of each warms up and does not count. */
async function race(ours: (seed: number) => Promise<OurTime>, reference: () => Promise<number>, log: (line: string) => void) {
  const times: { oursMs: number; referenceMs: number; ownShare: number }[] = [];
  for (let seed = 0; seed <= rounds; seed++) {
    const { ms: oursMs, ownShare } = await ours(seed);
    const referenceMs = await reference();
    log(`ours ${Math.round(oursMs)} ms, diffusers ${Math.round(referenceMs)} ms`);
    if (seed > 0) times.push({ oursMs, referenceMs, ownShare });
  }
  return times;
}

async function openOurs() {
  const diffusion = openDiffusion({ threads, memoryLimitBytes: 16 * 2 ** 30 });
  const model = await diffusion.load(folder);
  return {
    async draw(seed: number): Promise<OurTime> {
      const started = performance.now();
      const request = { pictures: [{ prompt: 'the blue house', seed }], steps: 1, width: side, height: side };
      for await (const _ of diffusion.generate(model, request));
      const ms = performance.now() - started;
      return { ms, ownShare: 1 - diffusion.lastReport!.evaluationMs / ms };
    },
    get peakBytes() {
      return peakBytes(diffusion.pid!);
    },
    [Symbol.asyncDispose]: () => diffusion.close(),
  };
}

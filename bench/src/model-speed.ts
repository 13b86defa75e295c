import fs from 'node:fs';
import path from 'node:path';
import { openDiffusion, physicalCores, readManifest, readModelFolder } from '@rendermart/diffusion';
import type { Diffusion, Model } from '@rendermart/diffusion';
import type { EngineJob, ImageEngine } from '@rendermart/engine';
import { openEngine } from '@rendermart/engines';
import { Tensor } from 'onnxruntime-node';
import { root } from '../../scripts/program/index.ts';
import type { Benchmark } from './benchmark.ts';
import { percentile, round } from './installation.ts';
import { layersAlone, layersOf } from './model-layers.ts';

const limits = { ownSizeMs: 500, doubleSizeMs: 1000, rateShare: 0.6, coldStartMs: 2000, memoryMb: 600 };
const modelsFolder = path.join(root, 'models');
const runs = 9;

/** What the shipped model costs: in milliseconds, in memory, and against what onnxruntime could do with the same layers. */
export default {
  title:
    'the shipped model: 256 px within 0.5 s, 512 px within 1 s, at least 60 % of the arithmetic rate of its layers alone, cold start within 2 s, below 600 MB',
  async run({ log }) {
    const name = shippedModel();
    const threads = physicalCores();
    const model = await readModelFolder(path.join(modelsFolder, name));
    const diffusion = openDiffusion({ threads });
    try {
      const coldStartMs = round(await timed(() => diffusion.load(model.folder)));
      const drawings = await timesOf(() => drawAll(diffusion, model, 1));
      const ownSizeMs = round(percentile(drawings, 0.5));
      log(`${name}: loaded in ${coldStartMs} ms, one picture in ${ownSizeMs} ms, ${threads} thread(s)`);
      const rate = await compareRate(model, threads, Math.min(...drawings));
      log(`${rate.gflops} GFLOP/s drawing, ${rate.gflopsAlone} GFLOP/s for its layers alone`);
      const batchMs = round(await median(() => drawAll(diffusion, model, 8), 3));
      const memoryMb = peakMemoryMb(diffusion.pid);
      const ownSizeFileMs = round(await measureEngine(name, 256));
      const doubleSizeMs = round(await measureEngine(name, 512));
      log(
        `8 pictures in ${batchMs} ms, as a file ${ownSizeFileMs} ms at 256 px, ${doubleSizeMs} ms at 512 px, ${memoryMb ?? '?'} MB`,
      );
      const figures = { coldStartMs, ownSizeMs, ownSizeFileMs, doubleSizeMs, memoryMb, batchOf8Ms: batchMs, threads, ...rate };
      return { model: name, version: manifestOf(model).version, ...figures, limits, ok: meets(figures) };
    } finally {
      await diffusion.close();
    }
  },
} satisfies Benchmark;

interface Measured {
  coldStartMs: number;
  ownSizeMs: number;
  ownSizeFileMs: number;
  doubleSizeMs: number;
  memoryMb: number | null;
  rateShare: number;
}

const meets = (found: Measured): boolean =>
  found.coldStartMs <= limits.coldStartMs &&
  found.ownSizeFileMs <= limits.ownSizeMs &&
  found.doubleSizeMs <= limits.doubleSizeMs &&
  found.rateShare >= limits.rateShare &&
  (found.memoryMb ?? 0) < limits.memoryMb;

/** The first folder of models/ that draws from words. */
function shippedModel(): string {
  const draws = (name: string) => fs.existsSync(path.join(modelsFolder, name, 'vocabulary.json'));
  const found = fs.readdirSync(modelsFolder).toSorted().find(draws);
  if (found === undefined) throw new Error(`${modelsFolder} holds no model that draws from words`);
  return found;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** The times of some runs, after one that warms up. */
async function timesOf(work: () => Promise<unknown>, count = runs): Promise<number[]> {
  await work();
  const times: number[] = [];
  for (let run = 0; run < count; run++) times.push(await timed(work));
  return times;
}

const median = async (work: () => Promise<unknown>, count?: number): Promise<number> =>
  percentile(await timesOf(work, count), 0.5);

async function drawAll(diffusion: Diffusion, model: Model, count: number): Promise<void> {
  const pictures = Array.from({ length: count }, (_, seed) => ({ prompt: 'a red fox, 3d', seed }));
  let drawn = 0;
  for await (const { type } of diffusion.generate(model, { pictures })) if (type === 'image') drawn++;
  if (drawn !== count) throw new Error(`${count} pictures were asked for, ${drawn} came`);
}

/** A flow-latent model's own manifest: the benchmark runs its networks one by one. */
const manifestOf = ({ folder }: Model) =>
  readManifest(JSON.parse(fs.readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as unknown);

/**
 * The arithmetic rate of drawing one picture, and of the same layers run alone by onnxruntime in float32. Of both the fastest
 * run counts, so that what else a machine does weighs on neither.
 */
async function compareRate(model: Model, threads: number, drawingMs: number) {
  const { folder } = model;
  const { sampling, latent, text, files } = manifestOf(model);
  // Guidance that is not folded into the weights evaluates each step with and without the words.
  const rows = sampling.guidance.folded === true || sampling.guidance.default === 1 ? 1 : 2;
  const latents = (count: number) => new Tensor('float32', new Float32Array(count * latent.size).fill(0.1), [count, latent.size]);
  const tokens = (count: number) =>
    new Tensor('int64', new BigInt64Array(count * text.maxTokens).fill(5n), [count, text.maxTokens]);
  const feeds = { z: latents(rows), t: new Tensor('float32', new Float32Array(rows).fill(0.5), [rows]), tokens: tokens(rows) };
  const step = await layersOf(path.join(folder, files.denoiser), feeds, threads);
  const decoding = await layersOf(path.join(folder, files.decoder), { x: latents(1), tokens: tokens(1) }, threads);
  const [stepAlone, decodingAlone] = [await layersAlone(step, threads), await layersAlone(decoding, threads)];
  const operations = sampling.defaultSteps * stepAlone.operations + decodingAlone.operations;
  const aloneMs = sampling.defaultSteps * stepAlone.ms + decodingAlone.ms;
  return {
    evaluations: sampling.defaultSteps * rows,
    gflopPerPicture: round(operations / 1e9),
    gflops: round(operations / drawingMs / 1e6),
    gflopsAlone: round(operations / aloneMs / 1e6),
    rateShare: Math.round((100 * aloneMs) / drawingMs) / 100,
  };
}

/** Peak resident memory of the inference process; null where the system does not tell. */
function peakMemoryMb(pid: number | undefined): number | null {
  if (pid === undefined || !fs.existsSync(`/proc/${pid}/status`)) return null;
  const kilobytes = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1000);
}

/** One picture of an edge as a PNG file, with rules for surfaces and a colour, through the engine that the program uses. */
async function measureEngine(name: string, edge: number): Promise<number> {
  const engine: ImageEngine = await openEngine('local', { modelsFolder });
  const job: EngineJob = {
    model: { name, options: {} },
    prompt: 'a purple fox, flat',
    negativePrompt: '',
    width: edge,
    height: edge,
    steps: null,
    guidanceScale: null,
    seeds: [1],
    background: 'transparent',
    source: null,
  };
  try {
    return await median(async () => {
      for await (const event of engine.generate(job, AbortSignal.timeout(60_000))) if (event.type === 'image') return;
      throw new Error('the engine ended without a picture');
    });
  } finally {
    await engine.close();
  }
}

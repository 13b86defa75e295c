import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openDiffusion } from '@rendermart/diffusion';
import type { Diffusion, RgbaPicture, Upscaler } from '@rendermart/diffusion';
import type { Benchmark } from './benchmark.ts';
import { percentile, round } from './installation.ts';

const models = path.resolve(import.meta.dirname, '../../models');
const drawnMsMax = 1_000;
const childMiBMax = 600;
const runs = 15;

/** The learned upscaler and Lanczos on the sizes that people ask for, up to the largest, and a 512-pixel drawing from prompt to pixels. */
export default {
  title: 'upscaling: a 512-pixel drawing within 1 s, and 4096 pixels in at most 600 MiB of the inference process',
  async run({ log }) {
    const diffusion = openDiffusion();
    try {
      const learned = await diffusion.loadUpscaler(path.join(models, 'upscaler-one'));
      const drawn = await timeDrawing(diffusion, learned, log);
      const [small, twice, fourTimes, plain] = [
        await measure(diffusion, learned, 256, 2, log),
        await measure(diffusion, learned, 2048, 2, log),
        await measure(diffusion, learned, 1024, 4, log),
        await measure(diffusion, await diffusion.loadUpscaler(path.join(models, 'lanczos')), 1024, 4, log),
      ];
      const childPeakMiB = peakMiB(diffusion.pid);
      const isSmall = childPeakMiB === null || childPeakMiB <= childMiBMax;
      const times = { to512: small, twiceTo4096: twice, fourTimesTo4096: fourTimes, lanczosTo4096: plain };
      return { ...times, ...drawn, drawnMsMax, childPeakMiB, childMiBMax, ok: drawn.drawnP50Ms <= drawnMsMax && isSmall };
    } finally {
      await diffusion.close();
    }
  },
} satisfies Benchmark;

/** Stripes under a slow change of alpha: nothing that an upscaler could skip. */
function stripes(side: number): RgbaPicture {
  const rgba = new Uint8Array(4 * side * side);
  for (let i = 0; i < side * side; i++) {
    const band = (i % side) + 2 * Math.floor(i / side);
    rgba.set([band % 31 < 16 ? 230 : 30, band % 97, 128, 255 - Math.floor((128 * (i % side)) / side)], 4 * i);
  }
  return { width: side, height: side, rgba };
}

/** Milliseconds until the enlarged picture is here, and until the first of its tiles was. */
async function measure(diffusion: Diffusion, upscaler: Upscaler, side: number, scale: number, log: (line: string) => void) {
  const picture = stripes(side);
  const began = performance.now();
  let firstTileMs = 0;
  for await (const event of diffusion.upscale(upscaler, { picture, scale }))
    if (event.type === 'tile') firstTileMs ||= performance.now() - began;
  const ms = round(performance.now() - began);
  log(`${upscaler.manifest.id}: ${side} to ${side * scale} pixels in ${ms} ms`);
  return { ms, firstTileMs: round(firstTileMs) };
}

/** From the prompt to 512 × 512 pixels, drawn at the model's own size and doubled. */
async function timeDrawing(diffusion: Diffusion, upscaler: Upscaler, log: (line: string) => void) {
  const model = await diffusion.load(path.join(models, 'sticker-one'));
  const times: number[] = [];
  for (let seed = 0; seed <= runs; seed++) {
    const began = performance.now();
    for await (const event of diffusion.generate(model, { pictures: [{ prompt: 'a red fox', seed }] }))
      if (event.type === 'image')
        for await (const _ of diffusion.upscale(upscaler, { picture: event.picture, scale: 512 / event.picture.width }));
    // The first run makes the sessions' buffers.
    if (seed > 0) times.push(performance.now() - began);
  }
  const [drawnP50Ms, drawnP95Ms] = [round(percentile(times, 0.5)), round(percentile(times, 0.95))];
  log(`a 512-pixel drawing: p50 ${drawnP50Ms} ms, p95 ${drawnP95Ms} ms`);
  return { drawnP50Ms, drawnP95Ms };
}

/** The most memory that a process has held at once; null where the system does not say. */
function peakMiB(pid: number | undefined): number | null {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? null : Math.round(Number(kibibytes) / 1024);
  } catch {
    return null;
  }
}

import { execFileSync } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openDiffusion } from './open-diffusion.ts';
import type { DiffusionRequest } from './request.ts';
import { stickerModel } from './testing/models.ts';

const request: DiffusionRequest = {
  pictures: Array.from({ length: 8 }, (_, seed) => ({ prompt: 'a red fox', seed })),
  steps: 64,
  previews: true,
};

/** Watches the event loop while something runs: how long that took, the longest gap, and how often a timer could tick. */
async function watchLoop(run: () => Promise<void> | void) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const started = performance.now();
  const ticksBefore = ticks;
  await run();
  const tookMs = performance.now() - started;
  const ticked = ticks - ticksBefore;
  // The histogram only hears of a gap at the turn after it.
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.disable();
  clearInterval(timer);
  return { tookMs, longestGapMs: delay.max / 1e6, ticked };
}

it('keeps the event loop of its caller free, where a blocking call would stop it', async () => {
  const diffusion = openDiffusion({ threads: 1 });
  onTestFinished(() => diffusion.close());
  const model = await diffusion.load(stickerModel);
  const free = await watchLoop(async () => {
    for await (const _ of diffusion.generate(model, request));
  });
  // The same drawing, waited for synchronously: what this test must be able to catch.
  const program = fileURLToPath(new URL('./testing/draw-once.ts', import.meta.url));
  const blocked = await watchLoop(() => void execFileSync(process.execPath, [program, stickerModel, JSON.stringify(request)]));

  expect(blocked.ticked).toBe(0);
  expect(blocked.longestGapMs / blocked.tookMs).toBeGreaterThan(0.9);
  expect(free.ticked).toBeGreaterThan(20);
  expect(free.longestGapMs / free.tookMs).toBeLessThan(0.5);
});

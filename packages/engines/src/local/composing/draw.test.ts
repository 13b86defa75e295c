import type { DiffusionEvent, RgbaPicture } from '@rendermart/diffusion';
import type { EngineEvent } from '@rendermart/engine';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { drawPlans } from './draw.ts';
import type { Plan } from './plan.ts';

/** A grey square at the left, as a network would draw it. */
function drawn(): RgbaPicture {
  const rgba = new Uint8Array(64 * 64 * 4);
  for (let y = 8; y < 56; y++) for (let x = 4; x < 24; x++) rgba.set([140, 140, 140, 255], (y * 64 + x) * 4);
  return { width: 64, height: 64, rgba };
}

async function* generate(): AsyncGenerator<DiffusionEvent> {
  yield { type: 'preview', index: 0, picture: drawn() };
  yield { type: 'image', index: 0, picture: drawn() };
}

it('previews and finishes a thing in its colour and its pose', async () => {
  const thing: Plan['things'][number] = { prompt: 'a box', colour: 'red', pose: { mirrored: true, tilt: 0, stretch: 0 } };
  const plan: Plan = { things: [thing], layout: null, backdrop: null, treatment: null, ruled: [] };
  const job = {
    model: { name: 'any', options: {} },
    ...{ prompt: '', negativePrompt: '', width: 64, height: 64, steps: null, guidanceScale: null, seeds: [0], source: null },
    background: 'transparent',
  };
  const drawing = { job, plans: [plan], own: { width: 64, height: 64 }, maxBatch: 1, generate };
  const enlarge = async (picture: RgbaPicture) => ({ picture });
  const events: EngineEvent[] = await Array.fromAsync(drawPlans({ ...drawing, enlarge }));
  expect(events).toMatchObject([{ type: 'preview' }, { type: 'image', procedural: ['colour: red', 'pose: mirrored'] }]);
  for (const event of events) {
    if (event.type !== 'preview' && event.type !== 'image') continue;
    const { data, info } = await sharp(event.picture.bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = (x: number) => [...data.subarray((32 * info.width + x) * 4, (32 * info.width + x) * 4 + 4)];
    expect(at(14)[3]).toBeLessThan(20);
    expect(at(50)[0]! - at(50)[1]!).toBeGreaterThan(80);
  }
});

import { EngineError } from '@rendermart/engine';
import type { EngineEvent, EngineJob } from '@rendermart/engine';
import { testConformance } from '@rendermart/engine/conformance';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openFakeEngine } from './index.ts';
import { drawPattern } from './pattern.ts';

const fake = { name: 'fake', options: {} };
const slow: Partial<EngineJob> = { prompt: 'slow [slow 60000] [steps 100]' };

testConformance(
  { describe, it },
  {
    title: 'fake',
    open: async () => openFakeEngine({ stepMs: 1 }),
    model: fake,
    prompt: 'a red fox',
    slow,
    failures: (['refused_prompt', 'rate_limited', 'engine_lost', 'provider_credit'] as const).map((kind) => ({
      name: kind,
      job: { prompt: `[fail ${kind}]` },
      kind,
    })),
  },
);

testConformance(
  { describe, it },
  {
    title: 'fake with hardly any capability',
    open: async () => openFakeEngine({}),
    model: {
      name: 'fake-poor',
      options: {
        capabilities: {
          negativePrompt: false,
          steps: null,
          guidanceScale: null,
          imageToImage: null,
          inpainting: false,
          transparentBackground: false,
          preview: false,
          imagesPerCall: 1,
        },
      },
    },
    prompt: 'a red fox',
    slow,
  },
);

const job = (prompt: string, seeds = [1]): EngineJob => ({
  model: fake,
  prompt,
  negativePrompt: '',
  width: 64,
  height: 32,
  steps: 4,
  guidanceScale: 7,
  seeds,
  background: null,
  source: null,
});
const never = new AbortController().signal;

async function draw(prompt: string, engine = openFakeEngine({})): Promise<EngineEvent[]> {
  return Array.fromAsync(engine.generate(job(prompt), never));
}

describe('sentinels', () => {
  it('[refuse] refuses the prompt', () => expect(draw('[refuse] x')).rejects.toMatchObject({ kind: 'refused_prompt' }));

  it('[fail-once kind] fails once per prompt and seeds', async () => {
    const engine = openFakeEngine({});
    await expect(draw('[fail-once no_capacity]', engine)).rejects.toMatchObject({ kind: 'no_capacity' });
    expect((await draw('[fail-once no_capacity]', engine)).at(-1)?.type).toBe('image');
  });

  it('[steps n] counts n steps', async () => {
    expect((await draw('[steps 20]')).filter(({ type }) => type === 'progress')).toHaveLength(20);
  });

  it('[size-wrong] draws another size and says so', async () => {
    const events = await draw('[size-wrong]');
    expect(events.at(-1)).toMatchObject({ type: 'image', picture: { width: 56, height: 32 } });
    expect(events.some(({ type }) => type === 'warning')).toBe(true);
  });

  it('[crash] throws what no engine may throw', async () => {
    const error = await draw('[crash]').catch((reason: unknown) => reason);
    expect(EngineError.isInstance(error)).toBe(false);
  });
});

it.each([
  [512, 512],
  [33, 17],
  [16, 2048],
])('draws a PNG of %d×%d that decoders read', async (width, height) => {
  const { bytes } = drawPattern('x', width, height);
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([width, height]);
  expect(new Set(Array.from({ length: width * height }, (_, i) => data.subarray(i * 3, i * 3 + 3).toString('hex'))).size).toBe(4);
});

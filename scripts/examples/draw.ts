import type { EngineEvent, ImageEngine } from '@rendermart/engine';

type ImageEvent = Extract<EngineEvent, { type: 'image' }>;

/** One picture with the settings that people get who change none. */
export async function drawOnce(
  engine: ImageEngine,
  { modelName, prompt, side, seed }: { modelName: string; prompt: string; side: number; seed: number },
): Promise<ImageEvent> {
  const job = {
    model: { name: modelName, options: {} },
    prompt,
    negativePrompt: '',
    width: side,
    height: side,
    steps: null,
    guidanceScale: null,
    seeds: [seed],
    background: 'transparent',
    source: null,
  };
  for await (const event of engine.generate(job, AbortSignal.timeout(120_000))) if (event.type === 'image') return event;
  throw new Error(`${modelName} drew nothing for ${JSON.stringify(prompt)}`);
}

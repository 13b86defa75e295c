import { parseArgs } from 'node:util';
import { openDiffusion } from '@rendermart/diffusion';
import type { DiffusionRequest } from '@rendermart/diffusion';
import sharp from 'sharp';

// From the command line: node examples/draw.ts FOLDER PROMPT [--negative TEXT] [--steps N] [--guidance N] [--seed N]
//   [--width N] [--height N] [--out FILE]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    negative: { type: 'string' },
    steps: { type: 'string' },
    guidance: { type: 'string' },
    seed: { type: 'string', default: '0' },
    width: { type: 'string' },
    height: { type: 'string' },
    out: { type: 'string', default: 'picture.png' },
  },
});
const [folder, prompt] = positionals;
if (folder === undefined || prompt === undefined) throw new Error('node examples/draw.ts FOLDER PROMPT [--out FILE]');

const request: DiffusionRequest = {
  pictures: [{ prompt, seed: Number(values.seed) }],
  ...(values.negative !== undefined && { negativePrompt: values.negative }),
  ...(values.steps !== undefined && { steps: Number(values.steps) }),
  ...(values.guidance !== undefined && { guidanceScale: Number(values.guidance) }),
  ...(values.width !== undefined && { width: Number(values.width) }),
  ...(values.height !== undefined && { height: Number(values.height) }),
};

const diffusion = openDiffusion();
try {
  const model = await diffusion.load(folder);
  console.log(`${model.description.name}: ${model.description.kind}, on ${diffusion.lastReport?.provider}`);
  for (const note of model.description.notes) console.log(note);
  for await (const event of diffusion.generate(model, request)) {
    if (event.type === 'step') console.log(`step ${event.step} of ${event.steps}`);
    if (event.type !== 'image') continue;
    const { rgba, width, height } = event.picture;
    await sharp(rgba, { raw: { width, height, channels: 4 } }).toFile(values.out);
    console.log(`${values.out}: ${width}×${height}`);
  }
} finally {
  await diffusion.close();
}

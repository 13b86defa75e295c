import fs from 'node:fs/promises';
import path from 'node:path';
import { openEngine } from '@rendermart/engines';
import sharp from 'sharp';
import { drawOnce } from './examples/draw.ts';
import { root } from './program/index.ts';

/**
 * `node scripts/backgrounds.ts OUT`: draws what training/evaluate_backgrounds.py judges. `learn` has each background alone, which is all
 * that the judge sees of them; `judge` has things of the model before them, asked for in other words, in English and French.
 */

const [modelName, side, small] = ['sticker-one', 256, 64];
const learnPictures = 48;
const judgeSeeds = 3;

const colours = ['red', 'orange', 'yellow', 'green', 'turquoise', 'blue', 'purple', 'pink'];
const gradients = [
  'pink and blue',
  'green and yellow',
  'red and orange',
  'turquoise and white',
  'purple and pink',
  'yellow and red',
  'blue and black',
  'grey and green',
];

/** How each background is asked for: alone, and behind a thing in English and French. */
const backgrounds: Record<string, { alone: string[]; en: string; fr: string }> = {
  snow: { alone: ['snow background', 'snow background at night'], en: 'in the snow', fr: 'dans la neige' },
  beach: { alone: ['beach background', 'beach background at sunset'], en: 'on the beach', fr: 'sur la plage' },
  forest: { alone: ['forest background', 'forest background at night'], en: 'in the woods', fr: 'dans la forêt' },
  city: { alone: ['city background', 'city background at night'], en: 'in the city', fr: 'dans la ville' },
  space: { alone: ['space background', 'galaxy background'], en: 'in outer space', fr: 'dans l’espace' },
  mountains: {
    alone: ['mountains background', 'mountains background at dawn'],
    en: 'in the mountains',
    fr: 'dans les montagnes',
  },
  meadow: { alone: ['meadow background', 'garden background at sunset'], en: 'in a field', fr: 'dans le jardin' },
  desert: { alone: ['desert background', 'desert background at night'], en: 'in the desert', fr: 'dans le désert' },
  sea: { alone: ['sea background', 'ocean background at sunset'], en: 'on the lake', fr: 'sur la mer' },
  sky: { alone: ['sky background', 'clouds background at sunset'], en: 'in the sky', fr: 'dans le ciel' },
  underwater: { alone: ['underwater', 'under the sea'], en: 'under water', fr: 'sous l’eau' },
  gradient: {
    alone: gradients.map((colours) => `${colours} gradient background`),
    en: 'on a red and purple gradient background',
    fr: 'sur un fond dégradé bleu et vert',
  },
  dots: {
    alone: colours.map((colour) => `${colour} polka dots background`),
    en: 'on a green dotted background',
    fr: 'sur un fond à pois jaune',
  },
  stripes: {
    alone: colours.map((colour) => `${colour} stripes background`),
    en: 'on a blue striped background',
    fr: 'sur un fond à rayures rouge',
  },
};
const things = ['fox', 'robot', 'cake', 'owl', 'car', 'tulip'];
const choses = ['renard', 'fusée', 'pomme', 'chat', 'chaise', 'girafe'];

interface Row {
  set: 'learn' | 'judge';
  background: string;
  prompt: string;
  seed: number;
}

function rowsOf(): Row[] {
  return Object.entries(backgrounds).flatMap(([background, { alone, en, fr }]) => {
    const learn = alone.flatMap((prompt) =>
      Array.from({ length: Math.ceil(learnPictures / alone.length) }, (_, i) => ({
        set: 'learn' as const,
        background,
        prompt,
        seed: 1_000 + i,
      })),
    );
    const prompts = [...things.map((thing) => `${thing} ${en}`), ...choses.map((thing) => `${thing} ${fr}`)];
    const judge = prompts.flatMap((prompt) =>
      Array.from({ length: judgeSeeds }, (_, i) => ({ set: 'judge' as const, background, prompt, seed: 1 + i })),
    );
    return [...learn, ...judge];
  });
}

async function main(): Promise<void> {
  const [out] = process.argv.slice(2);
  if (out === undefined) throw new Error('Name the folder to write into: node scripts/backgrounds.ts OUT');
  await fs.mkdir(out, { recursive: true });
  const engine = await openEngine('local', { modelsFolder: path.join(root, 'models') });
  const rows = rowsOf();
  const pixels: Buffer[] = [];
  for (const { prompt, seed } of rows) {
    const { picture } = await drawOnce(engine, { modelName, prompt, side, seed });
    pixels.push(await sharp(picture.bytes).flatten({ background: '#fff' }).resize(small, small).raw().toBuffer());
  }
  await engine.close();
  await fs.writeFile(path.join(out, 'pictures.bin'), Buffer.concat(pixels));
  await fs.writeFile(path.join(out, 'pictures.json'), JSON.stringify({ side: small, rows }));
  console.log(`${rows.length} pictures of ${small} pixels in ${out}`);
}

await main();

import fs from 'node:fs/promises';
import path from 'node:path';
import type { ImageEngine } from '@rendermart/engine';
import { openEngine } from '@rendermart/engines';
import sharp from 'sharp';
import { drawOnce } from './examples/draw.ts';
import { unseen, usual } from './examples/prompts.ts';
import { root } from './program/index.ts';

/** `npm run examples [MODEL]`: draws docs/examples.md, with a shipped model and the engine that the program uses. */

const [modelName = 'sticker-one'] = process.argv.slice(2);
const folder = path.join(root, 'docs', 'examples');
const [side, seed, columns] = [256, 1, 4];

interface Example {
  prompt: string;
  file: string;
  procedural: readonly string[];
}

async function drawExample(engine: ImageEngine, prompt: string, number: number): Promise<Example> {
  const { picture, procedural = [] } = await drawOnce(engine, { modelName, prompt, side, seed });
  const file = `${String(number).padStart(2, '0')}.webp`;
  await sharp(picture.bytes).webp({ quality: 82, effort: 6 }).toFile(path.join(folder, file));
  return { prompt, file, procedural };
}

function tableOf(examples: readonly Example[]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const rows = [];
  for (let start = 0; start < examples.length; start += columns) {
    const row = examples.slice(start, start + columns);
    rows.push(line(row.map(({ prompt, file }) => `![${prompt}](examples/${file})`)));
    rows.push(line(row.map(({ prompt, procedural }) => [prompt, ...procedural.map((part) => `*${part}*`)].join('<br>'))));
  }
  const empty = Array.from({ length: columns }, () => '');
  return [line(empty), line(empty.map(() => '---')), ...rows].join('\n');
}

async function main(): Promise<void> {
  await fs.rm(folder, { recursive: true, force: true });
  await fs.mkdir(folder, { recursive: true });
  const manifest = JSON.parse(await fs.readFile(path.join(root, 'models', modelName, 'manifest.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const engine = await openEngine('local', { modelsFolder: path.join(root, 'models') });
  const sections = [
    ['English: what people type first', usual.en],
    ['French: what people type first', usual.fr],
    ['English: a thing in a colour that training never showed it in', unseen.en],
    ['French: a thing in a colour that training never showed it in', unseen.fr],
  ] as const;
  const parts: string[] = [];
  let number = 0;
  for (const [title, prompts] of sections) {
    const examples: Example[] = [];
    for (const prompt of prompts) examples.push(await drawExample(engine, prompt, ++number));
    parts.push(`## ${title}\n\n${tableOf(examples)}`);
  }
  await engine.close();
  const head = [
    '# Examples',
    `Forty-eight fixed prompts, drawn by ${manifest.name} ${manifest.version} through the program's own engine. Each picture has seed ${seed} and the default settings at the model's own size, and none was chosen. \`npm run examples\` draws them again. What is in *italics* was made by rule and not by the model's networks, as the recipe of each picture says; the rest was drawn by them. The model's card tells how many a stranger would recognise.`,
  ];
  await fs.writeFile(path.join(root, 'docs', 'examples.md'), [...head, ...parts].join('\n\n') + '\n');
  console.log(`${number} pictures in ${path.relative(process.cwd(), folder)}`);
}

await main();

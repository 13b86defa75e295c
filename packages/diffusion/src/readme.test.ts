import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { realClipVocabulary } from './testing/clip-vocabulary.ts';
import { makeReferenceModel } from './testing/references.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const modelsFolder = fileURLToPath(new URL('../../../models', import.meta.url));
const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
const examples = Array.from(readme.matchAll(/## ([^\n]+)\n+(?:[^\n#`][^\n]*\n+)?```ts\n([\s\S]+?)```/g), ([, title, code]) => ({
  title: title!,
  code: code!,
}));

/** Writes CLIP's vocabulary as the tokenizer folder of a model has it. */
async function writeTokenizer(folder: string) {
  const { vocab, merges } = await realClipVocabulary();
  await writeFile(join(folder, 'vocab.json'), JSON.stringify(vocab));
  await writeFile(join(folder, 'merges.txt'), `#version: 0.2\n${merges.join('\n')}\n`);
}

/** Runs an example as it stands, but with models of this repository, and the picture goes to a temporary folder. */
async function runExample(code: string) {
  await using stableDiffusion = await makeReferenceModel('sd15');
  const folder = await mkdtemp(join(tmpdir(), 'readme-'));
  try {
    await writeTokenizer(folder);
    const program = code
      .replaceAll("'sd-turbo/tokenizer'", JSON.stringify(folder))
      .replaceAll("'sd-turbo'", JSON.stringify(stableDiffusion.folder))
      .replaceAll("'models/", `'${modelsFolder}/`)
      .replaceAll(/'(fox|large)\.png'/g, JSON.stringify(join(folder, 'made.png')));
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', program], {
      cwd: packageFolder,
    });
    return { stdout, picture: await readFile(join(folder, 'made.png')).catch(() => undefined) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the examples of the README run as they stand', () => {
  it.each([
    ['Draw', /step 4 of 4/],
    ['Stable Diffusion', /^stable-diffusion \{[\s\S]+64×64 on cpu\n$/],
    ['Upscale', /tile (\d+) of \1\n$/],
    ['Ask a model about words', /guessed[\s\S]+Einstein[\s\S]+strawberry/],
    ['Schedulers', /^4 true/],
    ['Prompts', /1 \[ 49406, 320, 736, 3240 \] \[ 1, 1, 1\.3, 1 \] 1\n59136/],
    ['Use the parts alone', /4 \[ 0\.5, 0\.5, 0\.5 \]/],
  ])('%s', async (title, output) => {
    const { stdout, picture } = await runExample(examples.find((example) => example.title === title)!.code);
    expect(stdout).toMatch(output);
    expect(picture?.subarray(1, 4).toString()).toBe(title === 'Draw' || title === 'Upscale' ? 'PNG' : undefined);
  });
});

it('draws from the command line', async () => {
  await using model = await makeReferenceModel('sd15');
  const out = join(model.folder, 'fox.png');
  const command = ['examples/draw.ts', model.folder, 'a fox', '--steps', '2', '--width', '96', '--out', out];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: packageFolder });
  expect(stdout).toMatch(/^sd15: stable-diffusion, on cpu\nstep 1 of 2\nstep 2 of 2\n.*fox\.png: 96×64\n$/);
  expect((await readFile(out)).subarray(1, 4).toString()).toBe('PNG');
});

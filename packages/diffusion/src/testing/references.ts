import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { RgbaPicture } from '../picture.ts';
import type { DiffusionRequest } from '../request.ts';
import type { SchedulerName } from '../schedulers/scheduler.ts';

/** What `reference/make_references.py` recorded. */
const recorded = fileURLToPath(new URL('../../test/pipelines', import.meta.url));

/** A picture that diffusers drew, and with what. */
export interface ReferenceCase {
  name: string;
  model: string;
  prompts: string[];
  seeds: number[];
  width: number;
  height: number;
  steps: number;
  guidanceScale: number;
  negativePrompt?: string;
  scheduler?: SchedulerName;
  clipSkip?: number;
  source?: boolean;
  mask?: boolean;
  strength?: number;
}

const readRecorded = async (name: string) => JSON.parse(await readFile(join(recorded, name), 'utf8')) as unknown;

export const referenceCases = (await readRecorded('cases.json')) as ReferenceCase[];

const layouts = (await readRecorded('models.json')) as Record<string, Record<string, string>>;
export const referenceModels = Object.keys(layouts);

/** Puts a recorded model together, with some of its files left out. Removed when the scope ends. */
export async function makeReferenceModel(name: string, without: readonly string[] = []) {
  const parent = await mkdtemp(join(tmpdir(), 'diffusers-model-'));
  const folder = join(parent, name);
  for (const [path, part] of Object.entries(layouts[name]!)) {
    if (without.includes(path)) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await copyFile(join(recorded, 'parts', part), join(folder, path));
  }
  return { folder, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) };
}

async function readPicture(name: string): Promise<RgbaPicture> {
  const { data, info } = await sharp(join(recorded, name)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgba: new Uint8Array(data) };
}

/** The pictures of a case, side by side, as they were recorded. */
export const expectedPicture = ({ name }: ReferenceCase) => readPicture(`${name}.png`);

/** A recorded case in this library's words. */
export async function requestOf(reference: ReferenceCase): Promise<DiffusionRequest> {
  const { prompts, seeds, width, height, steps, guidanceScale, negativePrompt, scheduler, clipSkip, strength } = reference;
  const mask = reference.mask ? (await readPicture('mask.png')).rgba.filter((_, i) => i % 4 === 0) : undefined;
  return {
    pictures: prompts.map((prompt, index) => ({ prompt, seed: seeds[index]! })),
    ...{ width, height, steps, guidanceScale },
    ...(negativePrompt !== undefined && { negativePrompt }),
    ...(scheduler && { scheduler }),
    ...(clipSkip !== undefined && { clipSkip }),
    ...(reference.source && {
      source: { picture: await readPicture('source.png'), strength: strength!, ...(mask && { mask }) },
    }),
  };
}

/** Pictures of one height side by side. */
export function besides(pictures: readonly RgbaPicture[]): RgbaPicture {
  const { height } = pictures[0]!;
  const width = pictures.reduce((sum, picture) => sum + picture.width, 0);
  const rgba = new Uint8Array(width * height * 4);
  let column = 0;
  for (const picture of pictures) {
    const row = picture.width * 4;
    for (let y = 0; y < height; y++) rgba.set(picture.rgba.subarray(y * row, (y + 1) * row), (y * width + column) * 4);
    column += picture.width;
  }
  return { width, height, rgba };
}

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readModelFolder } from '@rendermart/diffusion';
import type { RgbaPicture } from '@rendermart/diffusion';
import { describe, expect, it } from 'vitest';
import { interpretPrompt } from '../prompt.ts';
import { foldPrompt } from './folding.ts';
import { partsOf } from './parts.ts';
import { traitsOf } from './pose-traits.ts';
import table from './pose-traits.json' with { type: 'json' };
import { type Pose, poseOf } from './pose.ts';
import { inPose } from './posing.ts';

type PoseRow = [mirrored: boolean, tilt: number, stretch: number];

interface Reference {
  poses: [seed: number, ...PoseRow][];
  samples: [x: number, y: number][];
  pictures: { pose: PoseRow; pixels: [number, number, number, number][] }[];
  traits: Record<string, string>;
}

/** Recorded by training/record_pose.py. */
const reference = JSON.parse(readFileSync(new URL('pose.reference.json', import.meta.url), 'utf8')) as Reference;
const sticker = (await readModelFolder(fileURLToPath(new URL('../../../../../models/sticker-one', import.meta.url)))).words!;
const side = 160;
const all = ['mirror', 'tilt', 'stretch'] as const;
const seeds = [...Array(48).keys()];
const toPose = ([mirrored, tilt, stretch]: PoseRow): Pose => ({ mirrored, tilt, stretch });

/** Two overlapping discs, off the middle and up to the frame, with soft rims: the picture of the reference. */
function drawn(): RgbaPicture {
  const rgba = new Uint8Array(side * side * 4);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [first, second] = [(x - 70) ** 2 + (y - 90) ** 2, (x - 115) ** 2 + (y - 45) ** 2];
      const alpha = first < 4200 || second < 1600 ? 255 : first < 4900 || second < 2000 ? 128 : 0;
      rgba.set([60 + ((x * y) % 97), second < 1600 ? 220 : 40 + (x % 120), 30 + y, alpha], (y * side + x) * 4);
    }
  return { width: side, height: side, rgba };
}

const at = ({ width, rgba }: RgbaPicture, x: number, y: number) => [
  ...rgba.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];

describe('as in training', () => {
  it('a seed has its pose', () => {
    for (const [seed, ...pose] of reference.poses) expect(poseOf(seed, all)).toEqual(toPose(pose));
  });

  it.each(reference.pictures)('a picture is posed: $pose', ({ pose, pixels }) => {
    const posed = inPose(drawn(), toPose(pose));
    for (const [i, [x, y]] of reference.samples.entries()) {
      const [made, expected] = [at(posed, x, y), pixels[i]!];
      // The colour of what is all but transparent is noise.
      const channels = expected[3] > 8 ? [0, 1, 2, 3] : [3];
      for (const channel of channels) expect(Math.abs(made[channel]! - expected[channel]!)).toBeLessThanOrEqual(2);
    }
  });

  it.each(Object.entries(reference.traits))('"%s" may be changed by: %s', (text, traits) => {
    expect([...traitsOf(foldPrompt(text), sticker)].toSorted()).toEqual(traits.split(' ').filter(Boolean).toSorted());
  });
});

describe('the pose of a seed', () => {
  it('is another one for each of four in a row, one of them as it was drawn', () => {
    for (const seed of seeds) {
      const four = [0, 1, 2, 3].map((next) => poseOf(seed + next, all));
      expect(four.filter(({ mirrored, tilt, stretch }) => !mirrored && tilt === 0 && stretch === 0)).toHaveLength(1);
      for (const [i, one] of four.entries())
        for (const other of four.slice(i + 1))
          expect(one.mirrored !== other.mirrored || Math.abs(one.tilt - other.tilt) >= 6).toBe(true);
    }
  });

  it('stays slight, and does only what the thing allows', () => {
    for (const seed of seeds) {
      const { tilt, stretch } = poseOf(seed, all);
      expect([Math.abs(tilt) <= 9, Math.abs(stretch) <= 6]).toEqual([true, true]);
      expect(poseOf(seed, [])).toEqual({ mirrored: false, tilt: 0, stretch: 0 });
      expect(poseOf(seed, ['mirror'])).toMatchObject({ tilt: 0, stretch: 0 });
    }
  });

  it.each([
    'thumbs up',
    'index pointing at the viewer',
    'Japanese symbol for beginner',
    'one o’clock',
    'flag',
    'om',
    'full moon',
    'stop sign',
    'infinity',
  ])('is none for %s', (text) => expect(traitsOf(foldPrompt(text), sticker)).toEqual([]));

  it('is of things of the vocabulary', () => {
    const known = new Set(sticker.vocabulary.concepts.map(({ en }) => en));
    const listed = Object.values(table.names).flatMap((names) => names.split('|'));
    expect(listed.filter((name) => !known.has(name))).toEqual([]);
    expect(
      Object.values(table.words)
        .flatMap((words) => words.split('|'))
        .filter((word) => !sticker.vocabulary.words.has(word)),
    ).toEqual([]);
  });
});

/** The box of what is to be seen. */
function boxOf({ width, height, rgba }: RgbaPicture) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let i = 0; i < width * height; i++)
    if (rgba[i * 4 + 3]! >= 24) {
      const [x, y] = [i % width, Math.floor(i / width)];
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  return { left, top, right, bottom };
}

describe('a posed picture', () => {
  /** A white square that fills the frame but for a pixel, black where it is transparent: fringes would be dark. */
  const square = () => {
    const rgba = new Uint8Array(64 * 64 * 4);
    for (let y = 1; y < 63; y++) for (let x = 1; x < 63; x++) rgba.fill(255, (y * 64 + x) * 4, (y * 64 + x) * 4 + 4);
    return { width: 64, height: 64, rgba };
  };

  it.each(seeds.slice(0, 12))('never leaves its frame, nor gets a dark edge (seed %i)', (seed) => {
    const posed = inPose(square(), poseOf(seed, all));
    const { left, top, right, bottom } = boxOf(posed);
    expect([left >= 1, top >= 1, right <= 62, bottom <= 62]).toEqual([true, true, true, true]);
    for (let i = 0; i < 64 * 64; i++) if (posed.rgba[i * 4 + 3]! > 8) expect(posed.rgba[i * 4]).toBeGreaterThan(250);
  });

  it('is exactly its mirror image when it is only mirrored', () => {
    const picture = drawn();
    const mirrored = inPose(picture, { mirrored: true, tilt: 0, stretch: 0 });
    expect(at(mirrored, 10, 80)).toEqual(at(picture, side - 11, 80));
    expect(inPose(mirrored, { mirrored: true, tilt: 0, stretch: 0 }).rgba).toEqual(picture.rgba);
  });

  it('keeps the picture that it was given, and one where nothing is seen', () => {
    const given = drawn();
    inPose(given, { mirrored: true, tilt: 5, stretch: 4 });
    expect(given.rgba).toEqual(drawn().rgba);
    const empty = { width: 8, height: 8, rgba: new Uint8Array(8 * 8 * 4) };
    expect(inPose(empty, { mirrored: false, tilt: 9, stretch: 0 }).rgba).toEqual(empty.rgba);
  });
});

describe('a plan', () => {
  const picture = { bytes: new Uint8Array(), mediaType: 'image/png', width: 256, height: 256 } as const;
  const plansOf = (prompt: string, from: typeof picture | null = null) =>
    interpretPrompt(sticker, {
      prompt,
      negativePrompt: '',
      seeds: [0, 1, 2, 3],
      source: from && { picture: from, denoisingStrength: 0.5 },
    }).plans;
  const posesOf = (...of: Parameters<typeof plansOf>) => plansOf(...of).map(({ things }) => things.map(({ pose }) => pose));

  it('names the pose in its recipe', () => {
    expect(plansOf('a fox, 3d').map(partsOf)).toEqual([
      ['pose: mirrored, tilted 3° right, 6 % taller'],
      [],
      ['pose: mirrored, tilted 6° left'],
      ['pose: tilted 7° right, 3 % wider'],
    ]);
    expect(partsOf(plansOf('two foxes, 3d')[1]!)).toEqual(['layout: 2 things, together', 'pose: each thing its own']);
  });

  it('tilts nothing that stands, in a place or in a group', () => {
    for (const prompt of ['a fox in the snow', 'three foxes', 'a fox and a cat', 'a house']) {
      const poses = posesOf(prompt).flat();
      expect(poses.every((pose) => (pose?.tilt ?? 0) === 0)).toBe(true);
      expect(poses.some((pose) => pose?.mirrored)).toBe(true);
    }
    expect(
      posesOf('a fox on a blue background')
        .flat()
        .some((pose) => pose?.tilt),
    ).toBe(true);
  });

  it('leaves a source in its own pose', () =>
    expect(posesOf('a fox, 3d', picture).flat()).toEqual([undefined, undefined, undefined, undefined]));
});

import { deep, heaven, space } from './beyond.ts';
import { height, n } from './drawing.ts';
import type { Layers, Stage, TimeOfDay, Weather } from './drawing.ts';
import { beach, city, desert, forest, meadow, mountains, sea, snow } from './land.ts';
import { plain } from './plain.ts';
import type { Pattern } from './plain.ts';
import { makeRandom } from './random.ts';
import { falling } from './weather.ts';

const places = {
  meadow,
  snow,
  forest,
  mountains,
  desert,
  beach,
  sea,
  city,
  space,
  sky: heaven,
  underwater: deep,
} satisfies Record<string, (stage: Stage) => Layers>;

export type Place = keyof typeof places;

/** What stands behind the things of a picture: a place at a time in some weather, or colours. */
export type Backdrop =
  | { kind: 'place'; place: Place; time: TimeOfDay; weather: Weather }
  | { kind: 'plain'; pattern: Pattern; colours: readonly [string, string | undefined] };

/** A drawn scene: two SVG pictures of the whole size, and where things stand, as a share of the height. */
export interface Scene {
  behind: string;
  before: string | null;
  ground: number | null;
  /** What the scene's light does to the colours of the things in it: a factor each for red, green and blue. */
  light: readonly [number, number, number];
}

const lights: Record<TimeOfDay, Scene['light']> = {
  day: [1, 1, 1],
  dawn: [1, 0.95, 0.95],
  sunset: [1, 0.9, 0.86],
  night: [0.82, 0.86, 0.97],
};

/** Soft edges of clouds. */
const filters = '<filter id="soft" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="5"/></filter>';

function document(content: string, width: number, size: { width: number; height: number }): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${n(width)} ${height}"><defs>${filters}</defs>${content}</svg>`;
}

/**
 * Draws a backdrop as SVG at any size. The seed decides where hills, trees and stars are; the same seed gives the same scene
 * at every size.
 */
export function drawScene(backdrop: Backdrop, seed: number, size: { width: number; height: number }): Scene {
  const width = (height * size.width) / size.height;
  const random = makeRandom(seed);
  if (backdrop.kind === 'plain') {
    const stage: Stage = { random, width, time: 'day', weather: 'clear' };
    return {
      behind: document(plain(stage, backdrop.pattern, backdrop.colours), width, size),
      before: null,
      ground: null,
      light: lights.day,
    };
  }
  const { place, time, weather } = backdrop;
  const stage: Stage = { random, width, time, weather: place === 'snow' && weather === 'clear' ? 'snow' : weather };
  const layers: Layers = places[place](stage);
  const indoors = place === 'space' || place === 'underwater';
  const front = (layers.before ?? '') + (indoors ? '' : falling(stage));
  return {
    behind: document(layers.behind, width, size),
    before: front === '' ? null : document(front, width, size),
    ground: layers.ground === undefined ? null : layers.ground / height,
    light: place === 'space' ? lights.night : lights[time],
  };
}

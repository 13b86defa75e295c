export { drawScene } from './scene.ts';
export type { Backdrop, Place, Scene } from './scene.ts';
export type { Pattern } from './plain.ts';
export type { TimeOfDay, Weather } from './drawing.ts';
export { makeRandom } from './random.ts';
export type { Random } from './random.ts';

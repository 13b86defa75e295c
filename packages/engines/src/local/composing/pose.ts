import type { ModelWords } from '@rendermart/diffusion';
import { scatter, seedOfThing } from './chance.ts';
import type { Plan } from './plan.ts';
import { type Traits, traitsOf } from './pose-traits.ts';
import type { Thing } from './things.ts';

/*
 * A network that is sure of its picture draws it again for every seed: four seeds of "a fox, 3d" are one fox. So the seed gives a
 * thing a pose. The same as training/pose.py, against which a test holds it.
 */

export interface Pose {
  mirrored: boolean;
  /** Degrees clockwise. */
  tilt: number;
  /** Percent wider and lower; negative: narrower and higher. */
  stretch: number;
}

/** The pose of a seed: of four seeds in a row one is as it was drawn, and none is like another. */
export function poseOf(seed: number, traits: Traits): Pose {
  const scattered = scatter(seed);
  const tilt = 6 + (scattered % 4);
  const lean = 3 + (Math.floor(scattered / 4) % 2);
  const stretch = 3 + (Math.floor(scattered / 8) % 4);
  const poses: readonly Pose[] = [
    { mirrored: true, tilt: lean, stretch: -stretch },
    { mirrored: false, tilt: 0, stretch: 0 },
    { mirrored: true, tilt: -tilt, stretch: 0 },
    { mirrored: false, tilt, stretch },
  ];
  const pose = poses[seed % poses.length]!;
  return {
    mirrored: pose.mirrored && traits.includes('mirror'),
    tilt: traits.includes('tilt') ? pose.tilt : 0,
    stretch: traits.includes('stretch') ? pose.stretch : 0,
  };
}

const isPosed = ({ mirrored, tilt, stretch }: Pose): boolean => mirrored || tilt !== 0 || stretch !== 0;

/** A plan whose things have the poses that the seed gives them. In a place or a group things stand, so that they are not tilted. */
export function inPosesOf(seed: number, plan: Plan, model: ModelWords): Plan {
  const stands = plan.layout !== null || plan.backdrop?.kind === 'place';
  const things = plan.things.map((thing, i): Thing => {
    const traits = traitsOf(thing.prompt, model);
    const pose = poseOf(seedOfThing(seed, i), stands ? traits.filter((trait) => trait !== 'tilt') : traits);
    return isPosed(pose) ? { ...thing, pose } : thing;
  });
  return { ...plan, things };
}

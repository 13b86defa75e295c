import { DiffusionError } from '../failure.ts';
import type { NoiseLevelSettings, SpacingSettings } from './config.ts';
import { linspace } from './noise-levels.ts';
import type { ScheduleOptions } from './scheduler.ts';

/** To the nearest whole number, halves to the even one, as numpy rounds. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** `request_invalid` unless the options are in range for a network with `trainTimesteps` noise levels. */
export function assertOptions({ steps, strength }: ScheduleOptions, trainTimesteps: number): void {
  if (!Number.isInteger(steps) || steps < 1 || steps > trainTimesteps)
    throw new DiffusionError('request_invalid', `steps must be a whole number from 1 to ${trainTimesteps}; it is ${steps}`);
  if (strength !== undefined && !(strength > 0 && strength <= 1))
    throw new DiffusionError('request_invalid', `strength must be above 0 and at most 1; it is ${strength}`);
}

/** From `from` down by 1000/steps, rounded, less one: the spacing that begins at the last timestep. */
export function trailing(from: number, trainTimesteps: number, steps: number): number[] {
  const ratio = trainTimesteps / steps;
  const count = Math.min(steps, Math.ceil(from / ratio));
  return Array.from({ length: count }, (_, i) => roundHalfEven(from - i * ratio) - 1);
}

type Settings = SpacingSettings & Pick<NoiseLevelSettings, 'num_train_timesteps'>;

/**
 * The timesteps of a whole schedule, from noise to picture: `steps` numbers. Those spaced by `linspace` are fractions.
 * `request_invalid` when an offset pushes the first one past the training.
 */
export function spacedTimesteps(settings: Settings, steps: number): number[] {
  const { num_train_timesteps: train, steps_offset: offset } = settings;
  switch (settings.timestep_spacing) {
    case 'linspace':
      return linspace(0, train - 1, steps).toReversed();
    case 'leading': {
      const ratio = Math.floor(train / steps);
      const first = (steps - 1) * ratio + offset;
      if (first >= train)
        throw new DiffusionError('request_invalid', `${steps} steps begin at timestep ${first} of ${train}: take fewer`);
      return Array.from({ length: steps }, (_, i) => first - i * ratio);
    }
    case 'trailing':
      return trailing(train, train, steps);
  }
}

/**
 * How many of `count` timesteps image-to-image leaves out at the beginning, as diffusers counts for Stable Diffusion: of
 * n steps ⌊n · strength⌋ are walked. At least one timestep stays.
 */
export function skippedSteps({ steps, strength = 1 }: ScheduleOptions, count: number): number {
  return Math.min(count - 1, steps - Math.floor(steps * strength));
}

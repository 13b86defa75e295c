import type { Backdrop } from '../scenes/index.ts';
import type { Dress } from './dressing.ts';
import type { Plan } from './plan.ts';
import type { Pose } from './pose.ts';
import { isEven } from './surfaces.ts';
import type { Names, Thing } from './things.ts';

function backdropPart(backdrop: Backdrop): string {
  if (backdrop.kind === 'plain') return `background: ${backdrop.pattern}, ${backdrop.colours.filter(Boolean).join(' and ')}`;
  const { place, time, weather } = backdrop;
  return `scene: ${[place, time !== 'day' && `at ${time}`, weather !== 'clear' && weather].filter(Boolean).join(', ')}`;
}

const bothNames = ({ en, fr }: Names) => `${en} (${fr})`;

/** What each kind was drawn as, in both languages: readers have no table of a model's things. */
function kindParts(things: Plan['things']): string[] {
  const drawn = Map.groupBy(
    things.filter(({ drawnAs }) => drawnAs !== undefined),
    ({ kind }) => kind!.name,
  );
  return Array.from(
    drawn,
    ([kind, ones]) => `kind: ${kind}, drawn as ${[...new Set(ones.map(({ drawnAs }) => bothNames(drawnAs!)))].join(', ')}`,
  );
}

function poseTexts({ mirrored, tilt, stretch }: Pose): string[] {
  const texts = [
    mirrored && 'mirrored',
    tilt !== 0 && `tilted ${Math.abs(tilt)}° ${tilt > 0 ? 'right' : 'left'}`,
    stretch !== 0 && `${Math.abs(stretch)} % ${stretch > 0 ? 'wider' : 'taller'}`,
  ];
  return texts.filter((text) => text !== false);
}

/** The pose of a thing alone; that things of a group have poses. */
function posePart(things: Plan['things']): string[] {
  const poses = things.flatMap(({ pose }) => pose ?? []);
  if (poses.length === 0) return [];
  return [`pose: ${(things.length === 1 ? poseTexts(poses[0]!) : ['each thing its own']).join(', ')}`];
}

/** How things are dressed in a style that nobody drew them in: over a drawing in which one, or over what the network imagines in that; or only framed. */
function dressPart({ as, from, spread }: Dress): string {
  if (spread === 0) return `frame: ${as}`;
  return from === as ? `dress: ${as}` : `dress: ${as}, over ${from}`;
}

/** Whether each surface of a thing was given one colour near its style's palette; a dress says by itself what became of colours. */
const hasEvenSurfaces = ({ surfacesOf, dress }: Thing) =>
  surfacesOf !== undefined || (dress !== undefined && dress.spread === 0 && isEven(dress.as));

const treatments = { pixel: 'style: pixel art (coarse grid, few colours)', line: 'style: line drawing (difference of blurs)' };

/** What of an image was made by rule and not by the network, for its recipe. Empty when the network drew all of it. */
export function partsOf({ things, layout, backdrop, treatment, style }: Plan): string[] {
  const parts: string[] = [];
  if (backdrop) parts.push(backdropPart(backdrop));
  parts.push(...kindParts(things));
  const colours = new Set(things.flatMap(({ colour }) => colour ?? []));
  if (things.some(hasEvenSurfaces)) parts.push('surfaces: one colour each, palette of the style');
  if (colours.size > 0) parts.push(`colour: ${[...colours].join(', ')}`);
  if (layout) parts.push(`layout: ${things.length} things, ${layout.kind === 'relation' ? layout.relation : 'together'}`);
  parts.push(...posePart(things));
  if (style !== undefined) parts.push(`style: ${style}, chosen by the seed`);
  parts.push(...new Set(things.flatMap(({ dress }) => (dress ? dressPart(dress) : []))));
  if (treatment) parts.push(treatments[treatment]);
  return parts;
}

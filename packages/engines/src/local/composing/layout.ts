import type { Random } from '../scenes/index.ts';
import type { Plan } from './plan.ts';

/** Where a thing goes, in shares of the picture: its middle, its foot, and the room it may fill. */
export interface Spot {
  x: number;
  foot: number;
  width: number;
  height: number;
  /** Things with a smaller depth are painted first. */
  depth: number;
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const spot = (x: number, foot: number, width: number, height: number, depth = 0): Spot => ({ x, foot, width, height, depth });

function relationSpots(relation: string, ground: number): [Spot, Spot] {
  switch (relation) {
    case 'right':
      return [spot(0.72, ground, 0.46, 0.52), spot(0.27, ground, 0.46, 0.52)];
    case 'on':
      return [spot(0.5, ground - 0.4, 0.44, 0.38, 1), spot(0.5, ground, 0.62, 0.42)];
    case 'above':
      return [spot(0.5, ground - 0.47, 0.42, 0.34, 1), spot(0.5, ground, 0.54, 0.4)];
    case 'under':
      return [spot(0.5, ground, 0.48, 0.36), spot(0.5, ground - 0.42, 0.56, 0.4, 1)];
    case 'before':
      return [spot(0.36, ground, 0.5, 0.46, 1), spot(0.64, ground - 0.07, 0.6, 0.6)];
    case 'behind':
      return [spot(0.62, ground - 0.07, 0.6, 0.6), spot(0.36, ground, 0.5, 0.46, 1)];
    default:
      return [spot(0.27, ground, 0.46, 0.52), spot(0.72, ground, 0.46, 0.52)];
  }
}

/** A group of things: up to three in a row, more in two rows, each a little out of line. */
function groupSpots(count: number, ground: number, random: Random): Spot[] {
  const behind = count > 3 ? Math.floor(count / 2) : 0;
  return Array.from({ length: count }, (_, i) => {
    const back = i < behind;
    const [place, places] = back ? [i, behind] : [i - behind, count - behind];
    const wide = Math.min(0.46, 0.96 / places);
    const x = 0.5 + (place - (places - 1) / 2) * wide + random.between(-0.012, 0.012);
    const room = wide * 0.98 * random.between(0.9, 1);
    return spot(x, (back ? ground - 0.3 : ground) + random.between(-0.012, 0.012), room, behind > 0 ? 0.36 : 0.5, back ? 0 : 1);
  });
}

/**
 * Where the things of a plan go.
 * @param ground the foot line, as a share of the height; null where things float, and `centred` decides where
 */
export function placeThings(plan: Pick<Plan, 'things' | 'layout'>, ground: number | null, random: Random): Spot[] {
  const { things, layout } = plan;
  const line = ground ?? 0.93;
  if (layout?.kind === 'relation') return relationSpots(layout.relation, line);
  if (layout?.kind === 'count') return groupSpots(things.length, ground ?? 0.8, random);
  return [spot(0.5 + random.between(-0.04, 0.04), line, 0.62, 0.6)];
}

/** The largest box of a shape that fits a spot, standing on its foot. */
export function boxAt(place: Spot, shape: { width: number; height: number }, size: { width: number; height: number }): Box {
  const unit = Math.min(size.width, size.height);
  const scale = Math.min((place.width * unit) / shape.width, (place.height * unit) / shape.height);
  const [width, height] = [Math.max(1, Math.round(shape.width * scale)), Math.max(1, Math.round(shape.height * scale))];
  const middle = size.width / 2 + (place.x - 0.5) * unit;
  return { left: Math.round(middle - width / 2), top: Math.round(place.foot * size.height - height), width, height };
}

/** Moves and enlarges boxes together until they fill a share of the picture, in its middle. */
export function centred(boxes: readonly Box[], size: { width: number; height: number }, share: number): Box[] {
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const width = Math.max(...boxes.map((box) => box.left + box.width)) - left;
  const height = Math.max(...boxes.map((box) => box.top + box.height)) - top;
  const scale = Math.min((share * size.width) / width, (share * size.height) / height);
  const at = (value: number, start: number, length: number, whole: number) =>
    Math.round((value - start - length / 2) * scale + whole / 2);
  return boxes.map((box) => ({
    left: at(box.left, left, width, size.width),
    top: at(box.top, top, height, size.height),
    width: Math.round(box.width * scale),
    height: Math.round(box.height * scale),
  }));
}

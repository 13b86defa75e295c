import type { RgbaPicture } from '@rendermart/diffusion';
import type { Pose } from './pose.ts';
import { type Point, resampled } from './resampling.ts';

/** What belongs to the thing; a network leaves a faint haze around it. */
const visibleAlpha = 24;
/** Pixels around a thing that was moved, at least: for its soft edge. */
const leastMargin = 2;

/** From a place relative to the thing's middle to where it stands afterwards, relative to the target: (x, y) to (a x + b y, c x + d y). */
interface Matrix {
  a: number;
  b: number;
  c: number;
  d: number;
}

const times = ({ a, b, c, d }: Matrix, { x, y }: Point): Point => ({ x: a * x + b * y, y: c * x + d * y });

function inverse({ a, b, c, d }: Matrix): Matrix {
  const area = a * d - b * c;
  return { a: d / area, b: -b / area, c: -c / area, d: a / area };
}

function matrixOf({ mirrored, tilt, stretch }: Pose): Matrix {
  const turn = (tilt * Math.PI) / 180;
  const [wide, high] = [(1 + stretch / 100) * (mirrored ? -1 : 1), 1 - stretch / 100];
  return { a: Math.cos(turn) * wide, b: -Math.sin(turn) * high, c: Math.sin(turn) * wide, d: Math.cos(turn) * high };
}

/** The corners of the first and last visible pixel of each row: whatever is done to a thing, it reaches no farther than these. */
function outlineOf({ width, height, rgba }: RgbaPicture): Point[] {
  const points: Point[] = [];
  for (let y = 0; y < height; y++) {
    const isSeen = (x: number) => rgba[(y * width + x) * 4 + 3]! >= visibleAlpha;
    let [first, last] = [0, width];
    while (first < width && !isSeen(first)) first++;
    if (first === width) continue;
    while (!isSeen(last - 1)) last--;
    for (const x of [first, last]) points.push({ x, y }, { x, y: y + 1 });
  }
  return points;
}

function boundsOf(points: readonly Point[]) {
  const bounds = { low: { x: Infinity, y: Infinity }, high: { x: -Infinity, y: -Infinity } };
  for (const { x, y } of points) {
    bounds.low = { x: Math.min(bounds.low.x, x), y: Math.min(bounds.low.y, y) };
    bounds.high = { x: Math.max(bounds.high.x, x), y: Math.max(bounds.high.y, y) };
  }
  return bounds;
}

/** Where each pixel of the posed picture comes from: the thing stays around its middle, and shrinks where it would leave the frame. */
function sourceOf(picture: RgbaPicture, pose: Pose): ((to: Point) => Point) | undefined {
  const outline = outlineOf(picture);
  if (outline.length === 0) return undefined;
  const { low, high } = boundsOf(outline);
  const centre = { x: (low.x + high.x) / 2, y: (low.y + high.y) / 2 };
  const matrix = matrixOf(pose);
  const reached = boundsOf(outline.map(({ x, y }) => times(matrix, { x: x - centre.x, y: y - centre.y })));
  const middle = { x: pose.mirrored ? picture.width - centre.x : centre.x, y: centre.y };
  const own = Math.min(low.x, low.y, picture.width - high.x, picture.height - high.y);
  const margin = Math.max(leastMargin, own / 2);
  const roomOf = (at: number, length: number) => Math.max(1, Math.min(at, length - at) - margin);
  const fit = Math.min(
    1,
    roomOf(middle.x, picture.width) / ((reached.high.x - reached.low.x) / 2),
    roomOf(middle.y, picture.height) / ((reached.high.y - reached.low.y) / 2),
  );
  const target = {
    x: middle.x - (fit * (reached.low.x + reached.high.x)) / 2,
    y: middle.y - (fit * (reached.low.y + reached.high.y)) / 2,
  };
  const back = inverse({ a: matrix.a * fit, b: matrix.b * fit, c: matrix.c * fit, d: matrix.d * fit });
  return (to) => {
    const { x, y } = times(back, { x: to.x - target.x, y: to.y - target.y });
    return { x: x + centre.x, y: y + centre.y };
  };
}

function mirror({ width, height, rgba }: RgbaPicture): RgbaPicture {
  const [from, to] = [new Uint32Array(new Uint8Array(rgba).buffer), new Uint32Array(width * height)];
  for (let y = 0; y < height; y++) to.set(from.subarray(y * width, (y + 1) * width).toReversed(), y * width);
  return { width, height, rgba: new Uint8Array(to.buffer) };
}

/**
 * A drawn thing in a pose. One step from the picture that was drawn, so that it stays sharp; in premultiplied colours, so that
 * what is transparent gives its edge no colour.
 * @param picture straight RGBA; it is not changed
 * @returns straight RGBA of the same size, with all of the thing inside
 */
export function inPose(picture: RgbaPicture, pose: Pose): RgbaPicture {
  if (pose.tilt === 0 && pose.stretch === 0) return pose.mirrored ? mirror(picture) : picture;
  const source = sourceOf(picture, pose);
  if (source === undefined) return picture;
  return resampled(picture, source);
}

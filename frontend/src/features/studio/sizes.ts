import type { Size, SizeRule } from '@rendermart/contract';

/** `label` is the shape, or the pixels where several choices have one shape. */
export interface SizeChoice {
  size: Size;
  label: string;
}

const ratios: [string, number][] = [
  ['1:1', 1],
  ['4:5', 4 / 5],
  ['2:3', 2 / 3],
  ['9:16', 9 / 16],
  ['5:4', 5 / 4],
  ['3:2', 3 / 2],
  ['16:9', 16 / 9],
];

export const defaultSize = (rule: SizeRule): Size => (rule.kind === 'list' ? rule.options[0]! : rule.default);
export const sameSize = (one: Size, other: Size): boolean => one.width === other.width && one.height === other.height;

/** What the picker offers: the listed sizes, or well-known shapes with about as many pixels as the default. */
export function sizeChoices(rule: SizeRule): SizeChoice[] {
  const sizes = rule.kind === 'list' ? rule.options : wellKnownSizes(rule);
  const shapes = sizes.map(ratioText);
  const isOneShape = sizes.every((size) => ratioText(size) === shapes[0]);
  if (isOneShape)
    return sizes.toSorted((one, other) => one.width - other.width).map((size) => ({ size, label: pixelText(size) }));
  return sizes.map((size, index) => ({
    size,
    label: shapes.filter((shape) => shape === shapes[index]).length === 1 ? shapes[index]! : pixelText(size),
  }));
}

const pixelText = ({ width, height }: Size): string => (width === height ? `${width}` : `${width}×${height}`);

function wellKnownSizes(rule: Extract<SizeRule, { kind: 'range' }>): Size[] {
  const pixels = rule.default.width * rule.default.height;
  const sizes = ratios.map(([, value]) =>
    closestSize(rule, { width: Math.sqrt(pixels * value), height: Math.sqrt(pixels / value) }),
  );
  return sizes.filter((size, index) => sizes.findIndex((other) => sameSize(other, size)) === index);
}

/** The nearest size that the model draws. */
export function closestSize(rule: SizeRule, wanted: Size): Size {
  if (rule.kind === 'list')
    return rule.options.reduce((best, size) => (distance(size, wanted) < distance(best, wanted) ? size : best));
  const fit = (value: number) => Math.min(rule.max, Math.max(rule.min, Math.round(value / rule.step) * rule.step));
  let size = { width: fit(wanted.width), height: fit(wanted.height) };
  while (size.width * size.height > rule.maxPixels && (size.width > rule.min || size.height > rule.min)) {
    size =
      size.width >= size.height
        ? { ...size, width: fit(size.width - rule.step) }
        : { ...size, height: fit(size.height - rule.step) };
  }
  return size;
}

/** Shape counts before scale: a square is nearer to a larger square than to a portrait of its own size. */
function distance(one: Size, other: Size): number {
  const shape = Math.log(one.width / one.height / (other.width / other.height));
  const scale = Math.log((one.width * one.height) / (other.width * other.height));
  return 4 * Math.abs(shape) + Math.abs(scale);
}

export function ratioText({ width, height }: Size): string {
  const known = ratios.find(([, value]) => Math.abs(Math.log(width / height / value)) < 0.02);
  if (known) return known[0];
  const divisor = greatestCommonDivisor(width, height);
  return `${width / divisor}:${height / divisor}`;
}

const greatestCommonDivisor = (one: number, other: number): number =>
  other === 0 ? one : greatestCommonDivisor(other, one % other);

import type { Size, SizeRule } from '@rendermart/contract';

export interface SizeChoice { size: Size; ratio: string }

const ratios: [string, number][] = [['1:1', 1], ['4:5', 4 / 5], ['2:3', 2 / 3], ['9:16', 9 / 16], ['5:4', 5 / 4], ['3:2', 3 / 2], ['16:9', 16 / 9]];

export const defaultSize = (rule: SizeRule): Size => (rule.kind === 'list' ? rule.options[0]! : rule.default);
export const sameSize = (one: Size, other: Size): boolean => one.width === other.width && one.height === other.height;

/** What the picker offers: the listed sizes, or well-known shapes with about as many pixels as the default. */
export function sizeChoices(rule: SizeRule): SizeChoice[] {
  if (rule.kind === 'list') return rule.options.map((size) => ({ size, ratio: ratioText(size) }));
  const pixels = rule.default.width * rule.default.height;
  const choices = ratios.map(([ratio, value]) => ({ ratio, size: closestSize(rule, { width: Math.sqrt(pixels * value), height: Math.sqrt(pixels / value) }) }));
  return choices.filter(({ size }, index) => choices.findIndex((other) => sameSize(other.size, size)) === index);
}

/** The nearest size that the model draws. */
export function closestSize(rule: SizeRule, wanted: Size): Size {
  if (rule.kind === 'list') return rule.options.reduce((best, size) => (distance(size, wanted) < distance(best, wanted) ? size : best));
  const fit = (value: number) => Math.min(rule.max, Math.max(rule.min, Math.round(value / rule.step) * rule.step));
  let size = { width: fit(wanted.width), height: fit(wanted.height) };
  while (size.width * size.height > rule.maxPixels && (size.width > rule.min || size.height > rule.min)) {
    size = size.width >= size.height ? { ...size, width: fit(size.width - rule.step) } : { ...size, height: fit(size.height - rule.step) };
  }
  return size;
}

/** Shape counts before scale: a square is nearer to a larger square than to a portrait of its own size. */
function distance(one: Size, other: Size): number {
  const shape = Math.log((one.width / one.height) / (other.width / other.height));
  const scale = Math.log((one.width * one.height) / (other.width * other.height));
  return 4 * Math.abs(shape) + Math.abs(scale);
}

export function ratioText({ width, height }: Size): string {
  const known = ratios.find(([, value]) => Math.abs(Math.log(width / height / value)) < 0.02);
  if (known) return known[0];
  const divisor = greatestCommonDivisor(width, height);
  return `${width / divisor}:${height / divisor}`;
}

const greatestCommonDivisor = (one: number, other: number): number => (other === 0 ? one : greatestCommonDivisor(other, one % other));

/*
 * Writes ONNX files of one layer each, so that onnxruntime can be timed on the very shapes of a network. The few messages of
 * onnx.proto3 that this takes are written by hand: a field is a key (number · 8 + wire type), then a varint or bytes.
 */

export type Layer =
  | { op: 'MatMul'; input: readonly number[]; weight: readonly [number, number] }
  | { op: 'Conv'; input: readonly number[]; weight: readonly [number, number, number, number] };

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

const number = (field: number, value: number): Buffer => Buffer.from([...varint(field * 8), ...varint(value)]);

function block(field: number, ...parts: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(content.length)]), content]);
}

/** A float32 tensor of small numbers of both signs: a product of zeros would be no work on some processors. */
function tensor(name: string, shape: readonly number[]): Buffer {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 37) % 101) / 101 - 0.5);
  return block(5, ...shape.map((size) => number(1, size)), number(2, 1), block(8, name), block(9, Buffer.from(values.buffer)));
}

const dimension = (size: number) => block(1, number(1, size));
const value = (field: number, name: string, shape: readonly number[]) =>
  block(field, block(1, name), block(2, block(1, number(1, 1), block(2, ...shape.map(dimension)))));

const attribute = (name: string, values: readonly number[]) =>
  block(5, block(1, name), ...values.map((item) => number(8, item)), number(20, 7));

/** An ONNX model of one layer, with `x` as its input and `y` as its output. */
export function layerModel({ op, input, weight }: Layer): Buffer {
  const edge = weight.length === 4 ? Math.floor(weight[2] / 2) : 0;
  const attributes =
    op === 'Conv' ? [attribute('pads', [edge, edge, edge, edge]), attribute('kernel_shape', weight.slice(2))] : [];
  const output = op === 'Conv' ? [input[0]!, weight[0], ...input.slice(2)] : [...input.slice(0, -1), weight[1]];
  const node = block(1, block(1, 'x'), block(1, 'w'), block(2, 'y'), block(3, 'layer'), block(4, op), ...attributes);
  const graph = block(7, node, block(2, 'layer'), tensor('w', weight), value(11, 'x', input), value(12, 'y', output));
  return Buffer.concat([number(1, 10), graph, block(8, number(2, 20))]);
}

/** Multiplications and additions of one run of a layer. */
export function operationsOf({ op, input, weight }: Layer): number {
  const positions = op === 'Conv' ? input[0]! * input[2]! * input[3]! : input.slice(0, -1).reduce((a, b) => a * b, 1);
  return 2 * positions * weight.reduce((a, b) => a * b, 1);
}

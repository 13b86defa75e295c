import { bytesField, joined, numberField, textField } from '../runtime/protobuf-writer.ts';

/*
 * Writes ONNX networks of a few nodes, so that tests can have networks that misbehave. Field numbers are those of
 * `onnx.proto3`; only what the tests need is there.
 */

type Bytes = Uint8Array;

export const elementTypes = { float32: 1, int64: 7, float16: 10, string: 8 } as const;

/** An input or output. A dimension that is a word fits any number. */
export interface TestPort {
  name: string;
  type: keyof typeof elementTypes;
  shape: readonly (number | string)[];
}

function port({ name, type, shape }: TestPort): Bytes {
  const dimensions = shape.map((size) => bytesField(1, typeof size === 'number' ? numberField(1, size) : textField(2, size)));
  const tensor = joined(numberField(1, elementTypes[type]), bytesField(2, joined(...dimensions)));
  return joined(textField(1, name), bytesField(2, bytesField(1, tensor)));
}

export interface TestNode {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
}

const node = ({ op, inputs, outputs }: TestNode) =>
  joined(...inputs.map((name) => textField(1, name)), ...outputs.map((name) => textField(2, name)), textField(4, op));

/** A weight whose bytes are said to lie in another file. */
function externalWeight(name: string, location: string): Bytes {
  const entry = joined(textField(1, 'location'), textField(2, location));
  return joined(numberField(1, 1), numberField(2, 1), textField(8, name), bytesField(13, entry), numberField(14, 1));
}

/** A network with these nodes. */
export function makeNetwork(parts: {
  inputs: readonly TestPort[];
  outputs: readonly TestPort[];
  nodes: readonly TestNode[];
  externalFiles?: readonly string[];
}): Bytes {
  const graph = joined(
    ...parts.nodes.map((one) => bytesField(1, node(one))),
    textField(2, 'test'),
    ...(parts.externalFiles ?? []).map((location, index) => bytesField(5, externalWeight(`w${index}`, location))),
    ...parts.inputs.map((one) => bytesField(11, port(one))),
    ...parts.outputs.map((one) => bytesField(12, port(one))),
  );
  return joined(numberField(1, 8), bytesField(8, joined(textField(1, ''), numberField(2, 17))), bytesField(7, graph));
}

import { ProtobufFile } from './protobuf.ts';
import { bytesField, joined, textField } from './protobuf-writer.ts';

/** A node of a network: which tensors it makes of which. */
export interface GraphNode {
  operator: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** What else the file says of it (operator, domain, attributes), as it stands there. */
  rest: Uint8Array;
}

/** The nodes of an ONNX file in the order of the file, which is one in which they can be evaluated. No weights. */
export interface OnnxGraph {
  nodes: readonly GraphNode[];
  /** Each output's type and shape, as the file has them. */
  outputTypes: ReadonlyMap<string, Uint8Array>;
}

/** Text encoders have up to 3,500. A file with millions of nodes would make whoever looks at them look for hours. */
const mostNodes = 10_000;

/** Field numbers of NodeProto in `onnx.proto3`. A node's name and documentation are not kept. */
const nodeFields = { input: 1, output: 2, operator: 4, attribute: 5, domain: 7 };
const keptFields = [nodeFields.operator, nodeFields.attribute, nodeFields.domain];

type Range = { start: number; end: number };

function readNode(file: ProtobufFile, { start, end }: Range): GraphNode {
  const node = { operator: '', inputs: [] as string[], outputs: [] as string[] };
  const rest: Uint8Array[] = [];
  for (const field of file.fields(start, end)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === nodeFields.input) node.inputs.push(file.text(field));
    if (field.number === nodeFields.output) node.outputs.push(file.text(field));
    if (field.number === nodeFields.operator) node.operator = file.text(field);
    if (keptFields.includes(field.number)) rest.push(bytesField(field.number, file.bytes(field.start, field.end)));
  }
  return { ...node, rest: joined(...rest) };
}

/** ValueInfoProto: name = 1, type = 2. */
function readOutput(file: ProtobufFile, { start, end }: Range): [name: string, type: Uint8Array] {
  let name = '';
  let type: Uint8Array = new Uint8Array();
  for (const field of file.fields(start, end)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === 1) name = file.text(field);
    if (field.number === 2) type = file.bytes(field.start, field.end);
  }
  return [name, type];
}

/**
 * Reads the nodes of an ONNX file, or nothing when it has more of them than any text encoder. ModelProto: graph = 7;
 * GraphProto: node = 1, output = 12. Throws `model_invalid` for what is no ONNX file.
 */
export function readOnnxGraph(path: string): OnnxGraph | undefined {
  using file = new ProtobufFile(path);
  const nodes: GraphNode[] = [];
  const outputTypes = new Map<string, Uint8Array>();
  for (const graph of file.fields(0, file.size)) {
    if (graph.number !== 7 || graph.kind !== 'bytes') continue;
    for (const field of file.fields(graph.start, graph.end)) {
      if (field.kind !== 'bytes') continue;
      if (field.number === 1) nodes.push(readNode(file, field));
      if (field.number === 12) outputTypes.set(...readOutput(file, field));
      if (nodes.length > mostNodes) return undefined;
    }
  }
  return { nodes, outputTypes };
}

/** An output that a network does not have yet: a tensor of it, of the type of an output that it has. */
export interface AddedOutput {
  name: string;
  like: string;
}

function nodeBytes({ inputs, outputs, rest }: GraphNode): Uint8Array {
  return joined(...inputs.map((name) => textField(1, name)), ...outputs.map((name) => textField(2, name)), rest);
}

/** What makes an ONNX file one with more nodes and outputs, written behind it: protobuf joins two messages of one type. */
export function graphAddition(graph: OnnxGraph, nodes: readonly GraphNode[], outputs: readonly AddedOutput[]): Uint8Array {
  const parts = [
    ...nodes.map((node) => bytesField(1, nodeBytes(node))),
    ...outputs.map(({ name, like }) => bytesField(12, joined(textField(1, name), bytesField(2, graph.outputTypes.get(like)!)))),
  ];
  return bytesField(7, joined(...parts));
}

import { DiffusionError } from '../failure.ts';
import { ProtobufFile } from './protobuf.ts';
import type { Field } from './protobuf.ts';

/** What an ONNX file says of itself, read without its weights. Field numbers are those of `onnx.proto3`. */
export interface OnnxHeader {
  inputs: HeaderPort[];
  outputs: HeaderPort[];
  /** Files beside it that hold its weights. */
  externalFiles: string[];
  /** Bytes of weights by type. */
  weightBytes: Partial<Record<WeightType, number>>;
}

export interface HeaderPort {
  name: string;
  /** Such as `float32`; undefined for a type that is none of ours. */
  type: string | undefined;
  /** Undefined where any number fits. */
  shape: (number | undefined)[];
}

type WeightType = 'float32' | 'float16' | 'int8' | 'other';
type Bytes = Extract<Field, { kind: 'bytes' }>;

const typeNames: Record<number, string> = { 1: 'float32', 6: 'int32', 7: 'int64', 10: 'float16', 11: 'float64' };
const weightTypes: Record<number, { type: WeightType; bytes: number }> = {
  1: { type: 'float32', bytes: 4 },
  2: { type: 'int8', bytes: 1 },
  3: { type: 'int8', bytes: 1 },
  10: { type: 'float16', bytes: 2 },
};

function* partsOf(file: ProtobufFile, { start, end }: { start: number; end: number }, number: number): Generator<Bytes> {
  for (const field of file.fields(start, end)) if (field.number === number && field.kind === 'bytes') yield field;
}

function numberOf(file: ProtobufFile, part: { start: number; end: number }, number: number): number | undefined {
  for (const field of file.fields(part.start, part.end))
    if (field.number === number && field.kind === 'number') return field.value;
  return undefined;
}

function textOf(file: ProtobufFile, part: Bytes, number: number): string {
  const [found] = partsOf(file, part, number);
  return found ? file.text(found) : '';
}

/** ValueInfoProto: name = 1, type = 2; TypeProto.tensor_type = 1; Tensor: elem_type = 1, shape = 2; dim = 1: dim_value = 1. */
function readPort(file: ProtobufFile, value: Bytes): HeaderPort {
  const [type] = partsOf(file, value, 2);
  const [tensor] = type ? partsOf(file, type, 1) : [];
  const [shape] = tensor ? partsOf(file, tensor, 2) : [];
  const dimensions = shape ? [...partsOf(file, shape, 1)] : [];
  return {
    name: textOf(file, value, 1),
    type: tensor && typeNames[numberOf(file, tensor, 1) ?? 0],
    shape: dimensions.map((dimension) => numberOf(file, dimension, 1)),
  };
}

/** TensorProto: dims = 1, data_type = 2, external_data = 13 with key = 1 and value = 2. */
function readWeight(file: ProtobufFile, tensor: Bytes, header: OnnxHeader): void {
  let count = 1;
  let dataType = 0;
  for (const field of file.fields(tensor.start, tensor.end)) {
    if (field.number === 1 && field.kind === 'number') count *= field.value;
    if (field.number === 2 && field.kind === 'number') dataType = field.value;
    if (field.number !== 13 || field.kind !== 'bytes' || textOf(file, field, 1) !== 'location') continue;
    const location = textOf(file, field, 2);
    if (!header.externalFiles.includes(location)) header.externalFiles.push(location);
  }
  const { type, bytes } = weightTypes[dataType] ?? { type: 'other', bytes: 8 };
  header.weightBytes[type] = (header.weightBytes[type] ?? 0) + count * bytes;
}

/** GraphProto: initializer = 5, input = 11, output = 12. */
function readGraph(file: ProtobufFile, graph: Bytes): OnnxHeader {
  const header: OnnxHeader = { inputs: [], outputs: [], externalFiles: [], weightBytes: {} };
  for (const field of file.fields(graph.start, graph.end)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === 5) readWeight(file, field, header);
    if (field.number === 11) header.inputs.push(readPort(file, field));
    if (field.number === 12) header.outputs.push(readPort(file, field));
  }
  return header;
}

/**
 * Reads the header of an ONNX file: inputs, outputs, and which files hold its weights. It walks the whole structure, so a
 * truncated file is told from a whole one. Throws `model_invalid` for what is no ONNX file.
 */
export function readOnnxHeader(path: string): OnnxHeader {
  using file = new ProtobufFile(path);
  const [graph, another] = partsOf(file, { start: 0, end: file.size }, 7);
  if (graph === undefined || another !== undefined)
    throw new DiffusionError('model_invalid', `${path} is no ONNX network: it has ${another ? 'several graphs' : 'no graph'}`);
  return readGraph(file, graph);
}

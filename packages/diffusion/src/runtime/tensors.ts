import type { Tensor } from 'onnxruntime-node';
import { DiffusionError } from '../failure.ts';
import type { OnnxRuntime } from './runtime.ts';

/** Numbers in rows: what networks take and give. */
export interface Numbers {
  data: Float32Array;
  shape: readonly number[];
}

/** Numbers in the type that an input stores. Fractions for whole-number inputs are cut off, as NumPy's `astype` does. */
function stored(type: Tensor.Type, data: Float32Array): Tensor.DataType | undefined {
  if (type === 'float32') return data;
  if (type === 'float16') return new Float16Array(data) as unknown as Tensor.DataType;
  if (type === 'float64') return Float64Array.from(data);
  if (type === 'int64') return BigInt64Array.from(data, (value) => BigInt(Math.trunc(value)));
  if (type === 'int32') return Int32Array.from(data, Math.trunc);
  return undefined;
}

/** Numbers as the tensor that an input of this name and type takes. Throws `model_invalid` for types that are none of ours. */
export function toTensor(
  runtime: OnnxRuntime,
  { name, type }: { name: string; type: Tensor.Type },
  { data, shape }: Numbers,
): Tensor {
  const values = stored(type, data);
  if (values === undefined)
    throw new DiffusionError('model_invalid', `The input "${name}" is of type ${type}, which no text or picture is`);
  const tensor = new runtime.Tensor(type as 'float32', values as Float32Array, [...shape]);
  return type === 'float16' ? withHalfBytes(tensor, values as unknown as Float16Array) : tensor;
}

/**
 * onnxruntime-node 1.30 makes Float16Array the data of half-precision tensors and then cannot read it ("not enough space:
 * expected 1024, got 0"): its native side knows the bytes as a Uint16Array only, which its own constructor would convert.
 */
function withHalfBytes(tensor: Tensor, values: Float16Array): Tensor {
  const bytes = new Uint16Array(values.buffer, values.byteOffset, values.length);
  return Object.assign(tensor, { cpuData: bytes });
}

/** What a network gave, as float32. */
export function fromTensor(tensor: Tensor): Numbers {
  const { data, dims, type } = tensor;
  if (data instanceof Float32Array) return { data, shape: dims };
  if (type === 'float16' || type === 'float64') return { data: Float32Array.from(data as Float64Array), shape: dims };
  throw new DiffusionError('model_invalid', `A network gave ${type} where numbers with fractions belong`);
}

/** Rows of several arrays of one shape, one after another. */
export function stackRows(parts: readonly Numbers[]): Numbers {
  const [first] = parts;
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  const rows = parts.reduce((sum, part) => sum + part.shape[0]!, 0);
  return { data, shape: [rows, ...first!.shape.slice(1)] };
}

/** One row of several, as an array of one row. */
export function rowOf({ data, shape }: Numbers, row: number): Numbers {
  const size = data.length / shape[0]!;
  return { data: data.slice(row * size, (row + 1) * size), shape: [1, ...shape.slice(1)] };
}

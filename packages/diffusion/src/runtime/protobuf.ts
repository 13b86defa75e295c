import { openSync, readSync, closeSync, fstatSync } from 'node:fs';
import { DiffusionError } from '../failure.ts';

const windowBytes = 1 << 16;

/** A field of a protobuf message: a number, or where its bytes lie in the file. */
export type Field = { number: number } & ({ kind: 'number'; value: number } | { kind: 'bytes'; start: number; end: number });

/**
 * Walks the protobuf messages of a file of any size without reading what is skipped. Lengths that lead out of their
 * message, which is how a truncated or hostile file shows, are `model_invalid`.
 */
export class ProtobufFile {
  readonly path: string;
  readonly size: number;
  readonly #file: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'r');
    this.size = fstatSync(this.#file).size;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #broken(why: string): DiffusionError {
    return new DiffusionError('model_invalid', `${this.path} is truncated, altered, or no ONNX network (${why})`);
  }

  #byte(at: number): number {
    const inside = at >= this.#windowStart && at < this.#windowStart + this.#window.length;
    if (!inside) {
      this.#window = this.bytes(at, Math.min(at + windowBytes, this.size));
      this.#windowStart = at;
    }
    const byte = this.#window[at - this.#windowStart];
    if (byte === undefined) throw this.#broken('it ends within a number');
    return byte;
  }

  bytes(start: number, end: number): Buffer {
    const buffer = Buffer.alloc(end - start);
    const read = readSync(this.#file, buffer, 0, buffer.length, start);
    return buffer.subarray(0, read);
  }

  /** A short text: names and the like. */
  text({ start, end }: { start: number; end: number }): string {
    if (end - start > 4096) throw this.#broken('a name of more than 4096 bytes');
    return this.bytes(start, end).toString('utf8');
  }

  #varint(at: number): { value: number; next: number } {
    let value = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.#byte(at + index);
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return { value, next: at + index + 1 };
    }
    throw this.#broken('a number that does not end');
  }

  /** The fields of the message between two places, in order. */
  *fields(start: number, end: number): Generator<Field> {
    let at = start;
    while (at < end) {
      const tag = this.#varint(at);
      const number = Math.floor(tag.value / 8);
      const { field, next } = this.#field(number, tag.value % 8, tag.next);
      if (next > end || number === 0) throw this.#broken('a part that leads out of the whole');
      if (field) yield field;
      at = next;
    }
  }

  #field(number: number, wireType: number, at: number): { field?: Field; next: number } {
    if (wireType === 1) return { next: at + 8 };
    if (wireType === 5) return { next: at + 4 };
    if (wireType !== 0 && wireType !== 2) throw this.#broken(`a field of the unknown type ${wireType}`);
    const { value, next } = this.#varint(at);
    if (wireType === 0) return { field: { number, kind: 'number', value }, next };
    return { field: { number, kind: 'bytes', start: next, end: next + value }, next: next + value };
  }
}

/*
 * Writes protobuf messages. Two messages one after another are one message that has the fields of both, which is how a
 * network gets more nodes and outputs without being written anew.
 */

export const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Uint8Array.of(...bytes, rest);
}

/** A field that holds a whole number from 0 to 2⁵³−1. */
export const numberField = (number: number, value: number): Uint8Array => joined(varint(number * 8), varint(value));

/** A field that holds bytes or another message. */
export const bytesField = (number: number, bytes: Uint8Array): Uint8Array =>
  joined(varint(number * 8 + 2), varint(bytes.length), bytes);

/** A field that holds a text. */
export const textField = (number: number, text: string): Uint8Array => bytesField(number, new TextEncoder().encode(text));

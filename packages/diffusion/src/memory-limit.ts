import { totalmem } from 'node:os';

/** Bytes of memory that weights may take when nobody says: half of what this process may use, of a container too. */
export function memoryLimit(): number {
  const constrained = process.constrainedMemory();
  return Math.floor((constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()) / 2);
}

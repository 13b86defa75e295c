import { open } from 'node:fs/promises';

/** The first bytes of a file: fewer where it is shorter. */
export async function readStart(file: string, bytes: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(bytes) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

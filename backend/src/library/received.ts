import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Failure, refuseFull } from '../platform/index.ts';

/** A body that was written to a folder of its own while it arrived: however large it is, a piece of it was in memory at a time. */
export interface ReceivedFile {
  path: string;
  sizeBytes: number;
  /** Removes the folder, with whatever else was put there. */
  remove(): Promise<void>;
}

const folderPrefix = 'rendermart-upload-';
const silenceMs = 30_000;
// 30 kB a second: see `requestTimeoutMs`.
const slowestBytesPerMs = 30;
const abandonedAfterMs = 3_600_000;

/** Whether what arrived in this time came slower than the slowest line that a file of the largest size passes in time. */
export const trickles = (bytes: number, ms: number): boolean => ms > 60_000 + bytes / slowestBytesPerMs;

/** Writes a body to disk and refuses what exceeds `maxBytes` while it arrives. The caller removes the file. */
export async function receiveFile(request: FastifyRequest, body: Readable, maxBytes: number): Promise<ReceivedFile> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooManyBytes(body, maxBytes);
  const folder = await mkdtemp(path.join(os.tmpdir(), folderPrefix)).catch(refuseFull);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const file = path.join(folder, 'received');
    return { path: file, sizeBytes: await writeBody(file, request, body, maxBytes), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function writeBody(file: string, request: FastifyRequest, body: Readable, maxBytes: number): Promise<number> {
  const handle = await open(file, 'wx', 0o600).catch(refuseFull);
  let length = 0;
  try {
    for await (const piece of heard(request, body)) {
      length += piece.length;
      if (length > maxBytes) throw tooManyBytes(body, maxBytes);
      await handle.write(piece).catch(refuseFull);
    }
    return length;
  } finally {
    await handle.close();
  }
}

/**
 * The pieces of a body. A sender that falls silent, or trickles, must not keep its place for ever, and one that goes away is told
 * apart from our own errors.
 */
async function* heard(request: FastifyRequest, body: Readable): AsyncGenerator<Buffer> {
  const { socket } = request.raw;
  const giveUp = () => void request.raw.destroy();
  const begun = performance.now();
  let received = 0;
  socket.setTimeout(silenceMs, giveUp);
  const pieces = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const next = await pieces.next().catch(brokeOff);
      if (next.done) return;
      received += next.value.length;
      if (trickles(received, performance.now() - begun)) giveUp();
      yield next.value;
    }
  } finally {
    // The connection lives on for other requests; so the listener goes with the limit.
    socket.setTimeout(0, giveUp);
  }
}

function brokeOff(cause: unknown): never {
  throw new Failure('image_not_readable', {
    message: 'The upload broke off before the file was complete. Nothing was stored. Send it again.',
    cause,
  });
}

/** What is still arriving is thrown away, so that the sender reads the answer instead of meeting a closed door; but not without end. */
function tooManyBytes(body: Readable, maxBytes: number): Failure {
  let ignored = 0;
  body.on('data', (piece: Buffer) => {
    ignored += piece.length;
    if (ignored > 4 * maxBytes) body.destroy();
  });
  body.on('error', () => {});
  body.resume();
  return new Failure('image_too_large', {
    message: `The file is larger than the ${Math.floor(maxBytes / 1_048_576)} MB that are accepted. Nothing was stored. Send a smaller one.`,
  });
}

/** What a killed process had begun to receive. Another one may be receiving right now, hence the age. */
export async function removeAbandonedFiles(nowMs = Date.now()): Promise<void> {
  for (const name of await readdir(os.tmpdir())) {
    if (!name.startsWith(folderPrefix)) continue;
    const folder = path.join(os.tmpdir(), name);
    const found = await stat(folder).catch(() => undefined);
    // Another person's, on a machine that people share, stays theirs.
    if (found && found.mtimeMs < nowMs - abandonedAfterMs) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { hasChecksum } from './checksums.ts';
import { type Answer, DownloadProblem, type OutboundRequest, askAddress } from './outbound.ts';
import { type SourceFile, diskFailure, resumePoint } from './rules.ts';

/** Where a file comes from. `open` begins at a byte, or earlier if the source cannot: it says where. */
export interface FileSource {
  open(from: number): Promise<{ from: number; body: NodeJS.ReadableStream }>;
}

export interface FetchInput {
  source: FileSource;
  file: SourceFile;
  /** Where the whole file will stand; until then it is beside it, as `.part`. */
  target: string;
  /** Told how many bytes of the file have arrived, after each piece. */
  onBytes(received: number): void;
  signal: AbortSignal;
  /** Ends the proof. It begins anew each time, so what ends a transfer in good time must not end a proof that is longer than that. */
  proofSignal: AbortSignal;
}

/** How much of a file has arrived before. */
export async function receivedOf(target: string): Promise<number> {
  const status = await stat(`${target}.part`).catch(() => undefined);
  return status?.isFile() ? status.size : 0;
}

function counter(start: number, { file, onBytes }: FetchInput): Transform {
  let received = start;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      if (received > file.sizeBytes)
        return done(new DownloadProblem('checksum_mismatch', `${file.path} is longer than its source said`));
      onBytes(received);
      done(null, chunk);
    },
  });
}

async function receive(input: FetchInput, have: number): Promise<void> {
  const { from, body } = await input.source.open(have);
  input.onBytes(from);
  const part = createWriteStream(`${input.target}.part`, from === 0 ? { flags: 'w' } : { flags: 'r+', start: from });
  await pipeline(body, counter(from, input), part, { signal: input.signal });
}

function problemOf(error: unknown, path: string): unknown {
  const disk = diskFailure(error);
  if (disk) return new DownloadProblem(disk, `There is no space left for ${path}`, error);
  if (error instanceof DownloadProblem || (error as NodeJS.ErrnoException).name === 'AbortError') return error;
  const system = (error as NodeJS.ErrnoException).syscall;
  if (system === 'open' || system === 'write') return error;
  return new DownloadProblem('hub_unavailable', `The connection broke at ${path}: ${(error as Error).message}`, error);
}

/**
 * Brings one file whole to its place, going on where an earlier try ended, and proves it by its checksum. A file that
 * is not what its source named is deleted.
 * Throws a DownloadProblem: `hub_unavailable` can be tried again, and goes on from there.
 */
export async function fetchFile(input: FetchInput): Promise<void> {
  const { file, target, proofSignal } = input;
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  const have = await receivedOf(target);
  try {
    if (have !== file.sizeBytes || have === 0) await receive(input, have > file.sizeBytes ? 0 : have);
  } catch (error) {
    throw problemOf(error, file.path);
  }
  const received = await receivedOf(target);
  if (received < file.sizeBytes) throw new DownloadProblem('hub_unavailable', `The connection broke at ${file.path}`);
  if (file.checksum !== null && !(await hasChecksum(part, file.checksum, proofSignal))) {
    await rm(part, { force: true });
    throw new DownloadProblem(
      'checksum_mismatch',
      `${file.path} is not what its source named: it was damaged or changed on the way`,
    );
  }
  await rename(part, target);
}

/** Another content than was offered shows before it arrives: the hub names the checksum on the way to the file. */
function refuseOther(file: SourceFile, { headers, body }: Answer): void {
  const linked = /^"?([0-9a-f]{64})"?$/.exec(headers['x-linked-etag'] ?? '')?.[1];
  if (linked === undefined || !file.checksum?.startsWith('sha256:') || file.checksum === `sha256:${linked}`) return;
  body.destroy();
  throw new DownloadProblem('checksum_mismatch', `${file.path} is another file now than when it was offered`);
}

/** A file of a hub. When the server cannot go on in the middle, or sends another part, it begins anew. */
export function hubFile(address: string, file: SourceFile, outbound: OutboundRequest): FileSource {
  async function open(from: number): ReturnType<FileSource['open']> {
    const answer = await askAddress(address, { ...outbound, headers: from > 0 ? { range: `bytes=${from}-` } : {} });
    refuseOther(file, answer);
    const { status, headers, body } = answer;
    const point = resumePoint({ from, sizeBytes: file.sizeBytes }, { status, contentRange: headers['content-range'] });
    if ('from' in point) return { from: point.from, body };
    body.destroy();
    if (from > 0 && (status === 206 || status === 416)) return open(0);
    throw new DownloadProblem('hub_unavailable', `${file.path}: ${point.problem}`);
  }
  return { open };
}

/** A file of a folder on this machine. */
export function folderFile(path: string): FileSource {
  return { open: async (from) => ({ from, body: createReadStream(path, { start: from, highWaterMark: 1 << 20 }) }) };
}

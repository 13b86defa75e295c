import type { DownloadFailureCode } from '@rendermart/contract';

/** A file of a repository or of a folder. */
export interface SourceFile {
  /** Parts divided by `/`, below the repository. */
  path: string;
  sizeBytes: number;
  /** `sha256:<hex>` or `git:<hex>`; none when the source names none. */
  checksum: string | null;
}

const namePart = '[A-Za-z0-9][A-Za-z0-9._-]{0,95}';
const repositoryName = new RegExp(`^${namePart}/${namePart}$`);

/** Reads `owner/name`, or the address of a repository's page on the hub, with an optional `/tree/<revision>`. */
export function parseRepository(address: string, hubUrl: string): { repository: string; revision: string } | undefined {
  const hub = new URL(hubUrl);
  const isAddress = /^https?:\/\//.test(address);
  if (isAddress && new URL(hubUrl).host !== (URL.canParse(address) ? new URL(address).host : '')) return undefined;
  const path = isAddress ? new URL(address).pathname.slice(hub.pathname.length) : address;
  const [owner, name, kind, revision, ...rest] = path.split('/').filter(Boolean);
  if (owner === undefined || name === undefined) return undefined;
  const repository = `${owner}/${name}`;
  if (!repositoryName.test(repository) || repository.includes('..')) return undefined;
  if (kind === undefined) return { repository, revision: 'main' };
  const isTree = kind === 'tree' && rest.length === 0 && /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(revision ?? '');
  return isTree ? { repository, revision: revision! } : undefined;
}

/** Pure: whether a path from elsewhere stays below the folder that it is written into, on every system. */
export function isSafePath(path: string): boolean {
  const parts = path.split('/');
  const isSafe = (part: string) =>
    /^[A-Za-z0-9_][A-Za-z0-9._ -]{0,120}$/.test(part) && !part.endsWith('.') && !part.endsWith(' ');
  return parts.length <= 6 && parts.every(isSafe);
}

// No pickles, ever: .bin, .ckpt, .pt and .pkl can run code when they are opened. Pictures and other weights are not needed.
const needed = /\.(onnx|onnx_data|onnx\.data|pb|json|txt|model|jinja)$/i;
const documents = /^(licen[cs]e|notice|copying|readme)(\.\w+)?$/i;
const mostFiles = 200;
const mostDepth = 3;

/** The files that drawing needs, with the licence, small ones first; a problem in words when this is no model to draw with. */
export function chooseFiles(files: readonly SourceFile[]): { files: SourceFile[] } | { problem: string } {
  const chosen = files.filter(({ path }) => {
    const parts = path.split('/');
    return parts.length <= mostDepth && (needed.test(path) || (parts.length === 1 && documents.test(path)));
  });
  const names = new Set(chosen.map(({ path }) => path));
  if (!names.has('model_index.json') && !names.has('manifest.json'))
    return { problem: 'It has neither model_index.json nor manifest.json: it is no model in a layout that can be read here.' };
  if (!chosen.some(({ path }) => path.endsWith('.onnx')))
    return { problem: 'It has no networks in the ONNX format. Look for an ONNX export of the same model.' };
  if (chosen.length > mostFiles) return { problem: `It has ${chosen.length} files; ${mostFiles} are the most.` };
  const unsafe = chosen.find(({ path }) => !isSafePath(path));
  if (unsafe) return { problem: `It has a file with a name that cannot be taken: ${JSON.stringify(unsafe.path)}` };
  return { files: chosen.toSorted((a, b) => a.sizeBytes - b.sizeBytes) };
}

export const totalOf = (files: readonly Pick<SourceFile, 'sizeBytes'>[]) => files.reduce((sum, file) => sum + file.sizeBytes, 0);

/** Room that a download leaves free, so that the database and the images beside it can go on. */
const reserveBytes = 512 * 1024 * 1024;

export const fitsDisk = (missingBytes: number, freeBytes: number) => missingBytes + reserveBytes <= freeBytes;

/** An id out of a repository's or folder's name that is not taken yet. */
export function suggestId(name: string, taken: ReadonlySet<string>): string {
  const plain =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 56) || 'model';
  for (let number = 1; ; number++) {
    const id = number === 1 ? plain : `${plain}-${number}`;
    if (!taken.has(id)) return id;
  }
}

/** What a failure of the disk is to a download; undefined when it is none. */
export function diskFailure(error: unknown): DownloadFailureCode | undefined {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' ? 'disk_full' : undefined;
}

/** Where the bytes of a partial file go on after an answer, or what is wrong with it. */
export function resumePoint(
  asked: { from: number; sizeBytes: number },
  answer: { status: number; contentRange: string | undefined },
): { from: number } | { problem: string } {
  if (answer.status === 200) return { from: 0 };
  if (answer.status === 416) return { problem: 'the server does not have the rest of the file' };
  if (answer.status !== 206) return { problem: `the server answered ${answer.status}` };
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.contentRange ?? '') ?? [];
  if (start !== String(asked.from)) return { problem: `the server sent another part of the file than was asked for` };
  if (total !== '*' && total !== String(asked.sizeBytes)) return { problem: 'the file has another size now' };
  return { from: asked.from };
}

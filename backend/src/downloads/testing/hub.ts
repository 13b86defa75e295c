import { createHash } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository of the test hub: its files, and what the hub says about it. */
export interface TestRepository {
  files: Record<string, Buffer>;
  licence?: string;
  gated?: 'auto' | 'manual';
}

/** What goes wrong with one answer of the server that gives large files. */
export type Fault =
  | { kind: 'drop'; after: number }
  | { kind: 'stall'; after: number }
  | { kind: 'other-part' }
  | { kind: 'whole' }
  | { kind: 'damaged' }
  | { kind: 'longer' }
  | { kind: 'status'; status: number }
  | { kind: 'redirect'; to: string };

export interface TestHub {
  url: string;
  repositories: Map<string, TestRepository>;
  /** Faults of the next answers for large files, the first first; after them all goes well. */
  faults: Fault[];
  /** What was asked: path and range. */
  asked: { path: string; range: string | undefined }[];
  close(): Promise<void>;
}

const hex = (algorithm: string, ...parts: (string | Buffer)[]) => {
  const digest = createHash(algorithm);
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
};
const blobId = (content: Buffer) => hex('sha1', `blob ${content.length}\0`, content);
/** The commit of a repository changes with its files, as it does in git. */
export const commitOf = ({ files }: TestRepository) =>
  hex('sha1', ...Object.entries(files).flatMap(([path, content]) => [path, content]));
const isLarge = (path: string) => path.endsWith('.onnx');

type Answer = (response: ServerResponse, request: IncomingMessage) => void;
const json =
  (value: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
const missing: Answer = (response) => void response.writeHead(404).end('{"error":"Repository not found"}');

/** Speaks what the hub of Hugging Face speaks: repositories, trees in pages of two, redirects to large files, ranges. */
export async function startHub(): Promise<TestHub> {
  const hub: Omit<TestHub, 'url' | 'close'> = { repositories: new Map(), faults: [], asked: [] };
  const server = createServer((request, response) => {
    hub.asked.push({ path: request.url!, range: request.headers.range });
    answer(hub, `http://${request.headers.host}`, request.url!)(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...hub,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(hub: Omit<TestHub, 'url' | 'close'>, origin: string, address: string): Answer {
  const url = new URL(address, origin);
  const [, api, name, kind, revision] =
    /^\/(api\/models\/)?([^/]+\/[^/]+)\/(revision|tree|resolve|blob)\/([^/]+)/.exec(url.pathname) ?? [];
  const repository = hub.repositories.get(name ?? '');
  if (kind === 'blob') return giveLarge(hub, revision!);
  if (!repository || (revision !== 'main' && revision !== commitOf(repository))) return missing;
  if (api && kind === 'revision') return json(infoOf(repository));
  if (api && kind === 'tree') return tree(repository, url);
  const path = decodeURIComponent(url.pathname.split('/').slice(5).join('/'));
  return resolveFile(repository.files[path], path, commitOf(repository));
}

const infoOf = (repository: TestRepository) => ({
  sha: commitOf(repository),
  private: false,
  gated: repository.gated ?? false,
  cardData: repository.licence === undefined ? null : { license: repository.licence },
});

function tree({ files }: TestRepository, url: URL): Answer {
  const all = Object.entries(files).map(([path, content]) => ({
    type: 'file',
    path,
    size: content.length,
    oid: isLarge(path) ? 'a pointer' : blobId(content),
    ...(isLarge(path) && { lfs: { oid: hex('sha256', content), size: content.length, pointerSize: 134 } }),
  }));
  const from = Number(url.searchParams.get('cursor') ?? 0);
  url.searchParams.set('cursor', String(from + 2));
  return json([...all.slice(from, from + 2), { type: 'directory', path: 'unet', oid: 'x' }], {
    ...(from + 2 < all.length && { link: `<${url.href}>; rel="next"` }),
  });
}

function resolveFile(content: Buffer | undefined, path: string, commit: string): Answer {
  if (!content) return missing;
  if (!isLarge(path)) return (response) => void response.writeHead(200, { etag: `"${blobId(content)}"` }).end(content);
  const sha256 = hex('sha256', content);
  const headers = {
    location: `/cdn/blobs/blob/${sha256}`,
    'x-linked-etag': `"${sha256}"`,
    'x-linked-size': String(content.length),
    'x-repo-commit': commit,
  };
  return (response) => void response.writeHead(302, headers).end();
}

function giveLarge(hub: Omit<TestHub, 'url' | 'close'>, sha256: string): Answer {
  const all = [...hub.repositories.values()].flatMap(({ files }) => Object.values(files));
  const content = all.find((one) => hex('sha256', one) === sha256);
  if (!content) return missing;
  const fault = hub.faults.shift();
  return (response, request) => {
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end();
    if (fault?.kind === 'redirect') return void response.writeHead(302, { location: fault.to }).end();
    const asked = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? Number.NaN);
    const from = Number.isNaN(asked) || fault?.kind === 'whole' ? 0 : asked + (fault?.kind === 'other-part' ? 7 : 0);
    if (from >= content.length) return void response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
    response.writeHead(from > 0 ? 206 : 200, from > 0 ? range : {});
    give(response, changed(content.subarray(from), fault), fault);
  };
}

function changed(content: Buffer, fault: Fault | undefined): Buffer {
  if (fault?.kind === 'longer') return Buffer.concat([content, Buffer.from('more')]);
  if (fault?.kind !== 'damaged') return content;
  const damaged = Buffer.from(content);
  damaged[damaged.length - 1]! ^= 1;
  return damaged;
}

function give(response: ServerResponse, content: Buffer, fault: Fault | undefined): void {
  if (fault?.kind !== 'drop' && fault?.kind !== 'stall') return void response.end(content);
  response.write(content.subarray(0, fault.after), () => {
    if (fault.kind === 'drop') setTimeout(() => response.destroy(), 20);
  });
}

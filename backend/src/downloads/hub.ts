import type { Readable } from 'node:stream';
import { z } from 'zod';
import { type OutboundRequest, DownloadProblem, askAddress } from './outbound.ts';
import type { SourceFile } from './rules.ts';

/** What a hub says of a repository at one commit. */
export interface Repository {
  repository: string;
  revision: string;
  licence: string | null;
  files: SourceFile[];
}

const Info = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  gated: z.union([z.literal(false), z.string()]).default(false),
  private: z.boolean().default(false),
  cardData: z
    .looseObject({ license: z.union([z.string(), z.array(z.string())]).optional(), license_name: z.string().optional() })
    .nullish(),
});
const Tree = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.int().min(0).default(0),
    oid: z.string(),
    lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().min(0) }).nullish(),
  }),
);

const mostBytes = 8 * 1024 * 1024;
const mostPages = 10;

async function readJson<T extends z.ZodType>(schema: T, address: string, outbound: OutboundRequest) {
  const { status, headers, body } = await askAddress(address, outbound);
  if (status === 401 || status === 403 || status === 404) {
    body.destroy();
    throw new DownloadProblem('model_unsupported', 'There is no public repository with this name on the hub.');
  }
  if (status !== 200 || Number(headers['content-length'] ?? 0) > mostBytes) {
    body.destroy();
    throw new DownloadProblem('hub_unavailable', `${new URL(address).host} answered ${status}`);
  }
  try {
    return { data: schema.parse(JSON.parse(await readBounded(body))), headers };
  } catch (error) {
    throw new DownloadProblem('hub_unavailable', `${new URL(address).host} answered what cannot be read`, error);
  }
}

/** The body as text; one that is longer than any list of files breaks off, so that it does not fill the memory. */
async function readBounded(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new Error('The answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const fileOf = ({ path, size, oid, lfs }: z.infer<typeof Tree>[number]): SourceFile => ({
  path,
  sizeBytes: lfs?.size ?? size,
  checksum: lfs ? `sha256:${lfs.oid}` : /^[0-9a-f]{40}$/.test(oid) ? `git:${oid}` : null,
});

const nextPage = (link: string | undefined) => /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];

async function listFiles(address: string, outbound: OutboundRequest): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  let page: string | undefined = address;
  for (let pages = 0; page !== undefined && pages < mostPages; pages++) {
    const { data, headers }: Awaited<ReturnType<typeof readJson<typeof Tree>>> = await readJson(Tree, page, outbound);
    files.push(...data.filter(({ type }) => type === 'file').map(fileOf));
    page = nextPage(headers['link']);
  }
  return files;
}

function licenceOf(card: z.infer<typeof Info>['cardData']): string | null {
  const named = [card?.license].flat()[0];
  return named === 'other' ? (card?.license_name ?? named) : (named ?? null);
}

/**
 * Asks a hub of the Hugging Face protocol about a repository: the commit, the licence and the files with checksums.
 * Throws a DownloadProblem, `model_unsupported` for a repository that is missing, private or gated.
 */
export async function readRepository(
  hubUrl: string,
  { repository, revision }: { repository: string; revision: string },
  outbound: OutboundRequest,
): Promise<Repository> {
  const api = `${hubUrl.replace(/\/$/, '')}/api/models/${repository}`;
  const { data: info } = await readJson(Info, `${api}/revision/${encodeURIComponent(revision)}`, outbound);
  if (info.gated !== false || info.private)
    throw new DownloadProblem(
      'model_unsupported',
      'The hub gives this repository only to people who signed in and accepted its terms. Download it yourself and import the folder.',
    );
  const files = await listFiles(`${api}/tree/${info.sha}?recursive=true`, outbound);
  return { repository, revision: info.sha, licence: licenceOf(info.cardData), files };
}

/** Where the hub gives a file of a repository at a commit. */
export function fileAddress(hubUrl: string, source: { repository: string; revision: string }, path: string): string {
  const parts = path.split('/').map(encodeURIComponent).join('/');
  return `${hubUrl.replace(/\/$/, '')}/${source.repository}/resolve/${source.revision}/${parts}`;
}

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { root } from '../../scripts/program/index.ts';

const references = path.join(root, 'packages', 'diffusion', 'test', 'pipelines');

/** The files of one of the small models that the diffusion library is compared with, by their path in a model's folder. */
export function smallModel(name: string): Map<string, Buffer> {
  const models = JSON.parse(fs.readFileSync(path.join(references, 'models.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const files = Object.entries(models[name] ?? {});
  return new Map(files.map(([file, part]) => [file, fs.readFileSync(path.join(references, 'parts', part))]));
}

/** Writes a model's files below a folder. */
export function writeModel(folder: string, files: ReadonlyMap<string, Buffer>): void {
  for (const [file, content] of files) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), content);
  }
}

export interface Hub {
  url: string;
  /** Lets go of the answers that wait since `hold`. */
  release(): void;
  close(): Promise<void>;
}

const revision = '0123456789abcdef0123456789abcdef01234567';

/** A hub with one repository. Networks wait until they are let go, so that a test can look at a download on its way. */
export async function startHub(repository: string, files: ReadonlyMap<string, Buffer>): Promise<Hub> {
  const gate = Promise.withResolvers<void>();
  const tree = [...files].map(([file, content]) => ({
    ...{ type: 'file', path: file, size: content.length, oid: 'a pointer' },
    lfs: { oid: createHash('sha256').update(content).digest('hex'), size: content.length },
  }));
  const info = { sha: revision, gated: false, private: false, cardData: { license: 'openrail++' } };
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://hub');
    const answer = (value: unknown) => void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    if (pathname.startsWith(`/api/models/${repository}/revision/`)) return answer(info);
    if (pathname.startsWith(`/api/models/${repository}/tree/`)) return answer(tree);
    const content = files.get(pathname.slice(`/${repository}/resolve/${revision}/`.length));
    if (!content) return void response.writeHead(404).end();
    if (!pathname.endsWith('.onnx')) return void response.end(content);
    return void gate.promise.then(() => response.end(content));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    release: gate.resolve,
    async close() {
      gate.resolve();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { startPart } from './part.ts';
import { root } from './root.ts';

/** Where the built page is. */
export const pageDir = path.join(root, 'frontend', 'dist');

const stampFile = path.join(root, '.cache', 'page.stamp');
const sources = ['frontend', 'packages/client/src', 'packages/contract/src', 'package-lock.json'];
const notSources = new Set(['dist', 'node_modules', '.tsbuild']);

/** Builds the page unless what it is made of has not changed; returns whether it built. Rejects with the builder's words. */
export async function buildPage(): Promise<boolean> {
  const stamp = hashSources();
  if (fs.existsSync(path.join(pageDir, 'index.html')) && readStamp() === stamp) return false;
  fs.rmSync(stampFile, { force: true });
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--logLevel', 'warn'];
  const build = startPart({ name: 'page build', args, cwd: path.join(root, 'frontend'), env: { NODE_ENV: 'production' } });
  const { code, lastLines } = await build.exited;
  if (code !== 0) throw new Error(`The page could not be built.\n${lastLines.join('\n')}`);
  compressAssets();
  fs.mkdirSync(path.dirname(stampFile), { recursive: true });
  fs.writeFileSync(stampFile, stamp);
  return true;
}

function readStamp(): string | undefined {
  return fs.existsSync(stampFile) ? fs.readFileSync(stampFile, 'utf8') : undefined;
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(listFiles).sort()) hash.update(file).update(fs.readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

function listFiles(name: string): string[] {
  if (notSources.has(path.basename(name))) return [];
  const full = path.join(root, name);
  if (!fs.statSync(full).isDirectory()) return [name];
  return fs.readdirSync(full).flatMap((entry) => listFiles(path.join(name, entry)));
}

/** The API serves `x.js.br` or `x.js.gz` where the browser takes it: compressed once, as small as it gets. */
function compressAssets(): void {
  for (const entry of fs.readdirSync(pageDir, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(js|css|svg|html|json|webmanifest)$/.test(entry)) continue;
    const file = path.join(pageDir, entry);
    const content = fs.readFileSync(file);
    if (content.length < 1024) continue;
    fs.writeFileSync(`${file}.br`, zlib.brotliCompressSync(content, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 9 } }));
    fs.writeFileSync(`${file}.gz`, zlib.gzipSync(content, { level: 9 }));
  }
}

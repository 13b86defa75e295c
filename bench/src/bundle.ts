import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { buildPage, pageDir } from '../../scripts/program/index.ts';
import type { Benchmark } from './benchmark.ts';

const gzipBytesMax = 200 * 1024;

/** What index.html makes a browser load before anything can be seen, and whether all of it comes from us. */
export default {
  title: 'first load of the page: at most 200 KB of JavaScript (gzip), no request to another host',
  async run({ log }) {
    await buildPage();
    const html = fs.readFileSync(path.join(pageDir, 'index.html'), 'utf8');
    const scripts = collectModules(entriesOf(html));
    const sizes = scripts.map((file) => ({ file, gzipBytes: gzipBytesOf(file) })).sort((a, b) => b.gzipBytes - a.gzipBytes);
    for (const { file, gzipBytes } of sizes) log(`${String(gzipBytes).padStart(8)}  ${file}`);
    const gzipBytes = sizes.reduce((total, one) => total + one.gzipBytes, 0);
    const foreign = foreignAddresses(html);
    return {
      gzipBytes,
      gzipBytesMax,
      files: sizes.length,
      foreignAddresses: foreign,
      ok: gzipBytes <= gzipBytesMax && foreign.length === 0,
    };
  },
} satisfies Benchmark;

/** The module of the page and what it asks to be preloaded. */
function entriesOf(html: string): string[] {
  const tags = html.match(/<(?:script|link)\b[^>]*>/g) ?? [];
  const wanted = tags.filter((tag) => tag.startsWith('<script') || /rel="?modulepreload/.test(tag));
  return wanted.flatMap((tag) => /(?:src|href)="([^"]+\.js)"/.exec(tag)?.[1] ?? []);
}

/** Static imports are loaded at once, dynamic ones when they are needed. Files are relative to the page's folder. */
function collectModules(entries: string[]): string[] {
  const found = new Set<string>();
  const waiting = entries.map((entry) => entry.replace(/^\//, ''));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const source = fs.readFileSync(path.join(pageDir, file), 'utf8');
    for (const [, imported = ''] of source.matchAll(/(?:^|[;}\s])(?:import|export)\b[^"'()]*?["'](\.{1,2}\/[^"']+\.js)["']/g)) {
      waiting.push(path.posix.join(path.posix.dirname(file), imported));
    }
  }
  if (found.size === 0) throw new Error('index.html loads no module: this benchmark no longer reads it rightly.');
  return [...found];
}

function gzipBytesOf(file: string): number {
  return zlib.gzipSync(fs.readFileSync(path.join(pageDir, file)), { level: 6 }).length;
}

/** Addresses of other hosts in what a browser loads by itself: tags of index.html, url() and @import of styles. */
function foreignAddresses(html: string): string[] {
  const inHtml = [...html.matchAll(/<(?:script|link|img|iframe)\b[^>]*(?:src|href)="((?:https?:)?\/\/[^"]+)"/g)];
  const styles = fs.globSync('**/*.css', { cwd: pageDir }).map((file) => fs.readFileSync(path.join(pageDir, file), 'utf8'));
  const inStyles = styles.flatMap((style) => [...style.matchAll(/(?:url\(|@import\s*)["']?((?:https?:)?\/\/[^"')]+)/g)]);
  return [...inHtml, ...inStyles].map((match) => match[1] ?? '');
}

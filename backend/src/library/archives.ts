import { Readable } from 'node:stream';
import type { Archive } from '@rendermart/contract';
import type { FastifyReply } from 'fastify';
import yazl from 'yazl';
import { type Actor, Failure, attachment } from '../platform/index.ts';
import * as store from './archives-store.ts';
import type { Library } from './context.ts';
import { type ByteCall, byteHeaders, chunksOf, openOriginal } from './files.ts';
import { type ServedRow, findServed } from './images-store.ts';
import { archiveKeptMs, baseName, extensionOf } from './rules.ts';

/** Notes which images a zip will hold. Ids that are not one's own count as nothing; `not_found` when none is left. */
export async function createArchive(library: Library, actor: Actor, ids: readonly string[]): Promise<Archive> {
  const now = library.clock.now();
  const archive = { id: library.ids.next(), accountId: actor.accountId, now, expiresAt: new Date(now.getTime() + archiveKeptMs) };
  const held = await store.insertArchive(library.database.read, archive, ids);
  if (held.images === 0) throw new Failure('not_found');
  return { id: archive.id, ...held, path: `/api/archives/${archive.id}`, expiresAt: archive.expiresAt.toISOString() };
}

/** The zip, made while it is sent: one original at a time is open, and nothing is collected. */
export async function sendArchive(library: Library, call: ByteCall, id: string): Promise<FastifyReply> {
  const now = library.clock.now();
  const imageIds = await store.findArchive(library.database.read, id, call.actor!.accountId, now);
  if (!imageIds) throw new Failure('not_found');
  const rows = (await findServed(library.database.read, imageIds)).filter(
    (row) => row.account_id === call.actor!.accountId && row.trashed_at === null,
  );
  const day = now.toISOString().slice(0, 10);
  call.reply.headers({
    ...byteHeaders,
    'cache-control': 'private, no-store',
    'content-disposition': attachment(`rendermart-${day}.zip`),
  });
  return call.reply.type('application/zip').send(zipOf(library, inOrder(rows, imageIds), now));
}

function inOrder(rows: ServedRow[], ids: readonly string[]): ServedRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function zipOf(library: Library, rows: ServedRow[], now: Date): Readable {
  const zip = new yazl.ZipFile();
  const output = zip.outputStream as Readable;
  let current: Readable | undefined;
  // Whoever goes away in the middle leaves no file open, and a file that breaks breaks the whole answer: a short zip must not look whole.
  output.once('close', () => current?.destroy());
  zip.once('error', (error: Error) => output.destroy(error));
  const names = fileNames(rows);
  rows.forEach((row, at) => {
    // Pictures are compressed already.
    zip.addReadStreamLazy(names[at]!, { compress: false, mtime: now }, (give) => {
      openOriginal(library, row, chunksOf(row, true)).then(
        ({ stream }) => {
          current = stream.once('error', (error) => output.destroy(error));
          if (output.destroyed) stream.destroy();
          else give(null, stream);
        },
        (error: unknown) => give(error, Readable.from([])),
      );
    });
  });
  zip.addBuffer(Buffer.from(JSON.stringify(recipesOf(rows, names), null, 2)), 'recipes.json', { mtime: now });
  zip.end();
  return output;
}

/** Pure: readable names, each once, also where capitals do not count. */
export function fileNames(rows: readonly Pick<ServedRow, 'id' | 'title' | 'prompt' | 'media_type'>[]): string[] {
  const taken = new Set<string>();
  return rows.map((row) => {
    const base = baseName(row);
    const ending = extensionOf(row.media_type);
    let name = `${base}.${ending}`;
    for (let again = 2; taken.has(name.toLowerCase()); again += 1) name = `${base}-${again}.${ending}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

function recipesOf(rows: ServedRow[], names: string[]) {
  return rows.map((row, at) => ({ file: names[at], imageId: row.id, title: row.title, recipe: row.recipe }));
}

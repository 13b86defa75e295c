import { createHash } from 'node:crypto';
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);

/** What a backup holds, and what must be so after it was restored. Written last: a backup without it was never finished. */
const Manifest = z.object({
  version: z.literal(1),
  name: z.string(),
  madeAt: z.iso.datetime(),
  program: z.string(),
  serverVersion: z.number().int(),
  dump: z.object({ sizeBytes: count, sha256 }),
  /** The list of the stored files: one JSON line each. `copied`: the backup has the bytes too. */
  files: z.object({ count, sizeBytes: count, list: z.object({ sizeBytes: count, sha256 }), copied: z.boolean() }),
  /** Rows by table. */
  tables: z.record(z.string(), count),
  /** What the ledger sums to, as text: credits may exceed what a JavaScript number holds. */
  sums: z.record(z.string(), z.string()),
});
export type Manifest = z.output<typeof Manifest>;

/** One stored file. `sha256` is null where the store does not know it without reading: of what can be made again from an original. */
export const FileEntry = z.object({ key: z.string(), sizeBytes: count, sha256: sha256.nullable() });
export type FileEntry = z.output<typeof FileEntry>;

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** The manifest as text, with a checksum of itself. */
export function sealManifest(manifest: Manifest): string {
  return `${JSON.stringify({ manifest, sha256: hash(JSON.stringify(manifest)) }, null, 1)}\n`;
}

/** Reads it back. Throws when it is not one, or not the one that was written. */
export function openManifest(text: string): Manifest {
  const sealed = z.object({ manifest: z.unknown(), sha256 }).parse(JSON.parse(text));
  if (hash(JSON.stringify(sealed.manifest)) !== sealed.sha256)
    throw new Error('The manifest was changed after it was written: its checksum differs.');
  return Manifest.parse(sealed.manifest);
}

import { sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';
import type { StoredPicture } from './originals.ts';

export interface NewMask {
  id: string;
  imageId: string;
  accountId: string;
  stored: StoredPicture;
  now: Date;
}

/** Inserts a mask and counts it on its blob, whose file is written. False when the blob was swept meanwhile: then nothing was inserted. */
export async function insertMask(tx: Tx, { id, imageId, accountId, stored, now }: NewMask): Promise<boolean> {
  const { rows } = await sql`
    with used as (update library.blobs set uses = uses + 1, stored_at = coalesce(stored_at, ${now}), touched_at = greatest(touched_at, ${now})
      where id = ${stored.blobId} and condemned_at is null returning id)
    insert into library.masks (id, image_id, account_id, blob_id, media_type, width, height, created_at)
    select ${id}, ${imageId}, ${accountId}, used.id, ${stored.mediaType}, ${stored.width}, ${stored.height}, ${now} from used
    returning id`.execute(tx);
  return rows.length > 0;
}

export interface MaskRow {
  media_type: string;
  width: number;
  height: number;
  storage_key: string;
}

/** A mask of this account for this image. */
export async function findMask(reader: Reader, id: string, imageId: string, accountId: string): Promise<MaskRow | undefined> {
  const { rows } = await sql<MaskRow>`
    select m.media_type, m.width, m.height, b.storage_key from library.masks m join library.blobs b on b.id = m.blob_id
    where m.id = ${id} and m.image_id = ${imageId} and m.account_id = ${accountId}`.execute(reader);
  return rows[0];
}

/** Deletes the masks that an account sent, also those of other people's images. Gives the blobs that lost one, once for each. */
export async function deleteMasksOf(tx: Tx, accountId: string): Promise<string[]> {
  const { rows } = await sql<{ blob_id: string }>`
    delete from library.masks where account_id = ${accountId} returning blob_id`.execute(tx);
  return rows.map((row) => row.blob_id);
}

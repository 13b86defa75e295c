import { sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';

/** What a larger copy takes over from the image that it is made of: it is still the same picture. */
export interface Descent {
  licence: Licence | null;
  /** The image at the beginning, of which this one may be a copy itself. */
  rootId: string;
  /** The accounts that sold the picture exclusively. */
  soldBy: string[] | null;
  /** Since when moderators withhold it. */
  withheldAt: Date | null;
}

/** What an image that was bought may be used for, and the purchase that says so. */
export interface Licence {
  kind: 'personal' | 'commercial';
  purchaseId: string;
}

/** What is read of an image for that. */
export interface DescentRow {
  id: string;
  account_id: string;
  licence: Licence['kind'] | null;
  purchase_id: string | null;
  root_id: string | null;
  sold_by: string[] | null;
  withheld_at: Date | null;
}

/** Pure: what a larger copy that this account makes of an image takes over. */
export function descentOf(row: DescentRow, accountId: string): Descent {
  const { licence: kind, purchase_id: purchaseId } = row;
  const licence = kind !== null && purchaseId !== null && row.account_id === accountId ? { kind, purchaseId } : null;
  return { licence, rootId: row.root_id ?? row.id, soldBy: row.sold_by, withheldAt: row.withheld_at };
}

/** The same of an own image; undefined when the account has none of this id. */
export async function findDescent(reader: Reader, id: string, accountId: string): Promise<Descent | undefined> {
  const { rows } = await sql<DescentRow>`
    select id, account_id, licence, purchase_id, root_id, sold_by, withheld_at from library.images
    where id = ${id} and account_id = ${accountId}`.execute(reader);
  return rows[0] && descentOf(rows[0], accountId);
}

/**
 * The ids of all images that show the same picture as this one, whoever has them: the same bytes, larger copies, and what those are
 * copies of, also where that is gone. Without the copies that buyers of a licence have, which can be neither published nor sold: there
 * may be a hundred thousand of them.
 */
export async function findSamePicture(reader: Reader, imageId: string): Promise<string[]> {
  return (await samePicture(imageId).execute(reader)).rows.map((row) => row.id);
}

/**
 * Each step is a walk along an index, and none is made twice: it goes from key to key and not from image to image, of which thousands
 * may have the same bytes.
 */
export const samePicture = (imageId: string) => sql<{ id: string }>`
    with recursive near (kind, key) as (
      select 'root', ${imageId}::uuid
      union
      select keys.* from near cross join lateral (
        select id, blob_id, root_id from library.images where near.kind = 'root' and id = near.key and origin <> 'licensed'
        union all
        select id, blob_id, root_id from library.images where near.kind = 'root' and root_id = near.key and origin <> 'licensed'
        union all
        select id, blob_id, root_id from library.images where near.kind = 'blob' and blob_id = near.key and origin <> 'licensed'
      ) image cross join lateral (values ('id', image.id), ('blob', image.blob_id), ('root', coalesce(image.root_id, image.id))) keys
    )
    select distinct key as id from near where kind in ('id', 'root')`;

/** The image at the beginning of those that have these bytes; null when there is none. */
export async function findRootOfContent(reader: Reader, sha256: string): Promise<string | null> {
  const { rows } = await sql<{ root_id: string }>`
    select coalesce(i.root_id, i.id) as root_id from library.blobs b join library.images i on i.blob_id = b.id
    where b.sha256 = ${sha256} and b.condemned_at is null and i.origin <> 'licensed' order by i.id limit 1`.execute(reader);
  return rows[0]?.root_id ?? null;
}

/** What was decided of a picture for one who has it, whichever image it was decided of. */
export interface Elsewhere {
  /** Moderators withhold it from this account. */
  withheld: boolean;
  /** This account sold it exclusively, and did not buy it back. */
  soldAway: boolean;
}

/** @param ids of all images of the picture */
export async function findElsewhere(tx: Tx, ids: readonly string[], accountId: string): Promise<Elsewhere> {
  const { rows } = await sql<Elsewhere>`
    select coalesce(bool_or(account_id = ${accountId} and withheld_at is not null), false) as withheld,
      coalesce(bool_or(${accountId} = any(sold_by)), false) as "soldAway"
    from library.images where id = any(${ids}::uuid[])`.execute(tx);
  return rows[0]!;
}

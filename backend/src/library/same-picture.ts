import { sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';

/** What a larger copy takes over from the image that it is made of: it is still the same picture. */
export interface Descent {
  licence: Licence | null;
  /** The image at the beginning, of which this one may be a copy itself. */
  rootId: string;
  /** Since when moderators withhold it. */
  withheldAt: Date | null;
}

/** What an image that was bought may be used for, and the purchase that says so. */
export interface Licence {
  kind: 'personal' | 'commercial';
  purchaseId: string;
}

interface DescentRow {
  id: string;
  account_id: string;
  licence: Licence['kind'] | null;
  purchase_id: string | null;
  root_id: string | null;
  withheld_at: Date | null;
}

/** Pure: what a larger copy that this account makes of an image takes over. */
export function descentOf(row: DescentRow, accountId: string): Descent {
  const { licence: kind, purchase_id: purchaseId } = row;
  const licence = kind !== null && purchaseId !== null && row.account_id === accountId ? { kind, purchaseId } : null;
  return { licence, rootId: row.root_id ?? row.id, withheldAt: row.withheld_at };
}

/** The same of an own image; undefined when the account has none of this id. */
export async function findDescent(reader: Reader, id: string, accountId: string): Promise<Descent | undefined> {
  const { rows } = await sql<DescentRow>`
    select id, account_id, licence, purchase_id, root_id, withheld_at from library.images
    where id = ${id} and account_id = ${accountId}`.execute(reader);
  return rows[0] && descentOf(rows[0], accountId);
}

// The version before this one writes no root.
const rootOf = sql`coalesce(i.root_id, case when i.recipe ? 'scale' then i.parent_id end, i.id)`;

/**
 * The ids of all images that show the same picture as this one, whoever has them: the same bytes, larger copies, and what those are
 * copies of, also where that is gone. Without the copies that buyers of a licence have, which can be neither published nor sold: there
 * may be a hundred thousand of them. Each step is a walk along an index.
 */
export async function findSamePicture(reader: Reader, imageId: string): Promise<string[]> {
  return (await samePicture(imageId).execute(reader)).rows.map((row) => row.id);
}

export const samePicture = (imageId: string) => sql<{ id: string }>`
    with recursive same (id, blob_id, root_id) as (
      select ${imageId}::uuid, null::uuid, ${imageId}::uuid
      union
      select near.* from same cross join lateral (
        select i.id, i.blob_id, ${rootOf} from library.images i where i.id = same.root_id and i.origin <> 'licensed'
        union all
        select i.id, i.blob_id, ${rootOf} from library.images i where i.root_id = same.root_id and i.origin <> 'licensed'
        union all
        select i.id, i.blob_id, ${rootOf} from library.images i where i.blob_id = same.blob_id and i.origin <> 'licensed'
      ) near
    )
    select id from same union select root_id from same`;

/** The image at the beginning of those that have these bytes; null when there is none. */
export async function findRootOfContent(reader: Reader, sha256: string): Promise<string | null> {
  const { rows } = await sql<{ root_id: string }>`
    select ${rootOf} as root_id from library.blobs b join library.images i on i.blob_id = b.id
    where b.sha256 = ${sha256} and b.condemned_at is null and i.origin <> 'licensed' order by i.id limit 1`.execute(reader);
  return rows[0]?.root_id ?? null;
}

/** What is known of the same picture elsewhere. */
export interface Elsewhere {
  /** Moderators withhold it from this account. */
  withheld: boolean;
  /** Somebody else has it by an exclusive sale. */
  soldAway: boolean;
}

export async function findElsewhere(tx: Tx, imageId: string, accountId: string): Promise<Elsewhere> {
  const { rows } = await sql<Elsewhere>`
    select coalesce(bool_or(account_id = ${accountId} and withheld_at is not null), false) as withheld,
      coalesce(bool_or(account_id <> ${accountId} and sole_since is not null), false) as "soldAway"
    from library.images where id = any(${await findSamePicture(tx, imageId)}::uuid[])`.execute(tx);
  return rows[0]!;
}

import type { Listing, Report } from '@rendermart/contract';
import { sql } from 'kysely';
import { Failure, type Reader, type Tx, violatedConstraint, writeAudit } from '../platform/index.ts';
import type { MarketDeps } from './deps.ts';
import { readListing } from './listings.ts';
import { OfferedMeanwhile, hidePicture, isModerated, lockPicture, restorePicture } from './moderation.ts';
import { reportNotice } from './notices.ts';
import { openFirst, writeOpenFirst } from './open-first.ts';
import type { ListingRow } from './tables.ts';

interface ReportRow {
  id: string;
  listing_id: string;
  title: string;
  listing_state: Listing['state'];
  moderated: boolean;
  seller_id: string;
  reporter_id: string;
  reason: Report['reason'];
  text: string;
  state: Report['state'];
  decision: string | null;
  created_at: Date;
  decided_at: Date | null;
}

export async function reportListing(
  deps: MarketDeps,
  reporterId: string,
  listingId: string,
  report: { reason: string; text: string },
): Promise<{ id: string }> {
  const listing = await readListing(deps, reporterId, listingId);
  if (listing.mine) throw new Failure('own_listing');
  const id = deps.ids.next();
  await sql`
    insert into market.reports (id, listing_id, reporter_id, reason, text, created_at)
    values (${id}, ${listingId}, ${reporterId}, ${report.reason}, ${report.text}, ${deps.clock.now()})
  `
    .execute(deps.database.read)
    .catch((error: unknown) => {
      if (violatedConstraint(error) === 'reports_once') throw new Failure('already_reported');
      throw error;
    });
  return { id };
}

/** Reports, the open ones first, then newest first. */
export async function listReports(
  deps: MarketDeps,
  cursor: string | undefined,
  limit: number,
): Promise<{ items: Report[]; nextCursor: string | null }> {
  const rows = await selectReports(deps.database.read, openFirst(sql`report.state <> 'open'`, sql`report.id`, cursor), limit + 1);
  const shown = rows.slice(0, limit);
  return {
    items: await presentReports(deps, shown),
    nextCursor: rows.length > limit ? writeOpenFirst(shown.at(-1)!.state !== 'open', shown.at(-1)!.id) : null,
  };
}

// Of an account that was closed the words are gone.
const titleOf = sql`coalesce(nullif(listing.title, ''), '—')`;

async function selectReports(reader: Reader, condition: ReturnType<typeof sql>, limit: number): Promise<ReportRow[]> {
  const { rows } = await sql<ReportRow>`
    select report.id, report.listing_id, ${titleOf} as title, listing.state as listing_state,
      (listing.moderated_at is not null or listing.state = 'hidden') as moderated, listing.seller_id, report.reporter_id, report.reason, report.text,
      report.state, report.decision, report.created_at, report.decided_at
    from market.reports as report join market.listings as listing on listing.id = report.listing_id
    where ${condition} order by (report.state <> 'open'), report.id desc limit ${limit}
  `.execute(reader);
  return rows;
}

async function presentReports(deps: MarketDeps, rows: readonly ReportRow[]): Promise<Report[]> {
  const names = await deps.accounts.namesOf(deps.database.read, [
    ...new Set(rows.flatMap((row) => [row.seller_id, row.reporter_id])),
  ]);
  const person = (id: string) => ({ id, name: names.get(id) ?? '?' });
  return rows.map((row) => ({
    id: row.id,
    listing: {
      id: row.listing_id,
      title: row.title,
      state: row.listing_state,
      moderated: row.moderated,
      seller: person(row.seller_id),
    },
    reporter: person(row.reporter_id),
    reason: row.reason,
    text: row.text,
    state: row.state,
    decision: row.decision,
    createdAt: row.created_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
  }));
}

/** Hides the listing or dismisses the report; seller and reporter are told, and it is written down who decided and why. */
export async function decideReport(deps: MarketDeps, moderatorId: string, id: string, decision: Decision): Promise<Report> {
  try {
    await deps.database.tx((tx) => decide(deps, tx, moderatorId, id, decision));
  } catch (error) {
    if (error instanceof OfferedMeanwhile) return decideReport(deps, moderatorId, id, decision);
    throw error;
  }
  return (await presentReports(deps, await selectReports(deps.database.read, sql`report.id = ${id}`, 1)))[0]!;
}

interface Decision {
  decision: 'hide' | 'dismiss';
  reason: string;
}

async function decide(deps: MarketDeps, tx: Tx, moderatorId: string, id: string, { decision, reason }: Decision): Promise<void> {
  const hides = decision === 'hide';
  const [report] = await selectReports(tx, sql`report.id = ${id}`, 1);
  const picture = report && (await lockPicture(deps, tx, report.listing_id));
  if (!picture) throw new Failure('not_found');
  const { numAffectedRows } = await sql`
    update market.reports set state = ${hides ? 'hidden' : 'dismissed'}, decision = ${reason}, decided_by = ${moderatorId}, decided_at = ${deps.clock.now()}
    where id = ${id} and state = 'open'
  `.execute(tx);
  if (numAffectedRows !== 1n) throw new Failure('already_decided');
  const others = hides ? await hidePicture(deps, tx, picture, reason) : [];
  await deps.accounts.tell(tx, report.reporter_id, reportNotice(report.title, hides, reason));
  await audit(tx, { actorId: moderatorId, act: `report.${decision}`, reason }, [picture.listing, ...others]);
}

type Entry = Omit<Parameters<typeof writeAudit>[1], 'subject' | 'name'>;

async function audit(tx: Tx, entry: Entry, rows: readonly ListingRow[]): Promise<void> {
  // Of an account that was closed the words are gone.
  for (const { id, title } of rows) await writeAudit(tx, { ...entry, subject: `listing:${id}`, name: title || '—' });
}

/** Brings a hidden listing back, and the seller's others of the same picture. */
export async function restoreListing(deps: MarketDeps, moderatorId: string, id: string, reason: string): Promise<Listing> {
  await deps.database.tx(async (tx) => {
    const picture = await lockPicture(deps, tx, id);
    if (!picture) throw new Failure('not_found');
    if (!isModerated(picture.listing)) throw new Failure('listing_ended');
    const others = await restorePicture(deps, tx, picture, reason);
    await audit(tx, { actorId: moderatorId, act: 'listing.restore', reason }, [picture.listing, ...others]);
  });
  return readListing(deps, moderatorId, id, true);
}

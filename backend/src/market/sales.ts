import type { Locale, Purchase, PurchasesSummary, SalesSummary } from '@rendermart/contract';
import { readIdCursor } from './cursor.ts';
import type { MarketDeps } from './deps.ts';
import { presentPurchases } from './present.ts';
import * as store from './purchase-store.ts';

export async function listHistory(
  deps: MarketDeps,
  accountId: string,
  query: { role: 'buyer' | 'seller'; cursor?: string | undefined; limit: number },
  locale: Locale,
): Promise<{ items: Purchase[]; nextCursor: string | null }> {
  const rows = await store.listPurchases(deps.database.read, accountId, query.role, readIdCursor(query.cursor), query.limit + 1);
  const shown = rows.slice(0, query.limit);
  return {
    items: await presentPurchases(deps, deps.database.read, accountId, locale, shown),
    nextCursor: rows.length > query.limit ? shown.at(-1)!.id : null,
  };
}

export async function summariseSales(deps: MarketDeps, sellerId: string, days: number): Promise<SalesSummary> {
  const [totals, rows] = await Promise.all([
    store.readSalesTotals(deps.database.read, sellerId),
    store.readSalesDays(deps.database.read, sellerId, deps.clock.now(), days),
  ]);
  return {
    sales: totals.sales,
    grossCredits: totals.gross,
    feeCredits: totals.fee,
    netCredits: String(BigInt(totals.gross) - BigInt(totals.fee)),
    days: rows.map(({ day, sales, net }) => ({ day, sales, netCredits: net })),
  };
}

export async function summarisePurchases({ database }: MarketDeps, buyerId: string): Promise<PurchasesSummary> {
  const { purchases, paid } = await store.readPurchaseTotals(database.read, buyerId);
  return { purchases, paidCredits: paid };
}

const exportPage = 500;

const headings: Record<Locale, Record<'buyer' | 'seller', readonly string[]>> = {
  en: headingsOf(['date', 'receipt', 'title'], ['seller', 'buyer'], ['licence', 'price_credits', 'fee_credits', 'net_credits']),
  fr: headingsOf(
    ['date', 'reçu', 'titre'],
    ['vendeur', 'acheteur'],
    ['licence', 'prix_crédits', 'commission_crédits', 'net_crédits'],
  ),
};

/** A history names the other side of each sale. */
function headingsOf(before: string[], [seller, buyer]: [string, string], after: string[]) {
  return { buyer: [...before, seller, ...after], seller: [...before, buyer, ...after] };
}

/** A person's whole history as CSV (RFC 4180), a page of rows at a time so that memory stays small. */
export async function* exportHistory(
  deps: MarketDeps,
  accountId: string,
  role: 'buyer' | 'seller',
  locale: Locale,
): AsyncGenerator<string> {
  yield csvLine(headings[locale][role]);
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: { items: Purchase[]; nextCursor: string | null } = await listHistory(
      deps,
      accountId,
      { role, cursor: cursor ?? undefined, limit: exportPage },
      locale,
    );
    for (const row of page.items) {
      const other = role === 'buyer' ? row.seller.name : row.buyer.name;
      yield csvLine([
        row.createdAt,
        row.id,
        row.title,
        other,
        row.licence.kind,
        row.priceCredits,
        row.feeCredits,
        row.netCredits,
      ]);
    }
    cursor = page.nextCursor;
  }
}

/** One line. A cell that a spreadsheet would take for a formula is made text, since names and titles are other people's. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${(/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`).join(',')}\r\n`;
}

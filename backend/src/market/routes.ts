import { Readable } from 'node:stream';
import type { Listing, Locale } from '@rendermart/contract';
import { Failure, type Handlers, type RoomRouteNames, attachment } from '../platform/index.ts';
import type { MarketDeps } from './deps.ts';
import { licencesIn } from './licences.ts';
import { browse, changeListing, likeListing, listImage, readListing, withdrawListing } from './listings.ts';
import { decidePayout, listOwnPayouts, listPayouts, requestPayout } from './payouts.ts';
import { readPreview } from './preview.ts';
import { listPurchaseIds, readSeller } from './purchase-store.ts';
import { purchaseListing, readReceipt } from './purchases.ts';
import { decideReport, listReports, reportListing, restoreListing } from './reports.ts';
import { exportHistory, listHistory, summarisePurchases, summariseSales } from './sales.ts';

export function makeHandlers(deps: MarketDeps): Handlers<RoomRouteNames<'market'>> {
  return { ...listingHandlers(deps), ...tradeHandlers(deps), ...administrationHandlers(deps) };
}

type Names = RoomRouteNames<'market'>;
type TradeNames = Extract<Names, `purchase${string}` | `sales${string}` | 'payoutCreate' | 'payoutList' | 'marketTerms'>;
type AdministrationNames = Extract<Names, `admin${string}`>;
type ListingNames = Exclude<Names, TradeNames | AdministrationNames>;

function listingHandlers(deps: MarketDeps): Handlers<ListingNames> {
  return {
    listingList: ({ actor, query }) => browse(deps, actor.accountId, query),
    listingCreate: ({ actor, body }) => listImage(deps, actor.accountId, body),
    listingRead: ({ actor, params }) => readListing(deps, actor.accountId, params.id, actor.role === 'administrator'),
    listingUpdate: ({ actor, params, body }) => changeListing(deps, actor.accountId, params.id, body),
    listingWithdraw: ({ actor, params }) => withdrawListing(deps, actor.accountId, params.id),
    listingLike: ({ actor, params }) => likeListing(deps, actor.accountId, params.id, true),
    listingUnlike: ({ actor, params }) => likeListing(deps, actor.accountId, params.id, false),
    listingReport: ({ actor, params, body }) => reportListing(deps, actor.accountId, params.id, body),
    async listingPreview({ actor, params, reply }) {
      const listing = await readListing(deps, actor.accountId, params.id, actor.role === 'administrator');
      const original = await findListed(deps, listing);
      if (!original) throw new Failure('not_found');
      const preview = await readPreview(deps.storage, original, Number(params.size));
      // Private: whoever may see the listing may see this, and a hidden listing must vanish from shared caches.
      return reply.header('content-type', 'image/webp').header('cache-control', 'private, max-age=3600').send(preview);
    },
    async sellerRead({ params }) {
      const names = await deps.accounts.namesOf(deps.database.read, [params.id]);
      const name = names.get(params.id);
      if (name === undefined) throw new Failure('not_found');
      const { since, ...counts } = await readSeller(deps.database.read, params.id);
      return { id: params.id, name, ...counts, since: since?.toISOString() ?? null };
    },
  };
}

function tradeHandlers(deps: MarketDeps): Handlers<TradeNames> {
  return {
    async marketTerms({ query }) {
      const { marketFeePercent } = await deps.accounts.settings();
      return { feePercent: marketFeePercent, licences: licencesIn(query.locale) };
    },
    purchaseCreate: ({ actor, body, idempotencyKey, request }) =>
      purchaseListing(
        deps,
        {
          buyerId: actor.accountId,
          listingId: body.listingId,
          expectedPriceCredits: body.expectedPriceCredits,
          key: idempotencyKey,
        },
        localeOf(request.headers),
      ),
    purchaseRead: ({ actor, params, request }) => readReceipt(deps, actor.accountId, params.id, localeOf(request.headers)),
    purchaseList: ({ actor, query, request }) => listHistory(deps, actor.accountId, query, localeOf(request.headers)),
    purchasesSummary: ({ actor }) => summarisePurchases(deps, actor.accountId),
    salesSummary: ({ actor, query }) => summariseSales(deps, actor.accountId, query.days),
    async purchaseExport({ actor, query, reply, request }) {
      const name = query.role === 'buyer' ? 'purchases.csv' : 'sales.csv';
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', attachment(name))
        .header('cache-control', 'no-store')
        .send(Readable.from(exportHistory(deps, actor.accountId, query.role, localeOf(request.headers))));
    },
    payoutCreate: ({ actor, body, idempotencyKey }) => requestPayout(deps, actor.accountId, { ...body, key: idempotencyKey }),
    payoutList: ({ actor }) => listOwnPayouts(deps, actor.accountId),
  };
}

function administrationHandlers(deps: MarketDeps): Handlers<AdministrationNames> {
  return {
    adminPayoutList: ({ query }) => listPayouts(deps, query.cursor, query.limit),
    adminPayoutDecide: ({ actor, params, body }) => decidePayout(deps, actor.accountId, params.id, body),
    adminReportList: ({ query }) => listReports(deps, query.cursor, query.limit),
    adminReportDecide: ({ actor, params, body }) => decideReport(deps, actor.accountId, params.id, body),
    adminListingRestore: ({ actor, params, body }) => restoreListing(deps, actor.accountId, params.id, body.reason),
  };
}

/** The image itself, or, when the seller deleted it or is gone, a copy that somebody bought. */
async function findListed({ library, database }: MarketDeps, { id, imageId }: Listing) {
  return (await library.findForSale(imageId)) ?? library.findForSale(imageId, await listPurchaseIds(database.read, id));
}

/** The language of the licence on a receipt: the page sends the person's, everything else gets English. */
function localeOf(headers: { 'accept-language'?: string | undefined }): Locale {
  return /^fr\b/i.test(headers['accept-language'] ?? '') ? 'fr' : 'en';
}

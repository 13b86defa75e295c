import { z } from 'zod';
import * as m from '../market.ts';
import { Cursor, Id, IdParams, Locale, page, queryInt } from '../primitives.ts';
import type { Route } from '../route.ts';

export const marketRoutes = {
  marketTerms: {
    method: 'GET', path: '/api/market/terms', summary: 'Fee and licences of this installation', room: 'market', auth: 'member', scope: 'images:read',
    query: z.strictObject({ locale: Locale.default('en') }), output: m.MarketTerms, failures: [],
  },
  listingList: {
    method: 'GET', path: '/api/listings', summary: 'What is for sale, with search and filters', room: 'market', auth: 'member', scope: 'images:read',
    query: m.ListingQuery, output: m.ListingPage, failures: [],
  },
  listingCreate: {
    method: 'POST', path: '/api/listings', summary: 'Offer an own image', room: 'market', auth: 'member', scope: 'images:write', status: 201,
    input: m.ListingInput, output: m.Listing, failures: ['not_found', 'image_trashed', 'already_listed', 'image_licensed', 'licence_forbids', 'image_not_readable'],
  },
  listingRead: {
    method: 'GET', path: '/api/listings/:id', summary: 'One listing', room: 'market', auth: 'member', scope: 'images:read', params: IdParams, output: m.Listing, failures: ['not_found'],
  },
  listingUpdate: {
    method: 'PATCH', path: '/api/listings/:id', summary: 'Change price, title, description or whether the recipe shows', room: 'market', auth: 'member', scope: 'images:write',
    params: IdParams, input: m.ListingPatch, output: m.Listing, failures: ['not_found', 'listing_ended'],
  },
  listingWithdraw: {
    method: 'POST', path: '/api/listings/:id/withdraw', summary: 'Stop offering', room: 'market', auth: 'member', scope: 'images:write', status: 200,
    params: IdParams, output: m.Listing, failures: ['not_found', 'listing_ended'],
  },
  listingPreview: {
    method: 'GET', path: '/api/listings/:id/preview/:size', summary: 'A smaller picture with a visible watermark', room: 'market', auth: 'member', scope: 'images:read',
    params: z.strictObject({ id: Id, size: z.enum(['320', '720']) }), output: null, raw: 'bytes', failures: ['not_found'],
  },
  listingLike: {
    method: 'PUT', path: '/api/listings/:id/like', summary: 'Like a listing', room: 'market', auth: 'member', scope: 'images:write', params: IdParams, output: m.Listing, failures: ['not_found'],
  },
  listingUnlike: {
    method: 'DELETE', path: '/api/listings/:id/like', summary: 'Take a like back', room: 'market', auth: 'member', scope: 'images:write', params: IdParams, output: m.Listing,
    failures: ['not_found'],
  },
  listingReport: {
    method: 'POST', path: '/api/listings/:id/reports', summary: 'Tell the moderators that something is wrong', room: 'market', auth: 'member', scope: 'images:write',
    status: 201, params: IdParams, input: m.ReportInput, output: z.object({ id: Id }), failures: ['not_found', 'already_reported', 'own_listing'],
  },
  sellerRead: {
    method: 'GET', path: '/api/sellers/:id', summary: 'Who sells', room: 'market', auth: 'member', scope: 'images:read', params: IdParams, output: m.Seller, failures: ['not_found'],
  },
  purchaseCreate: {
    method: 'POST', path: '/api/purchases', summary: 'Buy at the expected price; the same idempotency key gives the same receipt', room: 'market', auth: 'member',
    scope: 'images:write', status: 201, idempotent: true, input: m.PurchaseInput, output: m.Purchase,
    failures: ['not_found', 'own_listing', 'already_bought', 'sold_out', 'listing_ended', 'price_moved', 'insufficient_credits', 'idempotency_key_missing', 'idempotency_mismatch'],
  },
  purchaseRead: {
    method: 'GET', path: '/api/purchases/:id', summary: 'A receipt, for buyer and seller', room: 'market', auth: 'member', scope: 'images:read', params: IdParams, output: m.Purchase, failures: ['not_found'],
  },
  purchaseList: {
    method: 'GET', path: '/api/purchases', summary: 'One\'s purchases or sales, newest first', room: 'market', auth: 'member', scope: 'images:read',
    query: m.PurchaseQuery, output: m.PurchasePage, failures: [],
  },
  salesSummary: {
    method: 'GET', path: '/api/sales/summary', summary: 'Totals and earnings by day', room: 'market', auth: 'member', scope: 'images:read',
    query: z.strictObject({ days: queryInt(1, 366, 30) }), output: m.SalesSummary, failures: [],
  },
  purchaseExport: {
    method: 'GET', path: '/api/purchases.csv', summary: 'One\'s purchases or sales as CSV', room: 'market', auth: 'member', scope: 'images:read',
    query: z.strictObject({ role: z.enum(['buyer', 'seller']) }), output: null, raw: 'text', failures: [],
  },
  payoutCreate: {
    method: 'POST', path: '/api/payouts', summary: 'Ask for a payout; the credits are held until it is decided', room: 'market', auth: 'member', status: 201, idempotent: true,
    input: m.PayoutInput, output: m.Payout, failures: ['insufficient_credits', 'idempotency_key_missing', 'idempotency_mismatch'],
  },
  payoutList: {
    method: 'GET', path: '/api/payouts', summary: 'One\'s payout requests', room: 'market', auth: 'member', output: z.object({ items: z.array(m.Payout) }), failures: [],
  },
  adminPayoutList: {
    method: 'GET', path: '/api/admin/payouts', summary: 'Payout requests of everybody, the open ones first', room: 'market', auth: 'administrator', scope: 'admin',
    query: z.strictObject({ cursor: Cursor, limit: queryInt(1, 100, 50) }), output: page(m.Payout), failures: [],
  },
  adminPayoutDecide: {
    method: 'POST', path: '/api/admin/payouts/:id/decision', summary: 'Mark a payout as paid, or refuse it', room: 'market', auth: 'administrator', scope: 'admin', status: 200,
    params: IdParams, input: m.PayoutDecision, output: m.Payout, failures: ['not_found', 'already_decided'],
  },
  adminReportList: {
    method: 'GET', path: '/api/admin/reports', summary: 'Reports, the open ones first', room: 'market', auth: 'administrator', scope: 'admin',
    query: z.strictObject({ cursor: Cursor, limit: queryInt(1, 100, 50) }), output: page(m.Report), failures: [],
  },
  adminReportDecide: {
    method: 'POST', path: '/api/admin/reports/:id/decision', summary: 'Hide the listing, or dismiss the report; both sides are told', room: 'market', auth: 'administrator',
    scope: 'admin', status: 200, params: IdParams, input: m.ReportDecision, output: m.Report, failures: ['not_found', 'already_decided'],
  },
  adminListingRestore: {
    method: 'POST', path: '/api/admin/listings/:id/restore', summary: 'Show a hidden listing again', room: 'market', auth: 'administrator', scope: 'admin', status: 200,
    params: IdParams, input: m.RestoreInput, output: m.Listing, failures: ['not_found', 'listing_ended'],
  },
} as const satisfies Record<string, Route>;

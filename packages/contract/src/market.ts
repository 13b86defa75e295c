import { z } from 'zod';
import { Recipe } from './library.ts';
import { listingColours, listingStates, orientations, reportReasons } from './market-rules.ts';
import { Cursor, Day, Id, Locale, Timestamp, page, queryInt } from './primitives.ts';

/** What a buyer may do with an image. Each has a text, which is kept with the purchase as it was in force. */
export const LicenceKind = z.enum(['personal', 'commercial', 'exclusive']);
export type LicenceKind = z.infer<typeof LicenceKind>;

export const Licence = z.object({
  kind: LicenceKind,
  version: z.int(),
  locale: Locale,
  name: z.string(),
  summary: z.array(z.string()).describe('In plain language, a line each'),
  text: z.string(),
});
export type Licence = z.infer<typeof Licence>;

/** `licence`: many buyers, the seller keeps the image. `exclusive`: the image itself changes hands, once. */
export const SaleKind = z.enum(['licence', 'exclusive']);
export const ListingState = z.enum(listingStates);
export type ListingState = z.infer<typeof ListingState>;

const priceCredits = z.string().regex(/^[1-9]\d{0,8}$/, 'A whole number of credits from 1 to 999999999');

export const Listing = z.object({
  id: Id,
  imageId: Id,
  seller: z.object({ id: Id, name: z.string() }),
  kind: SaleKind,
  licence: LicenceKind,
  priceCredits: z.string(),
  editionLimit: z.int().nullable(),
  soldCount: z.int(),
  state: ListingState,
  title: z.string(),
  description: z.string(),
  recipe: Recipe.nullable().describe('Only when the seller shows it, or to those who own or bought the image'),
  showRecipe: z.boolean(),
  modelName: z.string().nullable(),
  width: z.int(),
  height: z.int(),
  transparent: z.boolean(),
  orientation: z.enum(orientations),
  colours: z.array(z.enum(listingColours)),
  placeholder: z.string().nullable(),
  likes: z.int(),
  liked: z.boolean(),
  mine: z.boolean(),
  purchaseId: Id.nullable().describe("The viewer's own purchase"),
  hiddenReason: z.string().nullable(),
  createdAt: Timestamp,
});
export type Listing = z.infer<typeof Listing>;
export const ListingPage = page(Listing);

export const ListingInput = z
  .strictObject({
    imageId: Id,
    kind: SaleKind,
    licence: LicenceKind,
    priceCredits,
    editionLimit: z.int().min(1).max(10_000).nullable().default(null),
    title: z.string().trim().min(1).max(120),
    description: z.string().trim().max(2_000).default(''),
    showRecipe: z.boolean().default(false),
  })
  .refine((input) => (input.kind === 'exclusive') === (input.licence === 'exclusive'), {
    path: ['licence'],
    message: 'An exclusive sale has the exclusive licence, and only it',
  })
  .refine((input) => input.kind === 'licence' || input.editionLimit === null, {
    path: ['editionLimit'],
    message: 'An exclusive sale has no edition: it happens once',
  });
export type ListingInput = z.input<typeof ListingInput>;
export type ParsedListingInput = z.output<typeof ListingInput>;

export const ListingPatch = z.strictObject({
  priceCredits: priceCredits.optional(),
  title: z.string().trim().min(1).max(120).optional(),
  description: z.string().trim().max(2_000).optional(),
  showRecipe: z.boolean().optional(),
});

const queryCredits = z
  .string()
  .regex(/^\d{1,9}$/, 'A whole number of credits')
  .optional();
export const ListingQuery = z.strictObject({
  cursor: Cursor,
  limit: queryInt(1, 100, 40),
  sort: z.enum(['newest', 'liked', 'cheapest', 'dearest']).default('newest'),
  q: z.string().trim().max(200).optional(),
  minPrice: queryCredits,
  maxPrice: queryCredits,
  licence: LicenceKind.optional(),
  modelId: z.string().max(80).optional(),
  orientation: z.enum(orientations).optional(),
  colour: z.enum(listingColours).optional(),
  from: Day.optional(),
  to: Day.optional(),
  sellerId: Id.optional(),
  mine: z.enum(['true']).optional().describe("One's own listings, in every state"),
});
export type ListingQuery = z.infer<typeof ListingQuery>;

export const Seller = z.object({ id: Id, name: z.string(), listings: z.int(), sales: z.int(), since: Timestamp.nullable() });

export const PurchaseInput = z.strictObject({ listingId: Id, expectedPriceCredits: priceCredits });
export const Purchase = z.object({
  id: Id,
  listingId: Id,
  imageId: Id,
  title: z.string(),
  role: z.enum(['buyer', 'seller']).describe('Which side the viewer is on'),
  buyer: z.object({ id: Id, name: z.string() }),
  seller: z.object({ id: Id, name: z.string() }),
  kind: SaleKind,
  priceCredits: z.string(),
  feeCredits: z.string(),
  netCredits: z.string().describe('What the seller got'),
  licence: Licence,
  edition: z.int().describe("This copy's number, from 1"),
  editionLimit: z.int().nullable(),
  createdAt: Timestamp,
});
export type Purchase = z.infer<typeof Purchase>;
export const PurchasePage = page(Purchase);
export const PurchaseQuery = z.strictObject({ role: z.enum(['buyer', 'seller']), cursor: Cursor, limit: queryInt(1, 100, 40) });

/** Sales of the last days, for totals and a chart. Days are UTC. */
export const SalesSummary = z.object({
  sales: z.int(),
  grossCredits: z.string(),
  feeCredits: z.string(),
  netCredits: z.string(),
  days: z.array(z.object({ day: z.iso.date(), sales: z.int(), netCredits: z.string() })),
});
export type SalesSummary = z.infer<typeof SalesSummary>;

/** Everything that one bought, summed up. */
export const PurchasesSummary = z.object({ purchases: z.int(), paidCredits: z.string() });
export type PurchasesSummary = z.infer<typeof PurchasesSummary>;

export const ReportInput = z.strictObject({ reason: z.enum(reportReasons), text: z.string().trim().max(1_000).default('') });
export const Report = z.object({
  id: Id,
  listing: z.object({
    id: Id,
    title: z.string(),
    state: ListingState,
    moderated: z.boolean().describe('Its image stays off the market, also when it was withdrawn, until it is restored'),
    seller: z.object({ id: Id, name: z.string() }),
  }),
  reporter: z.object({ id: Id, name: z.string() }),
  reason: z.enum(reportReasons),
  text: z.string(),
  state: z.enum(['open', 'hidden', 'dismissed']),
  decision: z.string().nullable(),
  createdAt: Timestamp,
  decidedAt: Timestamp.nullable(),
});
export type Report = z.infer<typeof Report>;
export const ReportDecision = z.strictObject({
  decision: z.enum(['hide', 'dismiss']),
  reason: z.string().trim().min(3).max(500),
});
export const RestoreInput = z.strictObject({ reason: z.string().trim().min(3).max(500) });

export const PayoutInput = z.strictObject({ amountCredits: priceCredits, note: z.string().trim().max(500).default('') });
export const Payout = z.object({
  id: Id,
  account: z.object({ id: Id, name: z.string() }),
  amountCredits: z.string(),
  note: z.string(),
  state: z.enum(['requested', 'paid', 'refused']),
  decision: z.string().nullable(),
  createdAt: Timestamp,
  decidedAt: Timestamp.nullable(),
});
export type Payout = z.infer<typeof Payout>;
export const PayoutDecision = z.strictObject({
  decision: z.enum(['paid', 'refused']),
  reason: z.string().trim().min(3).max(500),
});

/** What the market costs here. */
export const MarketTerms = z.object({ feePercent: z.number(), licences: z.array(Licence) });
export type MarketTerms = z.infer<typeof MarketTerms>;

import { z } from 'zod';
import { Id, Timestamp } from './primitives.ts';

/** Credits that can be bought with money, where the operator has set it up. */
export const TopUpPack = z.object({
  id: z.string(),
  credits: z.string(),
  amountMinor: z.int().describe("The price in the currency's smallest unit, such as cents"),
  currency: z.string().length(3).describe('ISO 4217, lower case'),
});
export type TopUpPack = z.infer<typeof TopUpPack>;

export const TopUpOffer = z.object({ enabled: z.boolean(), packs: z.array(TopUpPack) });
export type TopUpOffer = z.infer<typeof TopUpOffer>;

export const TopUpInput = z.strictObject({ packId: z.string().max(40) });
export const TopUp = z.object({
  id: Id,
  credits: z.string(),
  amountMinor: z.int(),
  currency: z.string(),
  state: z.enum(['open', 'paid', 'reversed', 'expired']),
  reversedBy: z
    .enum(['refund', 'dispute'])
    .nullable()
    .describe('Why the payment was returned; null while it was not, or when nobody knows any more'),
  returnedCredits: z
    .string()
    .describe(
      'Credits of the part that was refunded or is disputed, in proportion and rounded down; all of them when all was returned',
    ),
  missingCredits: z.string().describe('Credits of a returned payment that were spent already and could not be taken back'),
  /** Where to pay; only while it is open. */
  checkoutUrl: z.string().nullable(),
  createdAt: Timestamp,
});
export type TopUp = z.infer<typeof TopUp>;

export const TopUpConcern = z.object({
  id: Id,
  account: z.object({ id: Id, name: z.string() }),
  concern: z
    .enum(['refund_due', 'credits_missing'])
    .describe(
      '`refund_due`: paid after the account was closed, so it gave no credits, and not wholly refunded yet. `credits_missing`: returned after its credits were spent',
    ),
  paymentId: z.string().nullable().describe("Stripe's id of the payment"),
  credits: z.string(),
  missingCredits: z.string(),
  amountMinor: z.int(),
  currency: z.string(),
  createdAt: Timestamp,
});
export type TopUpConcern = z.infer<typeof TopUpConcern>;

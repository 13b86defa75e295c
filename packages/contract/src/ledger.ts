import { z } from 'zod';
import { Timestamp, page } from './primitives.ts';

/** Whole credits as a decimal string: they may be more than a JavaScript number holds. */
export const Credits = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .describe('Whole credits, as a decimal string');

export const Wallet = z.object({
  balanceCredits: Credits.describe('What the wallet has'),
  heldCredits: Credits.describe('What is set aside for generations that have not ended'),
  availableCredits: Credits.describe('What can be spent: balance less held'),
});
export type Wallet = z.infer<typeof Wallet>;

/** Why credits moved. */
export const EntryKind = z.enum([
  'starting',
  'granted',
  'withdrawn',
  'generation',
  'purchase',
  'fee',
  'payout',
  'topped-up',
  'reversed',
  'restored',
  'forfeited',
]);
export type EntryKind = z.infer<typeof EntryKind>;

export const WalletEntry = z.object({
  id: z.string(),
  kind: EntryKind,
  amountCredits: Credits.describe('Negative when credits left the wallet'),
  balanceCredits: Credits.describe('The balance after this entry'),
  reference: z.string().describe('What it was for, such as `generation:<id>`'),
  reason: z.string().nullable(),
  createdAt: Timestamp,
});
export type WalletEntry = z.infer<typeof WalletEntry>;
export const WalletEntryPage = page(WalletEntry);

export const CreditsMoveInput = z.strictObject({
  amountCredits: z.string().regex(/^-?[1-9]\d{0,11}$/, 'A whole number of credits other than zero; negative to withdraw'),
  reason: z.string().trim().min(3).max(300),
});
export type CreditsMoveInput = z.infer<typeof CreditsMoveInput>;

/** The whole ledger at a glance, and what the last check of its laws found. */
export const LedgerReport = z.object({
  issuedCredits: Credits,
  revenueCredits: Credits.describe('Earned with generations'),
  feeCredits: Credits.describe('Kept of sales'),
  heldCredits: Credits,
  wallets: z.int(),
  reconciliation: z
    .object({
      finishedAt: Timestamp,
      violations: z.array(z.object({ law: z.string(), subject: z.string(), detail: z.string() })),
    })
    .nullable(),
});
export type LedgerReport = z.infer<typeof LedgerReport>;

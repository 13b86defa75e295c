import { z } from 'zod';
import * as l from '../ledger.ts';
import { Cursor, IdParams, queryInt } from '../primitives.ts';
import type { Route } from '../route.ts';

export const ledgerRoutes = {
  walletRead: {
    method: 'GET',
    path: '/api/wallet',
    summary: "One's credits",
    room: 'ledger',
    auth: 'member',
    scope: 'account:read',
    output: l.Wallet,
    failures: [],
  },
  walletEntryList: {
    method: 'GET',
    path: '/api/wallet/entries',
    summary: "What moved in and out of one's wallet, newest first",
    room: 'ledger',
    auth: 'member',
    scope: 'account:read',
    query: z.strictObject({ cursor: Cursor, limit: queryInt(1, 100, 40) }),
    output: l.WalletEntryPage,
    failures: [],
  },
  adminCreditsMove: {
    method: 'POST',
    path: '/api/admin/people/:id/credits',
    summary: 'Grant credits, or withdraw them (negative), with a reason that is kept',
    room: 'ledger',
    auth: 'administrator',
    scope: 'admin',
    status: 200,
    idempotent: true,
    params: IdParams,
    input: l.CreditsMoveInput,
    output: l.Wallet,
    failures: ['not_found', 'insufficient_credits', 'idempotency_key_missing', 'idempotency_mismatch'],
  },
  adminLedgerRead: {
    method: 'GET',
    path: '/api/admin/ledger',
    summary: 'Totals of the ledger, and what the last check of its laws found',
    room: 'ledger',
    auth: 'administrator',
    scope: 'admin',
    output: l.LedgerReport,
    failures: [],
  },
} as const satisfies Record<string, Route>;

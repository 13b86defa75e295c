import { z } from 'zod';
import * as p from '../payments.ts';
import type { Route } from '../route.ts';

export const paymentRoutes = {
  topUpOffer: {
    method: 'GET',
    path: '/api/top-ups/offer',
    summary: 'Credits that can be bought with money, if any',
    room: 'payments',
    auth: 'member',
    output: p.TopUpOffer,
    failures: [],
  },
  topUpList: {
    method: 'GET',
    path: '/api/top-ups',
    summary: "One's own top-ups, newest first",
    room: 'payments',
    auth: 'member',
    output: z.object({ items: z.array(p.TopUp) }),
    failures: [],
  },
  topUpCreate: {
    method: 'POST',
    path: '/api/top-ups',
    summary: "Begin to pay: answers the address of Stripe's checkout page",
    room: 'payments',
    auth: 'member',
    status: 201,
    idempotent: true,
    input: p.TopUpInput,
    output: p.TopUp,
    failures: ['payments_off', 'payment_unavailable', 'not_found', 'idempotency_key_missing', 'idempotency_mismatch'],
  },
  adminTopUpConcernList: {
    method: 'GET',
    path: '/api/admin/top-ups/concerns',
    summary: 'The newest hundred payments that only an administrator can put right, those to be refunded first',
    room: 'payments',
    auth: 'administrator',
    scope: 'admin',
    output: z.object({ items: z.array(p.TopUpConcern) }),
    failures: [],
  },
  stripeWebhook: {
    method: 'POST',
    path: '/api/stripe/webhook',
    summary: 'Events from Stripe, signed',
    room: 'payments',
    auth: 'none',
    output: null,
    raw: 'text',
    failures: ['payments_off', 'signature_invalid', 'unavailable'],
  },
} as const satisfies Record<string, Route>;

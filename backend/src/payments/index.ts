import type { FastifyInstance } from 'fastify';
import { Stripe } from 'stripe';
import type { Handlers, RoomRouteNames, Tx } from '../platform/index.ts';
import { closeTopUps, endCheckouts } from './closing.ts';
import { listConcerns, registerPaymentsMetrics } from './concerns.ts';
import { parsePacks } from './rules.ts';
import { type PaymentsDeps, type StripeAccount, beginTopUp, listTopUps, receiveEvent } from './service.ts';

export type { PaymentsDeps, StripeAccount } from './service.ts';

/** Credits for money, by Stripe Checkout. Off unless configured. */
export interface Payments {
  handlers: Handlers<RoomRouteNames<'payments'>>;
  /** Ends the payment pages of somebody who is about to close their account. Asks Stripe, so outside of any transaction. */
  beforeClose(accountId: string): Promise<void>;
  /** Somebody closes their account. Throws `account_busy` while a payment of theirs may still come. */
  close(tx: Tx, accountId: string): Promise<void>;
}

export interface StripeConfig {
  secretKey: string;
  webhookSecret: string;
  packs: string;
  /** Another address than Stripe's own, for tests. */
  server?: { protocol: 'http' | 'https'; host: string; port: number };
}

/** Throws when the packs cannot be read. */
export function openStripe({ secretKey, webhookSecret, packs, server }: StripeConfig): StripeAccount {
  const client = new Stripe(secretKey, { maxNetworkRetries: 2, timeout: 20_000, telemetry: false, ...server });
  return { client, webhookSecret, packs: parsePacks(packs) };
}

export function makePayments(deps: PaymentsDeps): Payments {
  registerPaymentsMetrics(deps.metrics, deps.database);
  return {
    beforeClose: (accountId) => endCheckouts(deps, accountId),
    close: (tx, accountId) => closeTopUps(deps, tx, accountId),
    handlers: {
      topUpOffer: async () => ({ enabled: deps.stripe !== null, packs: [...(deps.stripe?.packs ?? [])] }),
      topUpList: ({ actor }) => listTopUps(deps, actor.accountId),
      topUpCreate: ({ actor, body, idempotencyKey }) => beginTopUp(deps, actor.accountId, body.packId, idempotencyKey),
      adminTopUpConcernList: () => listConcerns(deps),
      async stripeWebhook({ request, reply }) {
        await receiveEvent(deps, request.body as Buffer, request.headers['stripe-signature'] as string | undefined);
        return reply.code(204).send();
      },
    },
  };
}

/** The signature is over the bytes as they came, so on this one route JSON is not parsed. Call it before the routes are mounted. */
export function keepRawBody(server: FastifyInstance, path: string): void {
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.url.split('?')[0] === path) return done(null, body);
    // Empty bodies and prototype poisoning are refused as Fastify's own parser does.
    void server.getDefaultJsonParser('error', 'error')(request, body.toString('utf8'), done);
  });
}

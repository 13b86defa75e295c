import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As much of Stripe as a checkout needs: its API, its payment page, and its signed events. */
export interface StripeStub {
  url: string;
  /** What the program is started with to ask this one. */
  env: Record<string, string>;
  /** Where events go, once the program runs. */
  sendTo(programUrl: string): void;
  /** Gives the money of a payment back, and says so. */
  refund(topUpId: string): Promise<void>;
  stop(): Promise<void>;
}

interface Session {
  id: string;
  topUpId: string;
  successUrl: string;
  cancelUrl: string;
}

const webhookSecret = 'whsec_only_for_tests';

export async function startStripe(): Promise<StripeStub> {
  const sessions = new Map<string, Session>();
  let programUrl = '';
  const send = (type: string, object: object) => sendEvent(`${programUrl}/api/stripe/webhook`, type, object);
  const server = createServer((request, response) => {
    void answer(request, response, sessions, send).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: { STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_API_URL: url },
    sendTo: (address) => void (programUrl = address),
    refund: (topUpId) => send('charge.refunded', { payment_intent: `pi_${topUpId}`, refunded: true }),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  sessions: Map<string, Session>,
  send: (type: string, object: object) => Promise<void>,
): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  if (url.pathname === '/v1/checkout/sessions') {
    const form = new URLSearchParams(await bodyOf(request));
    const topUpId = form.get('client_reference_id')!;
    const session = { id: `cs_${topUpId}`, topUpId, successUrl: form.get('success_url')!, cancelUrl: form.get('cancel_url')! };
    sessions.set(session.id, session);
    const opened = { id: session.id, object: 'checkout.session', url: `${url.origin}/pay/${session.id}` };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(opened));
    return;
  }
  const session = sessions.get(url.pathname.split('/')[2] ?? '');
  if (!session) return void response.writeHead(404).end();
  if (request.method === 'POST') {
    const { topUpId } = session;
    await send('checkout.session.completed', {
      id: session.id,
      client_reference_id: topUpId,
      payment_status: 'paid',
      payment_intent: `pi_${topUpId}`,
    });
    return void response.writeHead(303, { location: session.successUrl }).end();
  }
  const page = `<!doctype html><html lang="en"><title>Checkout</title><form method="post"><button>Pay</button></form><a href="${session.cancelUrl}">Leave</a>`;
  response.writeHead(200, { 'content-type': 'text/html' }).end(page);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Signed as Stripe signs: an HMAC over the time and the bytes (https://docs.stripe.com/webhooks#verify-manually). */
async function sendEvent(where: string, type: string, object: object): Promise<void> {
  const payload = JSON.stringify({ id: `evt_${randomUUID()}`, object: 'event', type, data: { object } });
  const seconds = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', webhookSecret).update(`${seconds}.${payload}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${seconds},v1=${signature}` };
  const { status } = await fetch(where, { method: 'POST', headers, body: payload });
  if (status !== 204) throw new Error(`The program answered an event with ${status}`);
}

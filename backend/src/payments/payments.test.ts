import { createServer, type Server } from 'node:http';
import type { TopUpConcern } from '@rendermart/contract';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { type Ledger, makeLedger, reconcile } from '../ledger/index.ts';
import {
  type Actor,
  type Database,
  Registry,
  makeHttpServer,
  makeLog,
  mountRoutes,
  openDatabase,
  systemClock,
  uuidV7,
} from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type Payments, type StripeAccount, keepRawBody, makePayments, openStripe } from './index.ts';

const webhookSecret = 'whsec_only_for_tests';
const log = makeLog({ level: 'error', role: 'test' }, { write: (line) => void logged.push(line) });
let home: TestDatabase;
let database: Database;
let ledger: Ledger;
let server: FastifyInstance;
let stripeServer: Server;
let stripe: StripeAccount;
let payments: Payments;
/** What the program asked of Stripe: path, form fields, idempotency key. */
const asked: { path: string; form: URLSearchParams; key: string | undefined }[] = [];
let stripeAnswers = true;
/** Sessions whose person has paid, or is paying by their bank. */
const completed = new Set<string>();
/** Accounts that are closed. */
const closed = new Set<string>();
const accounts = {
  activePerson: (id: string) =>
    sql<{ id: string }>`select id from (select ${id}::uuid as id) as asker where not ${closed.has(id)}::boolean`,
  holdOpen: async (_tx: unknown, id: string) => !closed.has(id),
  namesOf: async (_reader: unknown, ids: readonly string[]) => new Map(ids.map((id) => [id, 'Person'])),
};
const metrics = new Registry();
const logged: string[] = [];

const people = new Map<string, Actor>();
function newPerson(): Actor {
  const id = uuidV7.next();
  const actor: Actor = { accountId: id, name: 'Person', role: 'member', scopes: 'all', sessionId: 's' };
  people.set(id, actor);
  return actor;
}

/** Speaks as much of Stripe's wire format as a checkout needs. */
function startStripe(): Promise<Server> {
  const started = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const form = new URLSearchParams(body);
      asked.push({ path: request.url ?? '', form, key: request.headers['idempotency-key'] as string | undefined });
      const [, known, isEnding] = /^\/v1\/checkout\/sessions\/(\w[\w-]*)(\/expire)?$/.exec(request.url ?? '') ?? [];
      const id = known ?? `cs_${form.get('client_reference_id')}`;
      const isOpen = !completed.has(id);
      const right = stripeAnswers && (isOpen || !isEnding);
      const status = isOpen ? 'expired' : 'complete';
      const answer = right
        ? { id, object: 'checkout.session', url: `https://checkout.example.com/${id}`, ...(known && { status }) }
        : { error: { type: 'api_error', message: 'down' } };
      response
        .writeHead(right ? 200 : stripeAnswers ? 400 : 500, {
          'content-type': 'application/json',
          'stripe-should-retry': 'false',
        })
        .end(JSON.stringify(answer));
    });
  });
  return new Promise((resolve) => started.listen(0, '127.0.0.1', () => resolve(started)));
}

beforeAll(async () => {
  home = await testDatabase();
  database = openDatabase({ url: home.url, poolSize: 6, applicationName: 'payments-test' });
  stripeServer = await startStripe();
  const { port } = stripeServer.address() as AddressInfo;
  stripe = openStripe({
    secretKey: 'sk_test_x',
    webhookSecret,
    packs: '500:500:eur,2500:2000:eur',
    server: { protocol: 'http', host: '127.0.0.1', port },
  });
  const below = { database, ids: uuidV7, clock: systemClock, log };
  ledger = makeLedger({
    ...below,
    metrics: new Registry(),
    startingCredits: async () => 0n,
    ownerName: async () => 'Somebody',
    holdOpen: async () => true,
  });
  server = makeHttpServer({ log, trustedProxies: [], maxBodyBytes: 100_000 });
  keepRawBody(server, '/api/stripe/webhook');
  const mount = {
    authenticate: async (headers: Headers) => people.get(headers.get('x-person') ?? '') ?? null,
    trustedOrigins: [],
  };
  mountRoutes(server, ledger.handlers, mount);
  payments = makePayments({
    ...below,
    metrics,
    accounts,
    charges: ledger.charges,
    stripe,
    publicUrl: 'https://site.example.com',
  });
  mountRoutes(server, payments.handlers, mount);
});
afterAll(async () => {
  expect(await reconcile(database.read)).toEqual([]);
  await server.close();
  stripeServer.closeAllConnections();
  await new Promise((resolve) => stripeServer.close(resolve));
  await database.close();
  await home.close();
});

async function ask(person: Actor, method: 'GET' | 'POST', url: string, body?: object, key = 'k') {
  const answer = await server.inject({
    method,
    url,
    headers: { 'x-person': person.accountId, 'idempotency-key': key },
    ...(body === undefined ? {} : { payload: body }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}
const balance = async (person: Actor) => (await ask(person, 'GET', '/api/wallet')).body.balanceCredits as string;
const begin = async (person: Actor, key = 'k') =>
  (await ask(person, 'POST', '/api/top-ups', { packId: '500-500-eur' }, key)).body as { id: string; checkoutUrl: string };

async function concerns() {
  const boss: Actor = { ...newPerson(), role: 'administrator' };
  people.set(boss.accountId, boss);
  return (await ask(boss, 'GET', '/api/admin/top-ups/concerns')).body.items as TopUpConcern[];
}
const refundsDue = async () => {
  const [told] = await metrics.getMetricsAsJSON();
  return (told!.values as { value: number }[])[0]!.value;
};

/** An event as Stripe sends it, signed by the library's own test helper. */
async function deliver(
  event: { id: string; type: string; object: object },
  change: (payload: string) => string = (payload) => payload,
  secret = webhookSecret,
) {
  const payload = JSON.stringify({ id: event.id, object: 'event', type: event.type, data: { object: event.object } });
  const signature = stripe.client.webhooks.generateTestHeaderString({ payload, secret });
  const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
  const answer = await server.inject({ method: 'POST', url: '/api/stripe/webhook', headers, payload: change(payload) });
  return { status: answer.statusCode, code: answer.statusCode === 204 ? null : (answer.json().error.code as string) };
}
const paid = (id: string, topUpId: string, change: object = {}) => ({
  id,
  type: 'checkout.session.completed',
  object: {
    id: `cs_${topUpId}`,
    client_reference_id: topUpId,
    payment_status: 'paid',
    payment_intent: `pi_${topUpId}`,
    ...change,
  },
});

describe('a top-up', () => {
  it('leads to Stripe, once for each key, with the key passed on', async () => {
    const person = newPerson();
    const [one, again] = [await begin(person), await begin(person)];
    expect(again).toEqual(one);
    expect(one.checkoutUrl).toBe(`https://checkout.example.com/cs_${one.id}`);
    const mine = asked.filter(({ form }) => form.get('client_reference_id') === one.id);
    expect(mine).toHaveLength(1);
    expect(mine[0]).toMatchObject({ path: '/v1/checkout/sessions', key: one.id });
    expect(mine[0]!.form.get('line_items[0][price_data][unit_amount]')).toBe('500');
    expect(mine[0]!.form.get('success_url')).toBe(`https://site.example.com/wallet?paid=${one.id}`);
    expect(mine[0]!.form.get('cancel_url')).toBe(`https://site.example.com/wallet?cancelled=${one.id}`);
    expect((await ask(person, 'POST', '/api/top-ups', { packId: '2500-2000-eur' })).body.error.code).toBe('idempotency_mismatch');
    expect((await ask(person, 'POST', '/api/top-ups', { packId: 'free' }, 'other')).status).toBe(404);
  });

  it('credits when the money is there, once, however often the event comes', async () => {
    const person = newPerson();
    const { id } = await begin(person);
    expect(await balance(person)).toBe('0');
    await deliver(paid('evt_1', id, { payment_status: 'unpaid' }));
    expect(await balance(person)).toBe('0');
    await Promise.all([deliver(paid('evt_2', id)), deliver(paid('evt_2', id)), deliver(paid('evt_3', id))]);
    expect(await balance(person)).toBe('500');
    expect((await ask(person, 'GET', '/api/top-ups')).body.items[0]).toMatchObject({ state: 'paid', checkoutUrl: null });
  });

  it('is neither paid nor ended by another session that names it, such as one of a payment link', async () => {
    const person = newPerson();
    const { id } = await begin(person);
    const foreign = { id: 'cs_of_a_link', payment_intent: 'pi_of_a_link' };
    expect(await deliver(paid(`evt_link_${id}`, id, foreign))).toEqual({ status: 204, code: null });
    await deliver({ ...paid(`evt_end_${id}`, id, foreign), type: 'checkout.session.expired' });
    expect(await balance(person)).toBe('0');
    expect((await ask(person, 'GET', '/api/top-ups')).body.items[0].state).toBe('open');
    await deliver({ ...paid(`evt_own_${id}`, id), type: 'checkout.session.expired' });
    expect((await ask(person, 'GET', '/api/top-ups')).body.items[0].state).toBe('expired');
  });

  it('whose session is not written down yet lets Stripe send the event again', async () => {
    const person = newPerson();
    const { id } = await begin(person);
    await database.pool.query('update payments.top_ups set checkout_id = null, checkout_url = null where id = $1', [id]);
    expect(await deliver(paid(`evt_early_${id}`, id))).toEqual({ status: 503, code: 'unavailable' });
    expect(await balance(person)).toBe('0');
    await begin(person);
    expect(await deliver(paid(`evt_early_${id}`, id))).toEqual({ status: 204, code: null });
    expect(await balance(person)).toBe('500');
  });

  it('survives that Stripe does not answer: nothing is lost, and the next try goes on', async () => {
    const person = newPerson();
    stripeAnswers = false;
    expect((await ask(person, 'POST', '/api/top-ups', { packId: '500-500-eur' })).body.error.code).toBe('payment_unavailable');
    stripeAnswers = true;
    expect((await begin(person)).checkoutUrl).toContain('https://checkout.example.com/');
  });
});

describe('somebody who closes their account', () => {
  const stateOf = async (id: string) =>
    (await database.pool.query('select state, refund_due, payment_id from payments.top_ups where id = $1', [id])).rows[0];
  const close = (person: Actor) => database.tx((tx) => payments.close(tx, person.accountId));

  it('may not while a payment page of theirs is open, and may when it has ended', async () => {
    const person = newPerson();
    const { id } = await begin(person);
    await expect(close(person)).rejects.toMatchObject({ code: 'account_busy' });
    await payments.beforeClose(person.accountId);
    expect(asked.at(-1)!.path).toBe(`/v1/checkout/sessions/cs_${id}/expire`);
    expect(await stateOf(id)).toMatchObject({ state: 'expired' });
    await close(person);
  });

  it.each([
    ['is being paid', true],
    ['cannot be ended, because Stripe is away', false],
  ])('waits for a page that %s', async (_what, isPaying) => {
    const person = newPerson();
    const { id } = await begin(person);
    if (isPaying) completed.add(`cs_${id}`);
    stripeAnswers = isPaying;
    await payments.beforeClose(person.accountId).finally(() => (stripeAnswers = true));
    await expect(close(person)).rejects.toMatchObject({ code: 'account_busy' });
    await deliver(paid(`evt_wait_${id}`, id));
    expect(await balance(person)).toBe('500');
    await close(person);
  });

  it('gets no page that was being opened, and no new one', async () => {
    const person = newPerson();
    const { id } = await begin(person);
    await database.pool.query('update payments.top_ups set checkout_id = null, checkout_url = null where id = $1', [id]);
    await close(person);
    closed.add(person.accountId);
    expect(await begin(person)).toMatchObject({ id, state: 'expired', checkoutUrl: null });
    const { status, body } = await ask(person, 'POST', '/api/top-ups', { packId: '500-500-eur' }, 'another key');
    expect([status, body.error.code]).toEqual([401, 'sign_in_required']);
  });

  it('gets no credits for money that comes all the same: it is to be refunded, and an operator is told', async () => {
    const person = newPerson();
    const { id } = await begin(person);
    closed.add(person.accountId);
    expect(await deliver(paid(`evt_late_${id}`, id))).toEqual({ status: 204, code: null });
    expect(await balance(person)).toBe('0');
    expect(await stateOf(id)).toEqual({ state: 'paid', refund_due: true, payment_id: `pi_${id}` });
    expect(logged.filter((line) => line.includes(id))).toEqual([expect.stringMatching(/refund it in Stripe/)]);
    expect((await concerns())[0]).toMatchObject({ id, concern: 'refund_due', paymentId: `pi_${id}`, amountMinor: 500 });
    expect(await refundsDue()).toBe(1);
    // Refunded, it takes nothing back, and a later word of the payment gives nothing.
    const refund = { payment_intent: `pi_${id}`, refunded: true };
    await deliver({ id: `evt_late_r_${id}`, type: 'charge.refunded', object: refund });
    await deliver(paid(`evt_late_again_${id}`, id));
    expect(await stateOf(id)).toMatchObject({ state: 'reversed', refund_due: true });
    expect((await concerns()).filter((one) => one.id === id)).toEqual([]);
    expect(await refundsDue()).toBe(0);
    expect([await balance(person), (await ask(person, 'GET', '/api/top-ups')).body.items[0].missingCredits]).toEqual(['0', '0']);
  });
});

describe('events that Stripe did not sign', () => {
  it.each([
    ['a changed body', (payload: string) => payload.replace('paid', 'Paid'), webhookSecret],
    ['another secret', (payload: string) => payload, 'whsec_other'],
  ])('%s changes nothing', async (_what, change, secret) => {
    const person = newPerson();
    const { id } = await begin(person);
    expect(await deliver(paid(`evt_bad_${id}`, id), change, secret)).toEqual({ status: 400, code: 'signature_invalid' });
    expect(await balance(person)).toBe('0');
  });

  it('no signature at all', async () => {
    const answer = await server.inject({
      method: 'POST',
      url: '/api/stripe/webhook',
      headers: { 'content-type': 'application/json' },
      payload: '{}',
    });
    expect(answer.json().error.code).toBe('signature_invalid');
  });
});

describe('refunds and disputes', () => {
  it('take the credits back, once', async () => {
    const person = newPerson();
    const { id } = await begin(person);
    await deliver(paid(`evt_p_${id}`, id));
    await deliver({ id: `evt_r_${id}`, type: 'charge.refunded', object: { payment_intent: `pi_${id}`, refunded: true } });
    await deliver({ id: `evt_d_${id}`, type: 'charge.dispute.created', object: { payment_intent: `pi_${id}` } });
    expect(await balance(person)).toBe('0');
    expect((await ask(person, 'GET', '/api/top-ups')).body.items[0]).toMatchObject({
      state: 'reversed',
      reversedBy: 'refund',
      missingCredits: '0',
    });
  });

  it('count also when they overtake the payment', async () => {
    const person = newPerson();
    const { id } = await begin(person);
    await deliver({ id: `evt_r_${id}`, type: 'charge.refunded', object: { payment_intent: `pi_${id}`, refunded: true } });
    await deliver(paid(`evt_p_${id}`, id));
    expect(await balance(person)).toBe('0');
    expect((await ask(person, 'GET', '/api/top-ups')).body.items[0].reversedBy).toBe('refund');
  });

  it('take what is left when some was spent, and write down what is missing', async () => {
    const person = newPerson();
    const { id } = await begin(person);
    await deliver(paid(`evt_p_${id}`, id));
    const holdId = await database.tx((tx) =>
      ledger.charges.hold(tx, { owner: person.accountId, amount: 200n, reference: `spend:${id}` }),
    );
    await database.tx((tx) => ledger.charges.settle(tx, holdId!, 200n, 'generation'));
    await deliver({ id: `evt_d_${id}`, type: 'charge.dispute.created', object: { payment_intent: `pi_${id}` } });
    expect(await balance(person)).toBe('0');
    expect((await ask(person, 'GET', '/api/top-ups')).body.items[0]).toMatchObject({
      reversedBy: 'dispute',
      missingCredits: '200',
    });
    expect(await concerns()).toContainEqual(expect.objectContaining({ id, concern: 'credits_missing', missingCredits: '200' }));
    expect((await ask(person, 'GET', '/api/admin/top-ups/concerns')).status).toBe(403);
  });
});

describe('refunds in part and disputes that are won', () => {
  const refund = (id: string, n: number, amount_refunded: number) =>
    deliver({
      id: `evt_r${n}_${id}`,
      type: 'charge.refunded',
      object: { payment_intent: `pi_${id}`, refunded: amount_refunded === 500, amount: 500, amount_refunded },
    });
  const dispute = (id: string, what: string, change: object = {}) =>
    deliver({
      id: `evt_${what}_${id}`,
      type: `charge.dispute.${what}`,
      object: { id: `dp_${id}`, payment_intent: `pi_${id}`, amount: 500, ...change },
    });
  const topUp = async (person: Actor) => (await ask(person, 'GET', '/api/top-ups')).body.items[0];
  async function buyCredits() {
    const person = newPerson();
    const { id } = await begin(person);
    await deliver(paid(`evt_p_${id}`, id));
    return { person, id };
  }

  it('take their part, the sum once, also when an older event comes later', async () => {
    const { person, id } = await buyCredits();
    await refund(id, 1, 125);
    expect(await balance(person)).toBe('375');
    expect(await topUp(person)).toMatchObject({ state: 'paid', reversedBy: 'refund', returnedCredits: '125' });
    await refund(id, 3, 300);
    await refund(id, 2, 200);
    expect(await balance(person)).toBe('200');
    await refund(id, 4, 500);
    expect([await balance(person), (await topUp(person)).state]).toEqual(['0', 'reversed']);
  });

  it('give back what the dispute took, once, whichever of the two events says so', async () => {
    const { person, id } = await buyCredits();
    await dispute(id, 'created', { status: 'needs_response' });
    await dispute(id, 'funds_withdrawn');
    expect([await balance(person), (await topUp(person)).reversedBy]).toEqual(['0', 'dispute']);
    await dispute(id, 'funds_reinstated');
    await dispute(id, 'closed', { status: 'won' });
    expect(await balance(person)).toBe('500');
    expect(await topUp(person)).toMatchObject({ state: 'paid', reversedBy: null, returnedCredits: '0', missingCredits: '0' });
  });

  it.each([
    ['won before it began', ['closed', 'created', 'funds_withdrawn'], '500'],
    ['lost', ['created', 'funds_withdrawn', 'lost'], '0'],
  ])('a dispute that is %s', async (_what, events, left) => {
    const { person, id } = await buyCredits();
    for (const event of events) {
      if (event === 'lost') await dispute(id, 'closed', { status: 'lost' });
      else await dispute(id, event, { status: event === 'closed' ? 'won' : 'needs_response' });
    }
    expect(await balance(person)).toBe(left);
  });

  it('leave the same in every order, the payment last too', async () => {
    const person = newPerson();
    const { id } = await begin(person);
    await dispute(id, 'funds_reinstated');
    await refund(id, 1, 100);
    await dispute(id, 'created', { status: 'needs_response' });
    await deliver(paid(`evt_p_${id}`, id));
    expect(await balance(person)).toBe('400');
  });

  it('forgive what could not be taken before they give anything back', async () => {
    const { person, id } = await buyCredits();
    const holdId = await database.tx((tx) =>
      ledger.charges.hold(tx, { owner: person.accountId, amount: 200n, reference: `spend:${id}` }),
    );
    await database.tx((tx) => ledger.charges.settle(tx, holdId!, 200n, 'generation'));
    await dispute(id, 'created', { status: 'needs_response' });
    expect([await balance(person), (await topUp(person)).missingCredits]).toEqual(['0', '200']);
    await dispute(id, 'closed', { status: 'won' });
    expect([await balance(person), (await topUp(person)).missingCredits]).toEqual(['300', '0']);
  });

  it('take nothing for an inquiry', async () => {
    const { person, id } = await buyCredits();
    await dispute(id, 'created', { status: 'warning_needs_response' });
    expect(await balance(person)).toBe('500');
  });

  it('miss nothing when the payment and its refund come at the same moment', async () => {
    for (let time = 0; time < 5; time += 1) {
      const person = newPerson();
      const { id } = await begin(person);
      await Promise.all([deliver(paid(`evt_p_${id}`, id)), refund(id, 1, 125)]);
      expect(await balance(person)).toBe('375');
    }
  });

  it('give back what the version before took without saying how much', async () => {
    const { person, id } = await buyCredits();
    await dispute(id, 'created', { status: 'needs_response' });
    await database.pool.query('update payments.top_ups set taken_credits = null where id = $1', [id]);
    await database.pool.query("update payments.returns set source = 'dispute' where payment_id = $1", [`pi_${id}`]);
    await dispute(id, 'closed', { status: 'won' });
    expect(await balance(person)).toBe('500');
  });
});

it('is off unless configured', async () => {
  const off = makePayments({
    database,
    ids: uuidV7,
    clock: systemClock,
    log,
    metrics: new Registry(),
    accounts,
    charges: ledger.charges,
    stripe: null,
    publicUrl: '',
  });
  expect(await off.handlers.topUpOffer({} as never)).toEqual({ enabled: false, packs: [] });
  await expect(
    off.handlers.topUpCreate({ actor: newPerson(), body: { packId: 'x' }, idempotencyKey: 'k' } as never),
  ).rejects.toMatchObject({ code: 'payments_off' });
});

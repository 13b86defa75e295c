import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FastifyInstance } from 'fastify';
import {
  type Actor,
  type Database,
  Registry,
  makeHttpServer,
  makeLog,
  mountRoutes,
  openDatabase,
  uuidV7,
} from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type Ledger, makeLedger } from './index.ts';
import { runReconciliation } from './tasks.ts';

const log = makeLog({ level: 'silent', role: 'test' });
const alice = uuidV7.next();
const boss = uuidV7.next();
const known = new Set([alice, boss]);
let startingCredits = 50n;
let home: TestDatabase;
let database: Database;
let ledger: Ledger;
let server: FastifyInstance;

const actors: Record<string, Actor> = {
  alice: { accountId: alice, name: 'Alice', role: 'member', scopes: 'all', sessionId: 'a' },
  boss: { accountId: boss, name: 'Boss', role: 'administrator', scopes: 'all', sessionId: 'b' },
};

beforeAll(async () => {
  home = await testDatabase();
  database = openDatabase({ url: home.url, poolSize: 6, applicationName: 'ledger-routes-test' });
  ledger = makeLedger({
    database,
    ids: uuidV7,
    metrics: new Registry(),
    log,
    startingCredits: async () => startingCredits,
    ownerName: async (_reader, owner) => (known.has(owner) ? 'Somebody' : undefined),
    holdOpen: async (_tx, owner) => known.has(owner),
  });
  server = makeHttpServer({ log, trustedProxies: [], maxBodyBytes: 10_000 });
  mountRoutes(server, ledger.handlers, {
    authenticate: async (headers) => actors[headers.get('x-actor') ?? ''] ?? null,
    trustedOrigins: [],
  });
});
afterAll(async () => {
  await server.close();
  await database.close();
  await home.close();
});

async function ask(actor: string, method: 'GET' | 'POST', url: string, body?: object, key?: string) {
  const answer = await server.inject({
    method,
    url,
    headers: { 'x-actor': actor, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    ...(body === undefined ? {} : { payload: body }),
  });
  return { status: answer.statusCode, body: answer.json() };
}
const move = (actor: string, id: string, amountCredits: string, key: string) =>
  ask(actor, 'POST', `/api/admin/people/${id}/credits`, { amountCredits, reason: 'a test' }, key);

describe('wallets', () => {
  it('begin with the starting credits, once, also when first used twice at the same moment', async () => {
    const both = await Promise.all([ask('alice', 'GET', '/api/wallet'), ask('alice', 'GET', '/api/wallet')]);
    for (const { body } of both) expect(body).toEqual({ balanceCredits: '50', heldCredits: '0', availableCredits: '50' });
    startingCredits = 500n;
    expect((await ask('alice', 'GET', '/api/wallet')).body.balanceCredits).toBe('50');
  });

  it('are filled and emptied by administrators only, with a reason, once a key', async () => {
    expect((await move('alice', alice, '10', 'k0')).body.error.code).toBe('not_allowed');
    expect((await move('boss', alice, '10', 'k1')).body.balanceCredits).toBe('60');
    expect((await move('boss', alice, '10', 'k1')).body.balanceCredits).toBe('60');
    expect((await move('boss', alice, '11', 'k1')).body.error.code).toBe('idempotency_mismatch');
    expect((await move('boss', alice, '-20', 'k2')).body.balanceCredits).toBe('40');
    expect((await move('boss', alice, '-41', 'k3')).body.error.code).toBe('insufficient_credits');
    expect((await move('boss', uuidV7.next(), '1', 'k4')).body.error.code).toBe('not_found');
    for (const amount of ['0', '1.5', '-0', 'ten', '99999999999999'])
      expect((await move('boss', alice, amount, `bad${amount}`)).body.error.code).toBe('invalid_input');
    expect(
      (await ask('boss', 'POST', `/api/admin/people/${alice}/credits`, { amountCredits: '1', reason: 'x' }, 'k5')).body.error
        .field,
    ).toBe('reason');
  });

  it('that an administrator changed stand in the audit log, a repeated request once', async () => {
    const { rows } = await database.pool.query(
      'select actor_id, act, subject, name, reason, changes from platform.audit order by id',
    );
    const common = { actor_id: boss, subject: `account:${alice}`, name: 'Somebody', reason: 'a test' };
    expect(rows).toEqual([
      { ...common, act: 'credits.granted', changes: [{ field: 'credits', from: null, to: '10' }] },
      { ...common, act: 'credits.withdrawn', changes: [{ field: 'credits', from: null, to: '-20' }] },
    ]);
  });

  it('tell what moved, newest first, a page at a time', async () => {
    const first = (await ask('alice', 'GET', '/api/wallet/entries?limit=2')).body;
    expect(
      first.items.map((entry: { kind: string; amountCredits: string; balanceCredits: string }) => [
        entry.kind,
        entry.amountCredits,
        entry.balanceCredits,
      ]),
    ).toEqual([
      ['withdrawn', '-20', '40'],
      ['granted', '10', '60'],
    ]);
    expect(first.items[0].reason).toBe('a test');
    const second = (await ask('alice', 'GET', `/api/wallet/entries?limit=2&cursor=${first.nextCursor}`)).body;
    expect(second.items.map((entry: { kind: string }) => entry.kind)).toEqual(['starting']);
    expect(second.nextCursor).toBeNull();
    expect((await ask('alice', 'GET', '/api/wallet/entries?cursor=x')).body.error.field).toBe('cursor');
  });
});

describe('charges', () => {
  const hold = (amount: bigint, reference: string) =>
    database.tx((tx) => ledger.charges.hold(tx, { owner: alice, amount, reference }));
  const balance = async () => (await ask('alice', 'GET', '/api/wallet')).body;

  it('set a price aside, take what was delivered and free the rest, however often they are told', async () => {
    const id = (await hold(30n, 'generation:1'))!;
    expect(await balance()).toEqual({ balanceCredits: '40', heldCredits: '30', availableCredits: '10' });
    await expect(hold(11n, 'generation:2')).rejects.toMatchObject({ code: 'insufficient_credits' });
    for (let again = 0; again < 2; again++) await database.tx((tx) => ledger.charges.settle(tx, id, 20n, 'generation'));
    expect(await balance()).toEqual({ balanceCredits: '20', heldCredits: '0', availableCredits: '20' });
  });

  it('take nothing for nothing', async () => {
    expect(await hold(0n, 'generation:3')).toBeNull();
    const id = (await hold(20n, 'generation:4'))!;
    await database.tx((tx) => ledger.charges.settle(tx, id, 0n, 'generation'));
    expect((await balance()).availableCredits).toBe('20');
  });
});

it('the nightly check is kept for administrators to see', async () => {
  expect((await ask('boss', 'GET', '/api/admin/ledger')).body.reconciliation).toBeNull();
  expect(await runReconciliation({ database, log })).toEqual([]);
  const { body } = await ask('boss', 'GET', '/api/admin/ledger');
  expect(body).toMatchObject({
    issuedCredits: '40',
    revenueCredits: '20',
    feeCredits: '0',
    heldCredits: '0',
    wallets: 1,
    reconciliation: { violations: [] },
  });
  expect((await ask('alice', 'GET', '/api/admin/ledger')).status).toBe(403);
});

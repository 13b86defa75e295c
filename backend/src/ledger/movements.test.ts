import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { type Database, type Tx, openDatabase, uuidV7 } from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { reconcile } from './reconcile.ts';
import { LedgerFailure, makeMovements } from './movements.ts';
import { systemWallets } from './store.ts';

const ledger = makeMovements(uuidV7);
let home: TestDatabase;
let database: Database;

beforeAll(async () => {
  home = await testDatabase();
  database = openDatabase({ url: home.url, poolSize: 8, applicationName: 'ledger-test' });
});
afterAll(async () => {
  await database.close();
  await home.close();
});

/** Runs a line of a story and says what came of it in one word. */
async function outcome(work: (tx: Tx) => Promise<unknown>): Promise<string> {
  try {
    await database.tx(work);
    return 'done';
  } catch (error) {
    if (error instanceof LedgerFailure) return error.why;
    throw error;
  }
}

async function walletWith(owner: string, amount: bigint): Promise<string> {
  return database.tx(async (tx) => {
    const toId = await ledger.openWallet(tx, owner);
    const fromId = systemWallets.issuance;
    if (amount > 0n)
      await ledger.transfer(tx, { fromId, toId, amount, kind: 'grant', reference: `start:${owner}`, key: `start:${owner}` });
    return toId;
  });
}

async function figures(owner: string): Promise<string> {
  const balance = (await ledger.balance(database.read, owner))!;
  return `${balance.postedCredits}, held ${balance.heldCredits}`;
}

describe('a story anyone can check by eye', () => {
  let alice: string;
  let revenue: string;
  let n = 0;
  beforeEach(async () => {
    n += 1;
    alice = await walletWith(`alice${n}`, 100n);
    revenue = systemWallets.revenue;
  });
  const hold = (key: string, amount: bigint) => (tx: Tx) =>
    ledger.hold(tx, { fromId: alice, toId: revenue, amount, reference: `generation:${key}`, key: `${n}:${key}` });

  it('holds, refuses what is not covered, posts in part, and once', async () => {
    const h1 = await database.tx(hold('h1', 30n));
    expect(await figures(`alice${n}`)).toBe('100, held 30');
    expect(await outcome(hold('h2', 80n))).toBe('insufficient_credits');
    expect(await outcome((tx) => ledger.post(tx, h1, 31n, 'generation'))).toBe('exceeds_hold');
    expect(await outcome((tx) => ledger.post(tx, h1, 25n, 'generation'))).toBe('done');
    expect(await figures(`alice${n}`)).toBe('75, held 0');
    expect(await outcome((tx) => ledger.post(tx, h1, 25n, 'generation'))).toBe('done');
    expect(await figures(`alice${n}`)).toBe('75, held 0');
    expect(await outcome((tx) => ledger.post(tx, h1, 24n, 'generation'))).toBe('hold_ended');
    expect(await outcome((tx) => ledger.void(tx, h1))).toBe('hold_ended');
  });

  it('voids, and once', async () => {
    const h1 = await database.tx(hold('v1', 100n));
    expect(await outcome((tx) => ledger.void(tx, h1))).toBe('done');
    expect(await outcome((tx) => ledger.void(tx, h1))).toBe('done');
    expect(await outcome((tx) => ledger.post(tx, h1, 1n, 'generation'))).toBe('hold_ended');
    expect(await figures(`alice${n}`)).toBe('100, held 0');
  });

  it('takes a key once: the same again changes nothing, other content is refused', async () => {
    const move = (amount: bigint) => (tx: Tx) =>
      ledger.transfer(tx, { fromId: alice, toId: revenue, amount, kind: 'purchase', reference: 'purchase:1', key: `${n}:k` });
    expect(await database.tx(move(40n))).toBe(await database.tx(move(40n)));
    expect(await outcome(move(41n))).toBe('key_reused');
    expect(await figures(`alice${n}`)).toBe('60, held 0');
    const again = hold('k2', 10n);
    expect(await database.tx(again)).toBe(await database.tx(again));
    expect(await outcome(hold('k2', 11n))).toBe('key_reused');
  });

  it('moves a price and the fee of it as one transfer, and once', async () => {
    const bob = await walletWith(`bob${n}`, 0n);
    const fees = async () =>
      BigInt((await database.pool.query(`select posted::text from ledger.wallets where kind = 'fees'`)).rows[0].posted);
    const before = await fees();
    const sell =
      (feeAmount: bigint, key = `${n}:sale`) =>
      (tx: Tx) =>
        ledger.transfer(tx, {
          fromId: alice,
          toId: bob,
          amount: 60n,
          fee: { toId: systemWallets.fees, amount: feeAmount },
          kind: 'purchase',
          reference: 'purchase:2',
          key,
        });
    // The second time the wallet could not pay, and need not.
    expect(await database.tx(sell(7n))).toBe(await database.tx(sell(7n)));
    expect([await figures(`alice${n}`), await figures(`bob${n}`), (await fees()) - before]).toEqual([
      '40, held 0',
      '53, held 0',
      7n,
    ]);
    expect(await outcome(sell(8n))).toBe('key_reused');
    expect(await outcome(sell(0n, `${n}:other`))).toBe('insufficient_credits');
  });

  it('refuses amounts that are none, and a wallet to itself', async () => {
    const move = (toId: string, amount: bigint) => (tx: Tx) =>
      ledger.transfer(tx, { fromId: alice, toId, amount, kind: 'x', reference: 'x', key: uuidV7.next() });
    expect(await outcome(move(revenue, 0n))).toBe('amount_not_positive');
    expect(await outcome(move(revenue, -5n))).toBe('amount_not_positive');
    expect(await outcome(move(alice, 5n))).toBe('same_wallet');
    expect(await outcome(move(uuidV7.next(), 5n))).toBe('wallet_unknown');
  });

  it('keeps amounts beyond 2^53 whole', async () => {
    const rich = await walletWith(`rich${n}`, 9_007_199_254_740_993n);
    await database.tx((tx) =>
      ledger.transfer(tx, {
        fromId: rich,
        toId: alice,
        amount: 9_007_199_254_740_992n,
        kind: 'x',
        reference: 'x',
        key: `${n}:rich`,
      }),
    );
    expect(await figures(`rich${n}`)).toBe('1, held 0');
  });
});

describe('the database itself refuses', () => {
  const refused = (statement: string) =>
    expect(database.pool.query(statement)).rejects.toThrow(/append-only|balance|exactly once|violates check/);

  it.each([
    ['changing an entry', 'update ledger.entries set amount = amount + 1'],
    ['deleting an entry', 'delete from ledger.entries'],
    ['emptying the entries', 'truncate ledger.entries'],
    ['changing a transfer', "update ledger.transfers set reference = 'x'"],
    ['setting a balance', 'update ledger.wallets set posted = posted + 1'],
    ['setting what is held', 'update ledger.wallets set held = 0'],
    [
      'a transfer without entries',
      "insert into ledger.transfers (id, kind, reference, idempotency_key) values (gen_random_uuid(), 'x', 'x', 'empty')",
    ],
    [
      'an entry on top of a balanced transfer',
      "insert into ledger.entries (transfer_id, wallet_id, amount, balance) select id, '00000000-0000-7000-8000-000000000002', 5, 0 from ledger.transfers limit 1",
    ],
    ['reopening a hold', "update ledger.holds set state = 'held', posted_amount = null, ended_at = null where state <> 'held'"],
    [
      'a hold that nothing covers',
      "insert into ledger.holds (id, from_id, to_id, amount, reference, idempotency_key) select gen_random_uuid(), id, '00000000-0000-7000-8000-000000000002', 1000000, 'x', 'uncovered' from ledger.wallets where owner = 'alice1'",
    ],
  ])('%s', async (_what, statement) => refused(statement));
});

describe('the laws hold under anything', () => {
  // Thousands of transactions, each waiting for the disk: give a busy machine time.
  it('after thousands of random operations from several connections at once', { timeout: 240_000 }, async () => {
    const people = await Promise.all(Array.from({ length: 6 }, (_, index) => walletWith(`random${index}`, 1_000n)));
    const wallets = [...people, systemWallets.fees];
    const holds: string[] = [];
    const keys: string[] = ['first'];
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)]!;
    const step = () => {
      const amount = BigInt(Math.floor(Math.random() * 80) - 5);
      // One in ten repeats a key, with the same or with other content.
      const key = Math.random() < 0.1 ? pick(keys) : uuidV7.next();
      keys.push(key);
      const movement = { fromId: pick(wallets), toId: pick(wallets), amount, kind: 'random', reference: 'random', key };
      const fee = { toId: systemWallets.fees, amount: amount > 0n ? amount / 7n : 0n };
      const kind = Math.random();
      if (kind < 0.2) return outcome((tx) => ledger.transfer(tx, movement));
      if (kind < 0.4) return outcome((tx) => ledger.transfer(tx, amount > 0n ? { ...movement, fee } : movement));
      if (kind < 0.6 || holds.length === 0) return outcome(async (tx) => void holds.push(await ledger.hold(tx, movement)));
      if (kind < 0.8) return outcome((tx) => ledger.post(tx, pick(holds), amount, 'random')).catch(ignoreUnknownHold);
      return outcome((tx) => ledger.void(tx, pick(holds))).catch(ignoreUnknownHold);
    };
    const seen = new Map<string, number>();
    for (let round = 0; round < 50; round++) {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const mine: string[] = [];
          for (let each = 0; each < 6; each++) mine.push(await step());
          return mine;
        }),
      );
      for (const word of outcomes.flat()) seen.set(word, (seen.get(word) ?? 0) + 1);
      expect(await reconcile(database.read)).toEqual([]);
    }
    // A run that only ever met refusals, or never met one, would have tested nothing.
    for (const word of ['done', 'insufficient_credits', 'amount_not_positive', 'same_wallet', 'hold_ended'])
      expect(seen.get(word) ?? 0, word).toBeGreaterThan(0);
  });

  /** A hold whose transaction was rolled back was pushed all the same: it is not there. */
  function ignoreUnknownHold(error: unknown): string {
    if ((error as { code?: string }).code === 'not_found') return 'not_found';
    throw error;
  }
});

describe('reconciliation catches a planted defect of each kind', () => {
  const plant = async (statement: string): Promise<string[]> => {
    const laws: string[] = [];
    await database.read
      .transaction()
      .execute(async (tx) => {
        await sql`set local session_replication_role = replica`.execute(tx);
        await sql.raw(statement).execute(tx);
        laws.push(...(await reconcile(tx)).map(({ law }) => law));
        throw new Error('undo');
      })
      .catch((error: Error) => {
        if (error.message !== 'undo') throw error;
      });
    return laws;
  };

  it.each([
    ['transfers_sum_to_zero', 'update ledger.entries set amount = amount + 1 where id = (select min(id) from ledger.entries)'],
    ['balances_equal_entries', "update ledger.wallets set posted = posted + 1 where owner = 'alice1'"],
    ['running_balances_fit', 'update ledger.entries set balance = balance + 1 where id = (select min(id) from ledger.entries)'],
    ['holds_are_covered', "update ledger.wallets set held = held + 1 where owner = 'alice1'"],
    ['credits_are_conserved', "update ledger.wallets set posted = posted - 1 where kind = 'issuance'"],
  ])('%s', async (law, statement) => expect(await plant(statement)).toContain(law));

  it('nobody_owes', async () => {
    expect(
      await plant(
        "alter table ledger.wallets drop constraint wallets_cover_what_they_hold; update ledger.wallets set posted = -1 where owner = 'alice1'",
      ),
    ).toContain('nobody_owes');
  });
});

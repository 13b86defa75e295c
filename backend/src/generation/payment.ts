import { sql } from 'kysely';
import type { Ids, Tx } from '../platform/index.ts';
import type { GenerationDeps } from './deps.ts';

type Charges = GenerationDeps['charges'];

/** What paying for a wish looks at. `paid` counts the images that an earlier run of it delivered and that were paid for then. */
export interface Payable {
  id: string;
  account_id: string;
  count: number;
  price_credits: number | bigint;
  paid: number;
}

export interface Ended extends Payable {
  hold_id: string | null;
  /** Images in the library when it ended. */
  delivered: number;
}

/** The price of all images together is a whole multiple of their number. */
const unitPrice = (wish: Payable): bigint => BigInt(wish.price_credits) / BigInt(wish.count);

/**
 * Sets the price of what is still to be drawn aside. Called after the lane was entered, here and everywhere: lanes before wallets,
 * so that no two transactions wait for each other. Throws `insufficient_credits`.
 */
export async function holdPrice(charges: Charges, ids: Ids, tx: Tx, wish: Payable): Promise<void> {
  const amount = unitPrice(wish) * BigInt(wish.count - wish.paid);
  const holdId = await charges.hold(tx, {
    owner: wish.account_id,
    amount,
    reference: `generation:${wish.id}`,
    key: `generation:${wish.id}:${ids.next()}`,
  });
  if (holdId !== null) await sql`update generation.generations set hold_id = ${holdId} where id = ${wish.id}`.execute(tx);
}

/** Takes the price of the images that were delivered and frees the rest, in the transaction that ends the wish. */
export async function settlePrice(charges: Charges, tx: Tx, ended: Ended): Promise<void> {
  if (ended.hold_id === null) return;
  await charges.settle(tx, ended.hold_id, unitPrice(ended) * BigInt(ended.delivered - ended.paid), 'generation');
  await sql`update generation.generations set hold_id = null, paid = ${ended.delivered} where id = ${ended.id}`.execute(tx);
}

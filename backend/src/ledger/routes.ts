import type { Handlers, RoomRouteNames } from '../platform/index.ts';
import { type WalletsDeps, listWalletEntries, moveByHand, readWallet, reportLedger } from './wallets.ts';

export function makeHandlers(deps: WalletsDeps): Handlers<RoomRouteNames<'ledger'>> {
  return {
    walletRead: ({ actor }) => readWallet(deps, actor.accountId),
    walletEntryList: ({ actor, query }) => listWalletEntries(deps, actor.accountId, query.cursor, query.limit),
    adminCreditsMove: ({ actor, params, body, idempotencyKey }) =>
      moveByHand(deps, {
        owner: params.id,
        amount: BigInt(body.amountCredits),
        actor: actor.accountId,
        reason: body.reason,
        key: idempotencyKey,
      }),
    adminLedgerRead: () => reportLedger(deps.database.read),
  };
}

export { reconcile, type Violation } from './reconcile.ts';
export { type LedgerRefusal } from './rules.ts';
export { type Balance, type Ledger, LedgerFailure, type Movement, makeLedger } from './service.ts';

import type { Accounts } from '../accounts/index.ts';
import type { Charges } from '../ledger/index.ts';
import type { Library } from '../library/index.ts';
import type { Clock, Database, Ids, Log, Registry, Storage } from '../platform/index.ts';

/** What the market stands on, and what it asks of the rooms below it. */
export interface MarketDeps {
  database: Database;
  storage: Storage;
  clock: Clock;
  ids: Ids;
  log: Log;
  metrics: Registry;
  charges: Pick<Charges, 'hold' | 'settle' | 'open' | 'lockSale' | 'sell'>;
  accounts: Pick<Accounts, 'settings' | 'namesOf' | 'requireActive' | 'tell'>;
  library: Pick<
    Library,
    | 'lockForSale'
    | 'samePicture'
    | 'markListed'
    | 'markWithheld'
    | 'grantLicence'
    | 'transferImage'
    | 'findForSale'
    | 'keptContents'
  >;
}

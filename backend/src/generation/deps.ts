import type { ImageEngine } from '@rendermart/engine';
import type { Accounts } from '../accounts/index.ts';
import type { Charges } from '../ledger/index.ts';
import type { Library } from '../library/index.ts';
import type { Clock, Database, Ids, Listener, Log, Registry } from '../platform/index.ts';

/** All that the room stands on. `engines` answer questions here (vocabulary, capabilities); they draw only in a worker. */
export interface GenerationDeps {
  database: Database;
  listener: Listener;
  accounts: Pick<
    Accounts,
    'authenticate' | 'settings' | 'namesOf' | 'weightsOf' | 'requireActive' | 'activePerson' | 'onAccountChange'
  >;
  library: Pick<
    Library,
    | 'storeOriginal'
    | 'addImage'
    | 'imagesOfGenerations'
    | 'openSource'
    | 'readableSource'
    | 'openMask'
    | 'readableMask'
    | 'describeOwn'
  >;
  /** Sets the price of a wish aside when it is asked for, and takes what was delivered when it ends. */
  charges: Pick<Charges, 'hold' | 'settle'>;
  engines: ReadonlyMap<string, ImageEngine>;
  metrics: Registry;
  log: Log;
  clock: Clock;
  ids: Ids;
}

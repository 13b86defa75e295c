import type { Locale, Recipe, Settings } from '@rendermart/contract';
import type { Clock, Database, Ids, Log, Reader, Registry, Storage, Tx } from '../platform/index.ts';
import type { Charges } from '../ledger/index.ts';

/** What an image brings into its listing. */
export interface ImageForSale {
  trashed: boolean;
  listed: boolean;
  /** Bought with a licence: not the holder's to sell. */
  licensed: boolean;
  recipe: Recipe | null;
  prompt: string;
  width: number;
  height: number;
  transparent: boolean;
  placeholder: string | null;
}

/** A message to a person by mail, in the languages of the page; `path` is where its button leads. */
export type Notice = Record<Locale, { subject: string; lines: string[]; action: string }> & { path: string };

/** What the market asks of the rooms below it. */
export interface MarketDeps {
  database: Database;
  storage: Storage;
  clock: Clock;
  ids: Ids;
  log: Log;
  metrics: Registry;
  charges: Charges;
  accounts: {
    settings(): Promise<Settings>;
    namesOf(reader: Reader, accountIds: readonly string[]): Promise<Map<string, string>>;
    /** Queues a mail in the caller's transaction. */
    tell(tx: Tx, accountId: string, notice: Notice): Promise<void>;
  };
  library: {
    /** Locks an own image and says what is to be known before it is offered; null when it is not one's own. */
    lockForSale(tx: Tx, accountId: string, imageId: string): Promise<ImageForSale | null>;
    /** A listed image is private and can be neither trashed nor published until it is unlisted. */
    markListed(tx: Tx, imageId: string, listed: boolean): Promise<void>;
    /** Puts a copy of its own, with its licence, into the buyer's library. */
    grantLicence(
      tx: Tx,
      grant: { imageId: string; accountId: string; purchaseId: string; licence: 'personal' | 'commercial' },
    ): Promise<void>;
    /** Makes an image another account's own. */
    transferImage(tx: Tx, imageId: string, toAccountId: string): Promise<void>;
    /** The bytes of an image, whoever owns it; null when they are gone. */
    readOriginal(imageId: string): Promise<{ bytes: Uint8Array; sha256: string } | null>;
  };
}

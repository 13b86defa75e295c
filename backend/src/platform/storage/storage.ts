import type { Readable } from 'node:stream';

/**
 * Where bytes live, under keys such as `images/ab/cd/<sha256>.png`. Written once, never changed.
 * A `put` that returned has survived a crash of this process; one that threw left nothing under the key.
 */
export interface Storage {
  readonly driver: 'filesystem' | 's3';
  put(key: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  /**
   * The same for what need not be in memory whole: a file that was received, or a dump that is being made.
   * A stream that breaks off leaves nothing under the key.
   */
  putStream(key: string, stream: Readable, mediaType: string): Promise<void>;
  /** For what can be made again, such as a thumbnail: it may be gone after a crash of the machine, though never half of it. */
  putDerived(key: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  /** The bytes as a stream, or null when there is nothing under the key. */
  get(key: string): Promise<{ stream: Readable; sizeBytes: number } | null>;
  exists(key: string): Promise<boolean>;
  /** Nothing under the key is a success. */
  remove(key: string): Promise<void>;
  /** Keys below a prefix with their age, for the sweep of orphans. */
  list(prefix: string): AsyncIterable<{ key: string; sizeBytes: number; modifiedAt: Date }>;
  /** A short-lived address from which a browser may read directly; null when this driver has none. */
  signedUrl(key: string, options: SignedUrl): Promise<string | null>;
  freeBytes(): Promise<number | null>;
  /** Throws when the store does not answer. Reads nothing and writes nothing: probes ask it again and again. */
  reach(): Promise<void>;
  /** Throws when reading and writing does not work; called at start. */
  check(): Promise<void>;
}

/** What an address of one key allows. */
export interface SignedUrl {
  expiresInSeconds: number;
  /** Everybody who asks within the same such time gets the same address, so that a browser may keep what it read; it lasts that much longer. */
  sameForSeconds?: number;
  /** Present: saved under this name; absent: shown. */
  fileName?: string;
  mediaType: string;
}

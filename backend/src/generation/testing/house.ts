import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ImageEngine } from '@rendermart/engine';
import { openEngine } from '@rendermart/engines';
import { type Accounts, makeAccounts } from '../../accounts/index.ts';
import { type Ledger, makeLedger } from '../../ledger/index.ts';
import { type Library, makeLibrary } from '../../library/index.ts';
import {
  type Database,
  type Listener,
  Registry,
  makeLog,
  makeMailer,
  openDatabase,
  openListener,
  type Storage,
  openStorage,
  openTasks,
  systemClock,
  uuidV7,
} from '../../platform/index.ts';
import { type Generation, type GenerationDeps, makeGeneration } from '../index.ts';

/** A process of the platform, built by hand as the wiring does it, with the fake engine. */
export interface House {
  database: Database;
  listener: Listener;
  accounts: Accounts;
  ledger: Ledger;
  library: Library;
  generation: Generation;
  engines: Map<string, ImageEngine>;
  deps: GenerationDeps;
  metrics: Registry;
  close(): Promise<void>;
}

export interface HouseConfig {
  url: string;
  /** Where images lie; several houses may share it. */
  imagesDir: string;
  stepMs?: number;
  /** What everybody begins with; enough for any test unless a test says otherwise. */
  startingCredits?: bigint;
  /** Stands between the library and its disk, to fill it. */
  storage?: (storage: Storage) => Storage;
  /** Stands between the room and the library, to break what a test wants broken. */
  library?: (library: Library) => Library;
}

/** A new folder for images, and how to remove it. */
export async function makeImagesDir(): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rendermart-images-'));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export async function openHouse(config: HouseConfig): Promise<House> {
  const log = makeLog({ level: process.env['TEST_LOG'] ?? 'silent', role: 'test' });
  const database = openDatabase({ url: config.url, poolSize: 10, applicationName: 'house' });
  const listener = await openListener(config.url, log);
  const tasks = await openTasks({ url: config.url, log, works: false });
  const opened = await openStorage({ driver: 'filesystem', root: config.imagesDir });
  const storage = config.storage?.(opened) ?? opened;
  const metrics = new Registry();
  const below = { database, listener, tasks, metrics, log, clock: systemClock, ids: uuidV7 };
  const mailer = makeMailer({ smtpUrl: undefined, from: 'test <test@localhost>', log });
  const accounts = makeAccounts({
    ...below,
    mailer,
    secret: 'a secret of the tests that is long enough',
    publicUrl: 'http://localhost',
    countImages: async () => new Map(),
    others: { setAway: async () => {}, beforeClose: async () => {}, close: async () => {} },
  });
  const bare = makeLibrary({ ...below, storage, accounts });
  const library = config.library?.(bare) ?? bare;
  const engines = new Map([['fake', await openEngine('fake', { stepMs: config.stepMs ?? 0 })]]);
  const ledger = makeLedger({
    ...below,
    startingCredits: async () => config.startingCredits ?? 1_000_000n,
    ownerName: async () => 'Somebody',
    holdOpen: async () => true,
  });
  const deps = { ...below, accounts, library, charges: ledger.charges, engines };
  const generation = makeGeneration(deps);
  const rooms = [accounts, library, generation];
  await tasks.declare(
    rooms.flatMap((room) => room.tasks),
    rooms.flatMap((room) => room.crons),
  );
  return {
    database,
    listener,
    accounts,
    ledger,
    library,
    generation,
    engines,
    metrics,
    deps,
    async close() {
      await generation.drainStreams();
      await tasks.close();
      await listener.close();
      await database.close();
    },
  };
}

/** Looks again and again until it finds something; the only way in which these tests wait. */
export async function eventually<Found>(
  look: () => Promise<Found | undefined | null | false> | Found | undefined | null | false,
  what = 'something',
): Promise<Found> {
  for (const deadline = Date.now() + 25_000; ;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

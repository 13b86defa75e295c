import { resolve } from 'node:path';
import type { ImageEngine } from '@rendermart/engine';
import { type Accounts, type OtherRooms, makeAccounts } from '../accounts/index.ts';
import { registerBackupMetrics } from '../backup/index.ts';
import { type Downloads, type DownloadsConfig, makeDownloads } from '../downloads/index.ts';
import { type Generation, makeGeneration } from '../generation/index.ts';
import { type Ledger, makeLedger } from '../ledger/index.ts';
import { type Library, makeLibrary } from '../library/index.ts';
import { type Market, makeMarket } from '../market/index.ts';
import { type Payments, makePayments, openStripe } from '../payments/index.ts';
import {
  type Database,
  type Listener,
  type Log,
  type Registry,
  type Storage,
  type TaskQueue,
  listenerNameOf,
  makeLog,
  makeMailer,
  openDatabase,
  openListener,
  openTasks,
  systemClock,
  tellVersion,
  uuidV7,
  watchPool,
  watchStorage,
  watchTasks,
} from '../platform/index.ts';
import { type Config, ConfigError } from './config.ts';
import { openEngines } from './engines.ts';
import { addedModelsFolder, canAddModels, importFolder } from './folders.ts';
import { builtInModels } from './models.ts';
import { checkConnections, checkDatabase } from './schema-check.ts';
import { checkStorage, refuseForeignStore } from './storage.ts';
import { version } from './version.ts';

/** Everything that a process is made of. */
export interface Rooms {
  log: Log;
  database: Database;
  listener: Listener;
  storage: Storage;
  tasks: TaskQueue;
  engines: Map<string, ImageEngine>;
  ledger: Ledger;
  accounts: Accounts;
  library: Library;
  generation: Generation;
  market: Market;
  payments: Payments;
  downloads: Downloads;
  close(): Promise<void>;
}

/** Builds a process: all construction happens here, by hand, once. Throws a ConfigError when something it stands on does not answer. */
export async function wireRooms(role: Service, config: Config, metrics: Registry): Promise<Rooms> {
  // What was opened before something failed is closed again, the last first.
  const opened: (() => Promise<void>)[] = [];
  try {
    return await wire(role, config, metrics, opened);
  } catch (error) {
    for (const close of opened.toReversed()) await close();
    throw error;
  }
}

type Service = 'api' | 'worker' | 'all';

async function wire(role: Service, config: Config, metrics: Registry, opened: (() => Promise<void>)[]): Promise<Rooms> {
  const log = makeLog({ level: config.LOG_LEVEL, role });
  const database = openDatabase({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: `rendermart-${role}`,
  });
  opened.push(() => database.close());
  watchPool(metrics, database.pool);
  registerBackupMetrics(metrics, database);
  tellVersion(metrics, version);
  await checkDatabase(database);
  const connections = await checkConnections(database, role, config.DATABASE_POOL_SIZE);
  const listener = await openListener(config.DATABASE_URL, log, listenerNameOf(connections));
  opened.push(() => listener.close());
  const storage = watchStorage(metrics, await checkStorage(config));
  const engines = await openEngines(config);
  const tasks = await openTasks({ url: config.DATABASE_URL, log, works: role !== 'api', ended: watchTasks(metrics) });
  opened.push(() => tasks.close());

  const below = { database, listener, tasks, metrics, log, clock: systemClock, ids: uuidV7 };
  const ledger = makeLedger({
    ...below,
    // Accounts stand above the ledger; they are asked only when a request comes, and by then they exist.
    startingCredits: async (reader) => BigInt((await accounts.settingsIn(reader)).startingCredits),
    ownerName: async (reader, owner) => (await accounts.namesOf(reader, [owner])).get(owner),
    holdOpen: (tx, owner) => accounts.holdOpen(tx, owner),
  });
  const mailer = makeMailer({ smtpUrl: config.SMTP_URL, from: config.MAIL_FROM, log });
  const accounts = makeAccounts({
    ...below,
    mailer,
    secret: config.AUTH_SECRET,
    publicUrl: publicUrlOf(config),
    // The library stands above; it is asked only when a request comes, and by then it exists.
    countImages: (reader, accountIds) => library.imageCounts(reader, accountIds),
    others: otherRooms(() => ({ generation, market, payments, ledger, library })),
  });
  const library = makeLibrary({ ...below, storage, accounts, limits: { signedReads: config.S3_PRESIGNED_READS } });
  await refuseForeignStore(library, config);
  const generation = makeGeneration({ ...below, accounts, library, charges: ledger.charges, engines });

  const market = makeMarket({ ...below, storage, accounts, library, charges: ledger.charges });
  const shop = { stripe: stripeOf(config), publicUrl: publicUrlOf(config) };
  const payments = makePayments({ ...below, accounts, charges: ledger.charges, ...shop });

  const stopping = new AbortController();
  const folders = { models: generation.folderModels, config: downloadsOf(config) };
  const downloads = makeDownloads({ ...below, ...folders, stopping: stopping.signal });

  await generation.ensureModels(await builtInModels(engines, resolve(config.MODELS_DIR), log));
  const rooms = [ledger, accounts, library, generation, downloads];
  await tasks.declare(
    rooms.flatMap((room) => room.tasks),
    [...rooms, market].flatMap((room) => room.crons),
  );

  const close = async () => {
    stopping.abort();
    await tasks.close();
    await Promise.all([...engines.values()].map((engine) => engine.close()));
    await listener.close();
    await database.close();
  };
  return {
    ...{ log, database, listener, storage, tasks, engines },
    ...{ ledger, accounts, library, generation, market, payments, downloads },
    close,
  };
}

/** What follows elsewhere when somebody is disabled or closes their account. Asked only when a request comes: by then all rooms exist. */
function otherRooms(rooms: () => Pick<Rooms, 'generation' | 'market' | 'payments' | 'ledger' | 'library'>): OtherRooms {
  return {
    async setAway(tx, accountId, isAway) {
      // Listings before images, as a purchase locks them.
      await rooms().market.setSellerAway(tx, accountId, isAway);
      await rooms().library.setOwnerAway(tx, accountId, isAway);
    },
    beforeClose: (accountId) => rooms().payments.beforeClose(accountId),
    async close(tx, accountId, { forfeitCredits }) {
      const { generation, market, payments, ledger, library } = rooms();
      await generation.close(tx, accountId);
      await payments.close(tx, accountId);
      // Listings before wallets before images, as a purchase locks them.
      await market.closeSeller(tx, accountId);
      await ledger.charges.close(tx, { owner: accountId, expected: forfeitCredits });
      await library.close(tx, accountId);
    },
  };
}

const downloadsOf = (config: Config): DownloadsConfig => ({
  hubUrl: config.MODEL_HUB_URL,
  outbound: { hosts: config.MODEL_HOSTS, allowPrivate: config.MODEL_HOSTS_ALLOW_PRIVATE },
  modelsFolder: addedModelsFolder(config),
  canAdd: canAddModels(config),
  importFolder: importFolder(config),
});

const publicUrlOf = (config: Config): string => config.PUBLIC_URL?.replace(/\/+$/, '') ?? `http://localhost:${config.PORT}`;

function stripeOf(config: Config) {
  if (config.STRIPE_SECRET_KEY === undefined || config.STRIPE_WEBHOOK_SECRET === undefined) return null;
  try {
    return openStripe({
      secretKey: config.STRIPE_SECRET_KEY,
      webhookSecret: config.STRIPE_WEBHOOK_SECRET,
      packs: config.TOP_UP_PACKS,
      ...(config.STRIPE_API_URL === undefined ? {} : { server: stripeServerOf(new URL(config.STRIPE_API_URL)) }),
    });
  } catch (error) {
    throw new ConfigError(`TOP_UP_PACKS cannot be read: ${(error as Error).message}`);
  }
}

/** Where Stripe is asked, as its library wants it. */
function stripeServerOf({ protocol, hostname, port }: URL) {
  const isPlain = protocol === 'http:';
  return {
    protocol: isPlain ? ('http' as const) : ('https' as const),
    host: hostname,
    port: Number(port) || (isPlain ? 80 : 443),
  };
}

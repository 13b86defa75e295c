import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Recipe, Role, Settings } from '@rendermart/contract';
import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import type { Notice } from '../accounts/index.ts';
import { type Ledger, makeLedger, reconcile } from '../ledger/index.ts';
import { type Library, makeLibrary } from '../library/index.ts';
import {
  type Database,
  Registry,
  type Storage,
  makeHttpServer,
  makeLog,
  mountRoutes,
  openDatabase,
  openStorage,
  openTasks,
  systemClock,
  uuidV7,
} from '../platform/index.ts';
import { testDatabase } from '../testing/index.ts';
import { type Market, makeMarket } from './index.ts';

export interface Person {
  id: string;
  name: string;
  role: Role;
}

export type TestMarket = Awaited<ReturnType<typeof openTestMarket>>;

/** The market over the real ledger, the real library, a real database and a real folder. Only the people are the test's own. */
export async function openTestMarket() {
  const house = await openRooms();
  const { people, library, database, server } = house;
  return {
    database,
    settings: house.settings,
    told: house.told,
    /** The keys that were read of the storage. */
    keysRead: house.keysRead,
    newPerson(name: string, role: Role = 'member'): Person {
      const person = { id: uuidV7.next(), name, role };
      people.set(person.id, person);
      return person;
    },
    /** A picture of this person's own: one flat colour, 640 × 400. */
    newImage: (person: Person, colour = '#d03020', prompt = 'a red fox', source: Partial<Recipe> = {}) =>
      addImage(library, database, person, { colour, prompt, source }),
    /** A larger copy of an image. */
    enlarge: (person: Person, imageId: string) =>
      addImage(library, database, person, {
        colour: '#d03020',
        prompt: 'a red fox',
        source: { scale: 2, upscaler: 'U', sourceImageId: imageId },
      }),
    /** Sends a picture, as it is. */
    upload: (person: Person, picture: Buffer) => upload(house.origin, person, picture),
    ask: (person: Person | null, method: Method, url: string, body?: object, headers: Record<string, string> = {}) =>
      ask(server, person, method, url, body, headers),
    violations: () => reconcile(database.read),
    /** Whether a person may draw from an image. */
    mayDrawFrom: (person: Person, imageId: string) => library.readableSource(database.read, person.id, imageId),
    audited: (subject: string) => readAudit(database, subject),
    close: house.close,
  };
}

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

async function ask(
  server: FastifyInstance,
  person: Person | null,
  method: Method,
  url: string,
  body: object | undefined,
  headers: Record<string, string>,
) {
  const answer = await server.inject({
    method,
    url,
    headers: { ...(person ? { 'x-test-person': person.id } : {}), ...headers },
    ...(body === undefined ? {} : { payload: body }),
  });
  const isJson = /json/.test(String(answer.headers['content-type']));
  return {
    status: answer.statusCode,
    body: isJson ? answer.json() : undefined,
    bytes: answer.rawPayload,
    headers: answer.headers,
  };
}

let painted = 0;

/** One colour, but for the first pixel: no two images show the same picture by chance. */
function paint(colour: string): Promise<Buffer> {
  painted += 1;
  const first = {
    create: { width: 1, height: 1, channels: 4 as const, background: { r: 200, g: painted >> 8, b: painted & 255, alpha: 1 } },
  };
  return sharp({ create: { width: 640, height: 400, channels: 4, background: colour } })
    .composite([{ input: first, left: 0, top: 0 }])
    .png()
    .toBuffer();
}

/** Uploads are streams, which an injected request is not. */
async function upload(origin: string, person: Person, picture: Buffer): Promise<string> {
  const headers = { 'x-test-person': person.id, 'content-type': 'image/png' };
  const answer = await fetch(`${origin}/api/images`, { method: 'POST', headers, body: new Uint8Array(picture) });
  if (answer.status !== 201) throw new Error(await answer.text());
  return ((await answer.json()) as { id: string }).id;
}

async function addImage(
  library: Library,
  database: Database,
  person: Person,
  { colour, prompt, source }: { colour: string; prompt: string; source: Partial<Recipe> },
): Promise<string> {
  const bytes = await paint(colour);
  const stored = await library.storeOriginal(bytes);
  const model = { modelId: 'test', modelName: 'Test', engine: 'fake', steps: 4, guidanceScale: 2, seed: 7 };
  const rest = { background: null, sourceImageId: null, denoisingStrength: null, warnings: [] };
  const recipe = { prompt, negativePrompt: '', width: 640, height: 400, ...model, ...rest, ...source };
  const image = { accountId: person.id, generationId: randomUUID(), index: 0, stored, recipe, parentId: recipe.sourceImageId };
  return database.tx((tx) => library.addImage(tx, image));
}

/** The lines of the audit log about one subject, the oldest first. */
async function readAudit(database: Database, subject: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ line: string }>(
    "select act || ' by ' || actor_id || ': ' || reason as line from platform.audit where subject = $1 order by id",
    [subject],
  );
  return rows.map((row) => row.line);
}

async function openRooms() {
  const clone = await testDatabase();
  const root = await mkdtemp(path.join(os.tmpdir(), 'rendermart-market-'));
  const log = makeLog({ level: 'silent', role: 'test' });
  const database = openDatabase({ url: clone.url, poolSize: 10, applicationName: 'market-test' });
  const files = await openStorage({ driver: 'filesystem', root });
  const keysRead: string[] = [];
  const storage: Storage = { ...files, get: (key) => (keysRead.push(key), files.get(key)) };
  const tasks = await openTasks({ url: clone.url, log, works: false });
  const { people, told, settings, accounts } = makePeople();
  const below = { database, clock: systemClock, ids: uuidV7, log, metrics: new Registry() };
  const startingCredits = async () => BigInt(settings.startingCredits);
  const ledger = makeLedger({
    ...below,
    startingCredits,
    ownerName: async (_reader, owner) => (people.has(owner) ? 'Somebody' : undefined),
    holdOpen: async (_tx, owner) => people.has(owner),
  });
  const library = makeLibrary({ ...below, storage, tasks, accounts });
  const market = makeMarket({ ...below, storage, accounts, library, charges: ledger.charges });
  await tasks.declare([...library.tasks, ...ledger.tasks], library.crons);
  const server = await openServer({ ledger, library, market }, people);
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  const close = async () => {
    await server.close();
    await tasks.close();
    await database.close();
    await rm(root, { recursive: true });
    await clone.close();
  };
  return { database, settings, told, keysRead, people, library, server, origin, close };
}

async function openServer(
  rooms: { ledger: Ledger; library: Library; market: Market },
  people: Map<string, Person>,
): Promise<FastifyInstance> {
  const server = makeHttpServer({ log: makeLog({ level: 'silent', role: 'test' }), trustedProxies: [], maxBodyBytes: 1_048_576 });
  rooms.library.acceptUploads(server);
  const mount = {
    trustedOrigins: [],
    authenticate: async (headers: Headers) => {
      const person = people.get(headers.get('x-test-person') ?? '');
      return person
        ? { accountId: person.id, name: person.name, role: person.role, scopes: 'all' as const, sessionId: 's' }
        : null;
    },
  };
  mountRoutes(server, rooms.ledger.handlers, mount);
  mountRoutes(server, rooms.library.handlers, mount);
  mountRoutes(server, rooms.market.handlers, mount);
  await server.ready();
  return server;
}

/** The people of a test, instead of the accounts room: names, settings, and what they were told. */
function makePeople() {
  const people = new Map<string, Person>();
  const told: { accountId: string; notice: Notice }[] = [];
  const settings: Settings = {
    siteName: 'Test',
    registration: 'open',
    exploreAudience: 'members',
    maxQueuedPerAccount: 100,
    trashDays: 30,
    liveDrawing: true,
    startingCredits: '1000',
    marketFeePercent: 10,
  };
  const accounts = {
    settings: async () => settings,
    namesOf: async (_reader: unknown, ids: readonly string[]) =>
      new Map(ids.flatMap((id) => (people.has(id) ? [[id, people.get(id)!.name] as const] : []))),
    requireActive: async () => {},
    tell: async (_tx: unknown, accountId: string, notice: Notice) => void told.push({ accountId, notice }),
  };
  return { people, told, settings, accounts };
}

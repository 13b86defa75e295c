import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Recipe, Role } from '@rendermart/contract';
import sharp from 'sharp';
import {
  type Actor,
  type Database,
  type Log,
  type Storage,
  type TaskQueue,
  Registry,
  makeHttpServer,
  makeLog,
  mountRoutes,
  openDatabase,
  openStorage,
  openTasks,
  uuidV7,
} from '../platform/index.ts';
import { testDatabase } from '../testing/index.ts';
import { type Library, type LibraryLimits, type People, makeLibrary } from './index.ts';

export interface Person {
  id: string;
  name: string;
  role: Role;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** The parsed JSON body; undefined for other bodies. */
  // oxlint-disable-next-line no-explicit-any
  json: any;
  bytes: Buffer;
}

/** The room on a real database, a real folder and a real HTTP server. Only the clock and the people are the test's own. */
export interface TestLibrary {
  library: Library;
  database: Database;
  storage: Storage;
  tasks: TaskQueue;
  settings: { exploreAudience: 'members' | 'everyone'; trashDays: number };
  origin: string;
  newPerson(name: string, role?: Role): Person;
  /** A request of this person, or of nobody. A Buffer is sent as it is, anything else as JSON. */
  ask(person: Person | null, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Puts the clock forward. */
  pass(ms: number): void;
  addImage(
    person: Person,
    image?: {
      prompt?: string;
      picture?: Buffer;
      generationId?: string;
      index?: number;
      recipe?: Partial<Recipe>;
      parentId?: string;
    },
  ): Promise<string>;
  close(): Promise<void>;
}

interface TestConfig {
  limits?: Partial<LibraryLimits>;
  wrapStorage?(storage: Storage): Storage;
  /** Whether its queue works; else the tasks lie there. */
  works?: boolean;
  startsAt?: Date;
}

export async function openTestLibrary(config: TestConfig = {}): Promise<TestLibrary> {
  const clone = await testDatabase();
  const root = await mkdtemp(path.join(os.tmpdir(), 'rendermart-library-'));
  const log = makeLog({ level: 'silent', role: 'test' });
  const database = openDatabase({ url: clone.url, poolSize: 8, applicationName: 'test' });
  const opened = await openStorage({ driver: 'filesystem', root });
  const storage = config.wrapStorage?.(opened) ?? opened;
  const tasks = await openTasks({ url: clone.url, log, works: config.works ?? false });
  const people = new Map<string, Person>();
  const settings: TestLibrary['settings'] = { exploreAudience: 'members', trashDays: 30 };
  const time = { ms: (config.startsAt ?? new Date('2026-11-23T12:00:00Z')).getTime() };
  const clock = { now: () => new Date(time.ms) };
  const accounts = peopleOf(people, settings);
  const limits = config.limits ?? {};
  const library = makeLibrary({ database, storage, tasks, log, ids: uuidV7, metrics: new Registry(), limits, clock, accounts });
  await tasks.declare(library.tasks, library.crons);
  const { server, origin } = await serve(library, log, people);
  const newPerson: TestLibrary['newPerson'] = (name, role = 'member') => {
    const person = { id: randomUUID(), name, role };
    people.set(person.id, person);
    return person;
  };
  return {
    ...{ library, database, storage, tasks, settings, origin, newPerson },
    ask: (person, method, where, body, headers) => ask(origin, person, method, where, body, headers),
    pass: (ms) => void (time.ms += ms),
    addImage: (person, image = {}) => addGenerated(library, database, person, image),
    async close() {
      server.server.closeAllConnections();
      await server.close();
      await tasks.close();
      await database.close();
      await clone.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function peopleOf(people: Map<string, Person>, settings: TestLibrary['settings']): People {
  return {
    settings: async () => settings,
    requireActive: async () => {},
    namesOf: async (_reader, ids) => new Map(ids.flatMap((id) => (people.has(id) ? [[id, people.get(id)!.name] as const] : []))),
  };
}

async function serve(library: Library, log: Log, people: Map<string, Person>) {
  const server = makeHttpServer({ log, trustedProxies: [], maxBodyBytes: 1_048_576 });
  library.acceptUploads(server);
  mountRoutes(server, library.handlers, {
    trustedOrigins: [],
    authenticate: async (headers) => actorOf(people.get(headers.get('x-test-person') ?? '')),
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return { server, origin: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}` };
}

type ImageWish = NonNullable<Parameters<TestLibrary['addImage']>[1]>;

/** As the room above does it: the bytes first, then the row in a transaction. */
async function addGenerated(library: Library, database: Database, person: Person, image: ImageWish): Promise<string> {
  const { generationId = randomUUID(), index = 0, parentId = null } = image;
  const recipe = { ...plainRecipe, prompt: image.prompt ?? plainRecipe.prompt, ...image.recipe };
  const stored = await library.storeOriginal(image.picture ?? (await makePicture()));
  return database.tx((tx) => library.addImage(tx, { accountId: person.id, generationId, index, stored, recipe, parentId }));
}

function actorOf(person: Person | undefined): Actor | null {
  return person === undefined
    ? null
    : { accountId: person.id, name: person.name, role: person.role, scopes: 'all', sessionId: null };
}

async function ask(
  origin: string,
  person: Person | null,
  method: string,
  where: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const raw = body instanceof Uint8Array;
  const answer = await fetch(origin + where, {
    method,
    redirect: 'manual',
    headers: {
      ...(person === null ? {} : { 'x-test-person': person.id }),
      ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? new Uint8Array(body) : JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: answer.status, headers: answer.headers, json: isJson ? JSON.parse(bytes.toString()) : undefined, bytes };
}

export const plainRecipe: Recipe = {
  prompt: 'a red fox in the snow',
  negativePrompt: 'blurry',
  modelId: 'sticker',
  modelName: 'Sticker',
  engine: 'local',
  width: 64,
  height: 48,
  steps: 20,
  guidanceScale: 7.5,
  seed: 4_294_967_295,
  background: null,
  sourceImageId: null,
  denoisingStrength: null,
  warnings: [],
};

let made = 0;

/** A picture that no other call makes: a gradient with a number of its own in it. */
export async function makePicture(
  size: { width?: number; height?: number; alpha?: boolean; format?: 'png' | 'jpeg' | 'webp' | 'avif' } = {},
): Promise<Buffer> {
  const { width = 64, height = 48, alpha = false, format = 'png' } = size;
  made += 1;
  const channels = alpha ? 4 : 3;
  const pixels = Buffer.alloc(width * height * channels);
  for (let at = 0; at < width * height; at += 1) {
    const [x, y] = [at % width, Math.floor(at / width)];
    pixels.set(
      [(x * 255) / width, (y * 255) / height, (made * 37) % 256, ...(alpha ? [x < width / 2 ? 0 : 255] : [])],
      at * channels,
    );
  }
  pixels.writeUInt16BE(made, 0);
  return sharp(pixels, { raw: { width, height, channels } }).toFormat(format).toBuffer();
}

/** The chunks of a PNG, by their order. */
export function pngChunks(png: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  type Listener,
  makeHttpServer,
  makeLog,
  makeMailer,
  makeMetrics,
  mountRoutes,
  openDatabase,
  openListener,
  openTasks,
  systemClock,
  uuidV7,
} from '../platform/index.ts';
import { type CountImages, type OtherRooms, makeAccounts } from './index.ts';

export const testSecret = 'a secret that only tests use, 48 characters long';
export const password = 'correct horse battery';

export interface Asked {
  body?: unknown;
  /** A `Set-Cookie` line or `name=value`. */
  cookie?: string | undefined;
  key?: string;
  /** The address that the request seems to come from, through a trusted proxy. */
  from?: string;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  // A test reads what it expects; what is not there fails its expectation.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
  /** The `Set-Cookie` line, or undefined. */
  cookie: string | undefined;
  headers: Headers;
}

export type Site = Awaited<ReturnType<typeof openSite>>;

export interface SiteConfig {
  publicUrl?: string;
  smtpUrl?: string;
  countImages?: CountImages;
  others?: OtherRooms;
  poolSize?: number;
}

/** One copy of the program, as far as this room goes: real PostgreSQL, real task queue, real HTTP on a free port. */
export async function openSite(url: string, config: SiteConfig = {}) {
  const lines: string[] = [];
  const log = makeLog({ level: 'debug', role: 'test' }, { write: (line) => void lines.push(line) });
  const database = openDatabase({ url, poolSize: config.poolSize ?? 8, applicationName: 'accounts-test' });
  const listener = await openListener(url, log);
  const tasks = await openTasks({ url, log, works: true });
  const accounts = makeAccounts({
    database,
    listener,
    tasks,
    log,
    clock: systemClock,
    ids: uuidV7,
    metrics: makeMetrics('test'),
    secret: testSecret,
    mailer: makeMailer({ smtpUrl: config.smtpUrl, from: 'RenderMart <site@example.com>', log }),
    publicUrl: config.publicUrl ?? 'http://localhost:4000',
    countImages: config.countImages ?? (async () => new Map()),
    others: config.others ?? { setAway: async () => {}, beforeClose: async () => {}, close: async () => {} },
  });
  await tasks.declare(accounts.tasks, accounts.crons);
  await tasks.work();
  const server = makeHttpServer({ log, trustedProxies: ['127.0.0.1'], maxBodyBytes: 100_000 });
  mountRoutes(server, accounts.handlers, { authenticate: accounts.authenticate, trustedOrigins: [] });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const origin = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  return {
    accounts,
    database,
    log,
    origin,
    listener: listener satisfies Listener,
    logged: () => lines.join(''),
    ask: (method: string, path: string, asked: Asked = {}) => ask(origin, method, path, asked),
    async close() {
      await server.close();
      await tasks.close();
      await listener.close();
      await database.close();
    },
  };
}

async function ask(origin: string, method: string, path: string, asked: Asked): Promise<Answer> {
  const headers: Record<string, string> = { 'x-forwarded-for': asked.from ?? '203.0.113.1', ...asked.headers };
  if (asked.body !== undefined) headers['content-type'] = 'application/json';
  if (asked.cookie !== undefined) headers['cookie'] = asked.cookie.split(';')[0]!;
  if (asked.key !== undefined) headers['authorization'] = `Bearer ${asked.key}`;
  const response = await fetch(origin + path, {
    method,
    headers,
    ...(asked.body === undefined ? {} : { body: typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? undefined : JSON.parse(text),
    cookie: response.headers.getSetCookie()[0],
    headers: response.headers,
  };
}

/** Sends a request whose body is held back until the returned function sends it: by then the server knows who asks. */
export async function holdBack(
  site: Site,
  method: string,
  path: string,
  { who, body }: { who: { id: string; cookie: string }; body: object },
): Promise<() => Promise<Pick<Answer, 'status' | 'body'>>> {
  // Who was not seen for a while is noted when the server finds out who asks.
  const { pool } = site.database;
  await pool.query(`update accounts.sessions set last_seen_at = now() - interval '1 hour' where account_id = $1`, [who.id]);
  await pool.query('update accounts.people set last_seen_at = null where id = $1', [who.id]);
  const payload = JSON.stringify(body);
  const headers = {
    cookie: who.cookie.split(';')[0]!,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(payload),
  };
  const sent = request(site.origin + path, { method, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => void sent.once('response', resolve).once('error', reject));
  sent.flushHeaders();
  await eventually(async () => {
    const { rows } = await pool.query('select from accounts.people where id = $1 and last_seen_at is not null', [who.id]);
    return rows[0];
  }, 'the server to know who asks');
  return async () => {
    sent.end(payload);
    const answer = await answered;
    const said = await text(answer);
    return { status: answer.statusCode!, body: said === '' ? undefined : JSON.parse(said) };
  };
}

/** The administrator of a new site. */
export async function setUpSite(site: Site) {
  const made = await site.ask('POST', '/api/setup', { body: { name: 'Ada', email: 'ada@example.com', password } });
  if (made.status !== 201) throw new Error(`Setting up failed: ${JSON.stringify(made.body)}`);
  return { id: made.body.id as string, email: 'ada@example.com', cookie: made.cookie! };
}

let visitors = 0;
/** Another person, by an invitation that `host` makes, each from an address of their own. */
export async function joinSite(
  site: Site,
  host: { cookie: string },
  person: { name: string; role?: 'administrator' | 'member' },
) {
  const email = `${person.name.toLowerCase()}@example.com`;
  const invited = await site.ask('POST', '/api/admin/invitations', {
    cookie: host.cookie,
    body: { role: person.role ?? 'member' },
  });
  const made = await site.ask('POST', '/api/accounts', {
    body: { name: person.name, email, password, invitation: tokenIn(invited.body.link) },
    from: `198.51.100.${++visitors}`,
  });
  if (made.status !== 201) throw new Error(`Joining failed: ${JSON.stringify(made.body)}`);
  return { id: made.body.id as string, email, cookie: made.cookie! };
}

/** The secret at the end of a link. */
export const tokenIn = (link: string): string => [...new URL(link).searchParams.values()][0]!;

/** Waits for what a task does soon; gives up with what was seen last. */
export async function eventually<Value>(
  look: () => Value | undefined | Promise<Value | undefined>,
  what: string,
): Promise<Value> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 30))) {
    const seen = await look();
    if (seen !== undefined) return seen;
  }
  throw new Error(`Waited too long for ${what}`);
}

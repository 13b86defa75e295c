import type { Generation } from '@rendermart/contract';
import { makeHttpServer, makeLog, mountRoutes } from '../../platform/index.ts';
import type { House } from './house.ts';

export interface Answer<Body = Generation> {
  status: number;
  body: Body & { error?: { code: string; field?: string; message: string } };
  cookie: string | undefined;
}

/** A house with its doors open: one copy of the API on a free port. */
export interface Site {
  url: string;
  ask<Body = Generation>(
    method: string,
    path: string,
    asked?: { cookie?: string | undefined; body?: unknown; key?: string },
  ): Promise<Answer<Body>>;
  close(): Promise<void>;
}

export async function openSite(house: House): Promise<Site> {
  const server = makeHttpServer({ log: makeLog({ level: 'silent', role: 'test' }), trustedProxies: [], maxBodyBytes: 1_000_000 });
  const mount = { authenticate: house.accounts.authenticate, trustedOrigins: [] };
  mountRoutes(server, house.accounts.handlers, mount);
  mountRoutes(server, house.ledger.handlers, mount);
  mountRoutes(server, house.generation.handlers, mount);
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  return {
    url,
    async ask(method, path, { cookie, body, key } = {}) {
      const headers = {
        ...(cookie ? { cookie } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const response = await fetch(url + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : null, cookie: response.headers.getSetCookie()[0] };
    },
    async close() {
      await house.generation.drainStreams();
      await server.close();
    },
  };
}

const password = 'correct horse battery';

/** The first administrator of a site. */
export async function setUp(site: Site): Promise<{ cookie: string; id: string }> {
  const { cookie, body } = await site.ask<{ id: string }>('POST', '/api/setup', {
    body: { name: 'Ada', email: 'ada@example.com', password },
  });
  await site.ask('PATCH', '/api/admin/settings', { cookie, body: { registration: 'open' } });
  return { cookie: cookie!, id: body.id };
}

export async function signUp(site: Site, name: string): Promise<{ cookie: string; id: string }> {
  const { cookie, body } = await site.ask<{ id: string }>('POST', '/api/accounts', {
    body: { name, email: `${name}@example.com`, password },
  });
  return { cookie: cookie!, id: body.id };
}

export interface HeardEvent {
  id: string | undefined;
  type: string;
  generation?: Generation;
  generationId?: string;
  picture?: string;
  reason?: string;
}

/** An open event stream that remembers what it heard. */
export interface Ear {
  heard: HeardEvent[];
  lastId(): string | undefined;
  ended: Promise<void>;
  headers: Headers;
  close(): Promise<void>;
}

export async function listen(site: Site, cookie: string, lastEventId?: string): Promise<Ear> {
  const stop = new AbortController();
  const response = await fetch(`${site.url}/api/events`, {
    headers: { cookie, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
    signal: stop.signal,
  });
  const heard: HeardEvent[] = [];
  const ended = readAll(response, heard).catch(() => {});
  return {
    heard,
    ended,
    headers: response.headers,
    lastId: () => heard.findLast((event) => event.id !== undefined)?.id,
    close: async () => {
      stop.abort();
      await ended;
    },
  };
}

async function readAll(response: Response, heard: HeardEvent[]): Promise<void> {
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const messages = (rest + chunk).split('\n\n');
    rest = messages.pop()!;
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (data !== undefined) heard.push({ id: /^id: (.*)$/m.exec(message)?.[1], ...JSON.parse(data) });
    }
  }
}

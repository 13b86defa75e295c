import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FailureBody } from '@rendermart/contract';
import { afterAll, expect, test } from 'vitest';
import { makeLog } from '../log.ts';
import type { Actor } from './actor.ts';
import { makeHttpServer } from './server.ts';
import { mountRoutes } from './mount.ts';

const names: string[] = [];
const member = { role: 'member', scopes: 'all' } as unknown as Actor;
const asking = { who: member as Actor | null, times: 0 };
const server = makeHttpServer({ log: makeLog({ level: 'silent', role: 'api' }), trustedProxies: [], maxBodyBytes: 1_000 });
mountRoutes(
  server,
  {
    collectionCreate: async ({ body }) => {
      if (body.name.startsWith('lost:')) throw new Error(body.name);
      names.push(body.name);
      return { id: crypto.randomUUID(), name: body.name, images: 0, coverIds: [], createdAt: new Date().toISOString() };
    },
  },
  {
    authenticate: async () => {
      asking.times += 1;
      return asking.who;
    },
    trustedOrigins: [],
  },
);
afterAll(() => server.close());

const headers = { 'content-type': 'application/json' };
const post = (payload: string) => server.inject({ method: 'POST', url: '/api/collections', headers, payload });

test.each([
  ['a zero', '{"name":"a\\u0000b"}', 400, 'invalid_input', 'name'],
  ['half of a pair', '{"name":"a\\ud800b"}', 400, 'invalid_input', 'name'],
  ['an unknown field', '{"name":"a","colour":"red"}', 400, 'invalid_input', 'colour'],
  ['a wrong type', '{"name":5}', 400, 'invalid_input', 'name'],
  ['half a body', '{"name":', 400, 'malformed_json', undefined],
  ['too much', `{"name":"${'a'.repeat(1_000)}"}`, 413, 'body_too_large', undefined],
])('%s is refused in the form of the contract, before the handler', async (_what, payload, status, code, field) => {
  const answer = await post(payload);
  expect(answer.statusCode).toBe(status);
  const { error } = FailureBody.parse(answer.json());
  expect([error.code, error.field]).toEqual([code, field]);
  expect(names).toEqual([]);
});

test.each([
  ['Connection terminated unexpectedly', 503, 'unavailable'],
  // What is left of it when the transaction is rolled back on the connection that broke.
  ['Client has encountered a connection error and is not queryable', 503, 'unavailable'],
  // It said nothing for longer than a statement may take.
  ['Query read timeout', 503, 'unavailable'],
  ['something else', 500, 'internal'],
])('a database that goes away passes, a defect does not: %s', async (message, status, code) => {
  const answer = await post(JSON.stringify({ name: `lost:${message}` }));
  expect([answer.statusCode, FailureBody.parse(answer.json()).error.code]).toEqual([status, code]);
});

test('a whole pair is a text like any other', async () => {
  expect((await post('{"name":"🦊"}')).statusCode).toBe(201);
  expect(names.splice(0)).toEqual(['🦊']);
});

test('an address that cannot be decoded is not found, in the form of the contract', async () => {
  const answer = await server.inject({ method: 'GET', url: '/api/images/%E0%A4%A' });
  expect(answer.statusCode).toBe(404);
  expect(FailureBody.parse(answer.json()).error.code).toBe('not_found');
});

test('who asks is asked again when the body was held back, and once when it was not', async () => {
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  const before = asking.times;
  expect((await post('{"name":"at once"}')).statusCode).toBe(201);
  expect([asking.times - before, names.splice(0)]).toEqual([1, ['at once']]);

  const sent = request({ port, host: '127.0.0.1', method: 'POST', path: '/api/collections', headers });
  const answered = new Promise<number | undefined>((resolve, reject) => {
    sent.once('response', (answer) => resolve(answer.resume().statusCode)).once('error', reject);
  });
  sent.write('{"name":');
  await expect.poll(() => asking.times - before).toBe(2);
  asking.who = null;
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  sent.end('"too late"}');
  expect([await answered, names]).toEqual([401, []]);
  asking.who = member;
});

import { routes } from '@rendermart/contract';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { makeClient } from './client.ts';
import { ApiFailure } from './failure.ts';
import { lines } from './lines.ts';

const id = '00000000-0000-4000-8000-000000000001';
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Heard {
  method?: string | undefined;
  url?: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server on a free port that notes what it hears. */
async function serverOf(answer: (response: ServerResponse, request: Heard) => void) {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const note = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() };
      heard.push(note);
      answer(response, note);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { heard, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
const json = (status: number, body: unknown) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

test('the lines are the contract', () => {
  expect(lines).toEqual(
    Object.fromEntries(Object.entries(routes).map(([name, { method, path }]) => [name, `${method} ${path}`])),
  );
});

test('a call sends path, query and body, and answers the parsed body', async () => {
  const { heard, baseUrl } = await serverOf(json(200, { words: ['fox'] }));
  const client = makeClient({ baseUrl, apiKey: 'rm_secret' });
  expect(await client.wordSuggest({ params: { id: 'a/b' }, query: { prefix: 'fo x', locale: 'fr' } })).toEqual({
    words: ['fox'],
  });
  await client.imageList({ query: { limit: 3, favourite: true, cursor: undefined } });
  await client.generationCreate({ body: { prompt: 'é' }, idempotencyKey: 'k1' });
  expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /api/models/a%2Fb/words?prefix=fo+x&locale=fr',
    'GET /api/images?limit=3&favourite=true',
    'POST /api/generations',
  ]);
  expect(heard[2]).toMatchObject({
    body: '{"prompt":"é"}',
    headers: { 'idempotency-key': 'k1', 'content-type': 'application/json', authorization: 'Bearer rm_secret' },
  });
});

test('an upload sends the bytes as they are', async () => {
  const { heard, baseUrl } = await serverOf(json(201, { id }));
  await makeClient({ baseUrl }).imageUpload({ body: new Blob(['picture'], { type: 'image/png' }) });
  expect(heard[0]).toMatchObject({ body: 'picture', headers: { 'content-type': 'image/png' } });
});

test('204 answers nothing', async () => {
  const { baseUrl } = await serverOf((response) => {
    response.writeHead(204).end();
  });
  expect(await makeClient({ baseUrl }).sessionDelete()).toBeUndefined();
});

test('a failure keeps code, field, request id and wait', async () => {
  const error = {
    code: 'invalid_input',
    message: 'No.',
    field: 'width',
    issues: [{ field: 'width', message: 'too wide' }],
    requestId: 'r1',
    retryAfterMs: 900,
  };
  const { baseUrl } = await serverOf(json(400, { error }));
  const told: string[] = [];
  const call = makeClient({ baseUrl, onFailure: ({ code }, route) => told.push(`${route} ${code}`) }).generationRead({
    params: { id },
  });
  await expect(call).rejects.toMatchObject({ name: 'ApiFailure', ...error, status: 400 });
  expect(told).toEqual(['generationRead invalid_input']);
});

test.each([
  [502, 'unreachable'],
  [504, 'unreachable'],
  [500, 'internal'],
  [404, 'internal'],
])('a %d page of a proxy is %s', async (status, code) => {
  const { baseUrl } = await serverOf((response) => {
    response.writeHead(status).end('<h1>nginx</h1>');
  });
  await expect(makeClient({ baseUrl }).accountRead()).rejects.toMatchObject({ code });
});

test('no server is unreachable, an aborted call is not a failure', async () => {
  await expect(makeClient({ baseUrl: 'http://127.0.0.1:1' }).accountRead()).rejects.toMatchObject({ code: 'unreachable' });
  const { baseUrl } = await serverOf(() => {});
  const stop = new AbortController();
  const call = makeClient({ baseUrl }).accountRead({ signal: stop.signal });
  stop.abort(new Error('changed my mind'));
  await expect(call).rejects.not.toBeInstanceOf(ApiFailure);
});

test.each([
  ['the headers', () => {}],
  [
    'the rest of the body',
    (response: ServerResponse) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":'),
  ],
])('a call whose server never sends %s is given up, and says so', async (_what, answer) => {
  const { baseUrl } = await serverOf(answer);
  const told: string[] = [];
  const client = makeClient({ baseUrl, timeoutMs: 1_000, onFailure: ({ code }, route) => told.push(`${route} ${code}`) });
  const call = client.accountRead({ signal: new AbortController().signal });
  await expect(call).rejects.toMatchObject({ code: 'unreachable', message: expect.stringContaining('within 1 s') });
  expect(told).toEqual(['accountRead unreachable']);
});

test('pictures, up and down, and events take as long as they need', async () => {
  const slowly = (status: number, type: string, body: string) => (response: ServerResponse) =>
    void setTimeout(() => response.writeHead(status, { 'content-type': type }).end(body), 150);
  const picture = await serverOf(slowly(200, 'image/png', 'picture'));
  const file = await makeClient({ ...picture, timeoutMs: 20 }).imageFile({ params: { id } });
  expect(await file.text()).toBe('picture');
  const upload = await serverOf(slowly(201, 'application/json', '{}'));
  expect(await makeClient({ ...upload, timeoutMs: 20 }).imageUpload({ body: new Blob(['picture']) })).toEqual({});
  const stream = await serverOf(slowly(200, 'text/event-stream', `data: {"type":"image","imageId":"${id}"}\n\n`));
  const events = makeClient({ ...stream, timeoutMs: 20 }).events();
  expect((await events.next()).value).toMatchObject({ imageId: id });
  await events.return();
});

test('addresses are made without a call', () => {
  expect(makeClient({ baseUrl: 'https://x' }).url('imageThumbnail', { params: { id, size: '256' } })).toBe(
    `https://x/api/images/${id}/thumbnails/256`,
  );
});

import net, { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { FailureBody } from '@rendermart/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeLog } from '../log.ts';
import { failureOfParser } from './client-errors.ts';
import { makeHttpServer } from './server.ts';

const server = makeHttpServer({ log: makeLog({ level: 'silent', role: 'api' }), trustedProxies: [], maxBodyBytes: 1_000 });
server.post('/api/echo', (request, reply) => reply.send({ body: request.body }));
beforeAll(async () => void (await server.listen({ host: '127.0.0.1', port: 0 })));
afterAll(() => server.close());

/** What comes back for these bytes, which no HTTP client would send. */
async function send(bytes: string): Promise<{ status: number; headers: string; body: string }> {
  const socket = net.connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.end(bytes);
  const [headers = '', body = ''] = (await text(socket)).split('\r\n\r\n', 2);
  return { status: Number(headers.split(' ')[1]), headers: headers.toLowerCase(), body };
}

const json = 'Content-Type: application/json\r\nConnection: close\r\n';

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'malformed_request'],
  ['an unknown method', 'FROB / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'malformed_request'],
  ['a header without a colon', 'GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n', 400, 'malformed_request'],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400, 'malformed_request'],
  [
    'two lengths',
    `POST /api/echo HTTP/1.1\r\nHost: x\r\n${json}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    400,
    'malformed_request',
  ],
  [
    'a broken chunk',
    `POST /api/echo HTTP/1.1\r\nHost: x\r\n${json}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    400,
    'malformed_request',
  ],
  ['too many headers', `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'a'.repeat(40_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ['too long an address', `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'headers_too_large'],
  ['too large a body', `POST /api/echo HTTP/1.1\r\nHost: x\r\n${json}Content-Length: 5000\r\n\r\n{`, 413, 'body_too_large'],
  [
    'an expectation that nobody has',
    `POST /api/echo HTTP/1.1\r\nHost: x\r\n${json}Expect: tea\r\nContent-Length: 2\r\n\r\n{}`,
    400,
    'malformed_request',
  ],
  ['an address that cannot be decoded', 'GET /api/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404, 'not_found'],
])('%s is answered in the form of the contract', async (_what, bytes, status, code) => {
  const answer = await send(bytes);
  expect([answer.status, answer.headers.includes('content-type: application/json')]).toEqual([status, true]);
  const { error } = FailureBody.parse(JSON.parse(answer.body));
  expect(error.code).toBe(code);
  expect(answer.headers).toContain(`x-request-id: ${error.requestId}`);
});

test('a request that dawdles is a time-out', () => {
  expect(failureOfParser('ERR_HTTP_REQUEST_TIMEOUT').code).toBe('request_timeout');
});

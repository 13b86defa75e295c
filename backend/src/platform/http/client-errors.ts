import { randomUUID } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type FailureBody, failures } from '@rendermart/contract';
import { Failure } from '../failure.ts';
import type { Log } from '../log.ts';
import { statusOf } from './status.ts';

/** Pure: what Node's parser complains of, in the contract's words. */
export function failureOfParser(code: string | undefined): Failure {
  if (code === 'HPE_HEADER_OVERFLOW') return new Failure('headers_too_large');
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return new Failure('body_too_large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Failure('request_timeout');
  return new Failure('malformed_request');
}

/**
 * Answers a request that broke in the parser: it never becomes a request, so no route and no handler sees it, and Node's own answer has
 * no body. What follows on this connection cannot be trusted, hence it ends.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket, log: Log): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const failure = failureOfParser(error.code);
  const requestId = randomUUID();
  log.info({ requestId, code: failure.code, cause: error.code }, 'refused by the parser');
  socket.end(answerText(failure, requestId), () => socket.destroy());
}

/** Answers `Expect: something` that is not `100-continue`, which Node leaves without a body. */
export function answerExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const failure = new Failure('malformed_request', { message: 'The Expect header asks for something that is not done here.' });
  const requestId = randomUUID();
  const body = bodyOf(failure, requestId, 'Expect');
  response.writeHead(statusOf[failures[failure.code].category], headersOf(requestId, body)).end(body);
}

const headersOf = (requestId: string, body: string) => ({
  'content-length': Buffer.byteLength(body),
  'content-type': 'application/json; charset=utf-8',
  'x-request-id': requestId,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  connection: 'close',
});

const bodyOf = ({ code, message }: Failure, requestId: string, field?: string): string =>
  JSON.stringify({ error: { code, message, ...(field === undefined ? {} : { field }), requestId } } satisfies FailureBody);

function answerText(failure: Failure, requestId: string): string {
  const body = bodyOf(failure, requestId);
  const status = statusOf[failures[failure.code].category];
  const lines = Object.entries(headersOf(requestId, body)).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n');
}

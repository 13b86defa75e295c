import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../platform/index.ts';
import { type EventStream, makeEventStream } from './stream.ts';

export interface OpenStream extends EventStream {
  accountId: string;
  /** What proves who reads, to ask again when sessions of the account change. */
  credentials: Headers;
}

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** Takes the answer out of the framework's hands. Headers that other parts have set, such as those for security, stay. */
export function openStream(actor: Actor, request: FastifyRequest, reply: FastifyReply): OpenStream {
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
  reply.raw.writeHead(200, { ...streamHeaders, 'x-request-id': request.id });
  reply.raw.flushHeaders();
  reply.raw.on('error', () => {});
  request.raw.socket.setNoDelay(true);
  return Object.assign(makeEventStream(reply.raw), { accountId: actor.accountId, credentials: credentialsOf(request) });
}

const credentialHeaders = ['cookie', 'authorization', 'x-api-key'] as const;

/** Only what proves who reads: thousands of streams must not keep all headers of their requests. */
function credentialsOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const name of credentialHeaders) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
}

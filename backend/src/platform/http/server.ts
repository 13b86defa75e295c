import { randomUUID } from 'node:crypto';
import { failures, type FailureBody } from '@rendermart/contract';
import Fastify, { LogController, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Failure } from '../failure.ts';
import { isAway } from '../away.ts';
import type { Log } from '../log.ts';
import { answerClientError, answerExpectation } from './client-errors.ts';
import { closeUnread } from './close.ts';
import { statusOf } from './status.ts';
import { headersTimeoutMs, keepAliveTimeoutMs, requestTimeoutMs } from './timeouts.ts';

export interface HttpConfig {
  log: Log;
  /** Proxies in front whose X-Forwarded-For is believed: addresses or ranges, or none. */
  trustedProxies: readonly string[];
  maxBodyBytes: number;
  /** Answers an address that no route has, when it returns a reply; the contract's `not_found` otherwise. */
  answerUnknown?: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined;
}

/** A Fastify server whose every failure has the contract's form. Routes are mounted by `mountRoutes`. */
export function makeHttpServer(config: HttpConfig): FastifyInstance {
  const server = Fastify({
    loggerInstance: config.log as never,
    // One line a request, written below; Fastify would write two.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.maxBodyBytes,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    genReqId: () => randomUUID(),
    // Slow headers and bodies are cut. Event streams are not: their requests have arrived, and nothing limits an answer.
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    // Node would refuse a request without a Host by itself, with no body; the hook below has the contract's words.
    http: { requireHostHeader: false },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, config.log),
    // An address that cannot even be decoded never reaches a route or the handlers below.
    frameworkErrors: (_error, request, reply) =>
      answerFailure(new Failure('not_found'), undefined, request as never, reply as never),
  }) as unknown as FastifyInstance;
  server.server.headersTimeout = headersTimeoutMs;
  server.server.on('checkExpectation', answerExpectation);
  server.setErrorHandler<FastifyError>((error, request, reply) => answerFailure(toFailure(error), error, request, reply));
  server.setNotFoundHandler(
    (request, reply) =>
      config.answerUnknown?.(request, reply) ?? answerFailure(new Failure('not_found'), undefined, request, reply),
  );
  server.addHook('onRequest', async ({ raw }) => {
    if (raw.headers.host === undefined && raw.httpVersion === '1.1')
      throw new Failure('malformed_request', { field: 'Host', message: 'This request names no host. Send a Host header.' });
  });
  server.addHook('onResponse', async (request, reply) => {
    const level = reply.statusCode >= 500 ? 'error' : 'info';
    request.log[level](
      {
        method: request.method,
        path: request.routeOptions.url ?? '(none)',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'answered',
    );
  });
  server.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    closeUnread(request, reply);
  });
  return server;
}

/** What a framework or library error is in the contract's words. */
function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = (error as FastifyError).code;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Failure('body_too_large');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Failure('unsupported_media_type');
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY' || error instanceof SyntaxError)
    return new Failure('malformed_json');
  if ((error as FastifyError).statusCode === 400) return new Failure('invalid_input', { message: (error as Error).message });
  if (isAway(error)) return new Failure('unavailable', { cause: error });
  return new Failure('internal', { cause: error });
}

export function answerFailure(failure: Failure, cause: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { category } = failures[failure.code];
  const status = statusOf[category];
  if (status >= 500) request.log.error({ error: cause ?? failure }, 'failed');
  const { field, issues, retryAfterMs } = failure.details;
  const body: FailureBody = {
    error: {
      code: failure.code,
      message: failure.message,
      ...(field === undefined ? {} : { field }),
      ...(issues === undefined ? {} : { issues }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      requestId: request.id,
    },
  };
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
  // Some failures come before any hook could have set the id.
  void reply.code(status).headers({ 'cache-control': 'no-store', 'x-request-id': request.id }).send(body);
}

import type { FastifyInstance } from 'fastify';
import { routes } from '@rendermart/contract';
import { keepRawBody } from '../payments/index.ts';
import { type HttpConfig, type Registry, makeHttpServer, mountRoutes, traceRequests, watchAnswers } from '../platform/index.ts';
import type { Config } from './config.ts';
import { serveDocs } from './docs.ts';
import type { Health } from './health.ts';
import { makePageTraces } from './page-traces.ts';
import { addSecurityHeaders, isPagePath, servePage } from './page.ts';
import type { Rooms } from './wire.ts';
import { version } from './version.ts';

const maxJsonBytes = 1_048_576;

/** The HTTP server with every room mounted under its lines of the contract. */
export async function makeApiServer(config: Config, rooms: Rooms, health: Health, metrics: Registry): Promise<FastifyInstance> {
  const server = makeHttpServer({
    log: rooms.log,
    trustedProxies: config.TRUSTED_PROXIES,
    maxBodyBytes: maxJsonBytes,
    answerUnknown: pageAnswer(config),
  });
  watchAnswers(metrics, server);
  traceRequests(server);
  addSecurityHeaders(server, imageSourcesOf(config));
  const mount = { authenticate: rooms.accounts.authenticate, trustedOrigins: trustedOriginsOf(config) };
  mountRoutes(server, health.handlers, mount);
  mountRoutes(server, makePageTraces(rooms.database).handlers, mount);
  mountRoutes(server, rooms.accounts.handlers, mount);
  keepRawBody(server, routes.stripeWebhook.path);
  rooms.library.acceptUploads(server);
  mountRoutes(server, rooms.ledger.handlers, mount);
  mountRoutes(server, rooms.library.handlers, mount);
  mountRoutes(server, rooms.generation.handlers, mount);
  mountRoutes(server, rooms.market.handlers, mount);
  mountRoutes(server, rooms.payments.handlers, mount);
  mountRoutes(server, rooms.downloads.handlers, mount);
  await serveDocs(server, version);
  if (config.PAGE_DIR !== undefined) await servePage(server, config.PAGE_DIR);
  return server;
}

/** An address that is no file and no route is a page of the application. */
function pageAnswer(config: Config): NonNullable<HttpConfig['answerUnknown']> {
  return (request, reply) =>
    config.PAGE_DIR !== undefined && isPagePath(request.method, request.url) ? reply.sendFile('index.html') : undefined;
}

function trustedOriginsOf(config: Config): string[] {
  return [...config.TRUSTED_ORIGINS, ...(config.PUBLIC_URL === undefined ? [] : [new URL(config.PUBLIC_URL).origin])];
}

/** Presigned reads lead the browser to the bucket, so its origin may show pictures. */
function imageSourcesOf(config: Config): string[] {
  if (config.S3_BUCKET === undefined || !config.S3_PRESIGNED_READS) return [];
  const address = config.S3_PUBLIC_ENDPOINT ?? config.S3_ENDPOINT;
  if (address === undefined) return [`https://${config.S3_BUCKET}.s3.${config.S3_REGION}.amazonaws.com`];
  const endpoint = new URL(address);
  return [config.S3_FORCE_PATH_STYLE ? endpoint.origin : `${endpoint.protocol}//${config.S3_BUCKET}.${endpoint.host}`];
}

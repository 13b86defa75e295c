import { type Route, type RouteName, routes } from '@rendermart/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Failure } from '../failure.ts';
import type { Actor, Authenticate } from './actor.ts';
import type { Handlers } from './handler.ts';
import { refuseForeignOrigin } from './origin.ts';

export interface MountConfig {
  authenticate: Authenticate;
  trustedOrigins: readonly string[];
}

/** For so long who asks counts as settled. Nearly every body has arrived by then, and costs nothing more. */
const settledForMs = 1_000;

type AnyHandler = (call: Record<string, unknown>) => Promise<unknown>;

/** Mounts handlers under their lines of the contract: origin, actor, role and scope, input, then the handler, then the checked output. */
export function mountRoutes<Name extends RouteName>(
  server: FastifyInstance,
  handlers: Handlers<Name>,
  config: MountConfig,
): void {
  for (const [name, handler] of Object.entries(handlers) as [RouteName, AnyHandler][])
    mountRoute(server, routes[name], handler, config);
}

function mountRoute(server: FastifyInstance, route: Route, handler: AnyHandler, config: MountConfig): void {
  server.route({
    method: route.method,
    url: route.path,
    // Who asks is settled before the body is read: a stranger cannot make us read megabytes.
    onRequest: async (request) => {
      refuseForeignOrigin(originOf(request), config.trustedOrigins);
      await settleActor(route, request, config);
    },
    // A body may be held back for minutes, also where none is asked for; whoever sends it may be disabled or demoted by then.
    preHandler: async (request) => {
      if (performance.now() - request.actorSettledMs > settledForMs) await settleActor(route, request, config);
    },
    handler: async (request, reply) => {
      const answer = await handler(callOf(route, request, reply));
      if (route.raw !== undefined && route.raw !== 'upload') return reply.sent || answer === undefined ? reply : answer;
      return reply
        .code(route.status ?? (route.output ? 200 : 204))
        .header('cache-control', 'no-store')
        .send(route.output ? route.output.parse(answer) : undefined);
    },
  });
}

async function settleActor(route: Route, request: FastifyRequest, { authenticate }: MountConfig): Promise<void> {
  request.actor = route.auth === 'none' ? null : await authenticate(headersOf(request));
  if (route.auth !== 'none') refuseActor(route, request.actor);
  request.actorSettledMs = performance.now();
}

/** Pure: whether this actor may use this route at all. */
export function refuseActor(route: Route, actor: Actor | null): void {
  if (actor === null) {
    if (route.auth === 'visitor') return;
    throw new Failure('sign_in_required');
  }
  if (actor.scopes !== 'all') {
    if (route.scope === undefined || !actor.scopes.includes(route.scope)) throw new Failure('scope_missing');
  }
  if (route.auth === 'administrator' && actor.role !== 'administrator') throw new Failure('not_allowed');
}

function callOf(route: Route, request: FastifyRequest, reply: FastifyReply): Record<string, unknown> {
  return {
    actor: request.actor,
    params: parse(route.params, request.params, 'not_found'),
    query: parse(route.query, request.query, 'invalid_input'),
    body: parse(route.input, request.body ?? (route.input ? {} : undefined), 'invalid_input'),
    idempotencyKey: route.idempotent ? idempotencyKeyOf(request) : undefined,
    ipAddress: request.ip,
    request,
    reply,
  };
}

function parse(type: z.ZodType | undefined, value: unknown, code: 'not_found' | 'invalid_input'): unknown {
  if (!type) return undefined;
  const result = type.safeParse(value);
  const issues = result.success ? findUnstorable(result.data) : result.error.issues.flatMap(toIssues).slice(0, 20);
  if (result.success && issues.length === 0) return result.data;
  // An id that is not even an id is simply not found, like any other unknown id.
  if (code === 'not_found') throw new Failure('not_found');
  throw new Failure('invalid_input', { issues, ...(issues[0] ? { field: issues[0].field } : {}) });
}

function toIssues(issue: z.core.$ZodIssue): { field: string; message: string }[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: path ? `${path}.${key}` : key, message: 'This field does not exist here' }));
  }
  return [{ field: path || '(body)', message: issue.message }];
}

/** JSON can say a zero and half of a surrogate pair, PostgreSQL can keep neither. */
function findUnstorable(value: unknown, path: readonly string[] = []): { field: string; message: string }[] {
  if (typeof value === 'string') {
    if (!value.includes('\0') && value.isWellFormed()) return [];
    return [
      { field: path.join('.') || '(body)', message: 'This text holds a character that cannot be kept: a zero or half of a pair' },
    ];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => findUnstorable(part, [...path, name]));
}

function idempotencyKeyOf(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key.length < 1 || key.length > 100)
    throw new Failure('idempotency_key_missing', { field: 'Idempotency-Key' });
  return key;
}

function originOf(request: FastifyRequest) {
  const { origin, 'sec-fetch-site': fetchSite } = request.headers;
  // Behind a proxy that is trusted, request.host is the host that the browser asked for.
  return { method: request.method, host: request.host, origin, fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined };
}

function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  return headers;
}

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
    /** When that was settled, on the clock of `performance`. */
    actorSettledMs: number;
  }
}

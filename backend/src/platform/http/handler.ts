import type { Route, RouteName, Routes } from '@rendermart/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Actor } from './actor.ts';

type ActorOf<R extends Route> = R['auth'] extends 'member' | 'administrator'
  ? Actor
  : R['auth'] extends 'visitor'
    ? Actor | null
    : null;
type Parsed<Type> = Type extends z.ZodType ? z.output<Type> : undefined;

/** What a handler is given: parsed, checked and typed by its line of the contract. */
export interface Call<R extends Route> {
  actor: ActorOf<R>;
  params: Parsed<R['params']>;
  query: Parsed<R['query']>;
  body: Parsed<R['input']>;
  /** Present, 1 to 100 characters, when the route is idempotent. */
  idempotencyKey: R['idempotent'] extends true ? string : undefined;
  ipAddress: string;
  request: FastifyRequest;
  reply: FastifyReply;
}

type Answer<R extends Route> = R['raw'] extends string
  ? R['raw'] extends 'upload'
    ? z.input<NonNullable<R['output']>>
    : unknown
  : R['output'] extends z.ZodType
    ? z.input<R['output']>
    : void;

export type Handler<R extends Route> = (call: Call<R>) => Promise<Answer<R>>;

/** The handlers of some routes, by name. A room exports one object of these. */
export type Handlers<Name extends RouteName> = { [N in Name]: Handler<Routes[N]> };
export type RoomRouteNames<Room extends Route['room']> = {
  [N in RouteName]: Routes[N]['room'] extends Room ? N : never;
}[RouteName];

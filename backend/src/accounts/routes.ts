import type { Account } from '@rendermart/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure, type Handlers, type RoomRouteNames } from '../platform/index.ts';
import { makeApiKey, revokeApiKey } from './api-keys.ts';
import { readAudit } from './audit.ts';
import { closeAccount } from './closing.ts';
import type { AccountsContext, Visitor } from './context.ts';
import { noSessionCookie, sessionCookie } from './cookie.ts';
import { listInvitations } from './invitation-store.ts';
import { invite, withdrawInvitation } from './invitations.ts';
import { changePassword, redeemReset, requestReset } from './passwords.ts';
import { listPeople, updateOneself, updatePerson } from './people.ts';
import * as present from './present.ts';
import { readSetup, setUp, signUp } from './registration.ts';
import { listApiKeys, listSessions } from './session-store.ts';
import { type SignedIn, revokeOtherSessions, revokeSession, signIn, signOut } from './sessions.ts';
import * as store from './store.ts';

type AccountsHandlers = Handlers<RoomRouteNames<'accounts'>>;
interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  ipAddress: string;
}

/** Every route of this room, from its line of the contract to its use-case. */
export function makeHandlers(context: AccountsContext): AccountsHandlers {
  return { ...visitorHandlers(context), ...ownHandlers(context), ...apiKeyHandlers(context), ...adminHandlers(context) };
}

function visitorHandlers(context: AccountsContext) {
  const { startSession, endSession } = sessionCookies(context);
  return {
    setupRead: () => readSetup(context),
    setupCreate: async (call) => startSession(call, await setUp(context, call.body, visitorOf(call))),
    accountCreate: async (call) => startSession(call, await signUp(context, call.body, visitorOf(call))),
    sessionCreate: async (call) => startSession(call, await signIn(context, call.body, visitorOf(call))),
    async sessionDelete(call) {
      if (call.actor) await signOut(context, call.actor);
      endSession(call);
    },
    async passwordResetRequest(call) {
      await requestReset(context, call.body.email, visitorOf(call));
      return { status: 'accepted' };
    },
    passwordResetRedeem: (call) => redeemReset(context, call.body, visitorOf(call)),
  } satisfies Partial<AccountsHandlers>;
}

function ownHandlers(context: AccountsContext) {
  const { database, clock } = context;
  return {
    async sessionList({ actor }) {
      const rows = await listSessions(database.read, actor.accountId, clock.now());
      return { items: rows.map((row) => present.presentSession(row, actor.sessionId)) };
    },
    sessionRevoke: ({ actor, params }) => revokeSession(context, actor, params.id),
    sessionRevokeOthers: ({ actor }) => revokeOtherSessions(context, actor),
    accountRead: async ({ actor }) => present.presentAccount(await found(store.findPerson(database.read, actor.accountId))),
    accountUpdate: async ({ actor, body }) => present.presentAccount(await updateOneself(context, actor.accountId, body)),
    async accountClose(call) {
      await closeAccount(context, call.actor, call.body, visitorOf(call));
      sessionCookies(context).endSession(call);
    },
    passwordChange: (call) => changePassword(context, call.actor, call.body, visitorOf(call)),
  } satisfies Partial<AccountsHandlers>;
}

function apiKeyHandlers(context: AccountsContext) {
  return {
    async apiKeyList({ actor }) {
      return { items: (await listApiKeys(context.database.read, actor.accountId)).map(present.presentApiKey) };
    },
    async apiKeyCreate({ actor, body }) {
      const made = await makeApiKey(context, actor, body);
      return { ...present.presentApiKey(made), key: made.key };
    },
    apiKeyDelete: ({ actor, params }) => revokeApiKey(context, actor, params.id),
  } satisfies Partial<AccountsHandlers>;
}

function adminHandlers(context: AccountsContext) {
  return {
    async adminPeopleList({ query }) {
      const { items, nextCursor } = await listPeople(context, query);
      return { items: items.map(present.presentPerson), nextCursor };
    },
    adminPersonUpdate: async ({ actor, params, body }) =>
      present.presentPerson(await updatePerson(context, actor, params.id, body)),
    async adminInvitationList() {
      return { items: (await listInvitations(context.database.read)).map(present.presentInvitation) };
    },
    async adminInvitationCreate({ actor, body }) {
      const { link, ...invitation } = await invite(context, actor, body);
      return { ...present.presentInvitation(invitation), link };
    },
    adminInvitationDelete: ({ actor, params }) => withdrawInvitation(context, actor, params.id),
    adminSettingsRead: () => store.readSettings(context.database.read),
    adminSettingsUpdate: ({ actor, body }) => context.settings.update(actor, body),
    adminAuditList: ({ query }) => readAudit(context, query),
  } satisfies Partial<AccountsHandlers>;
}

function sessionCookies({ publicUrl, secret }: AccountsContext) {
  const isSecure = ({ request }: Exchange) => publicUrl.startsWith('https:') || request.protocol === 'https';
  return {
    startSession(exchange: Exchange, { person, token }: SignedIn): Account {
      exchange.reply.header('set-cookie', sessionCookie(token, secret, isSecure(exchange)));
      return present.presentAccount(person);
    },
    endSession: (exchange: Exchange) => void exchange.reply.header('set-cookie', noSessionCookie(isSecure(exchange))),
  };
}

function visitorOf({ request, ipAddress }: Exchange): Visitor {
  return { ipAddress, userAgent: request.headers['user-agent']?.slice(0, 300) ?? null };
}

/** An account that went while its request was under way is nobody's any more. */
async function found(person: Promise<store.PersonRow | undefined>): Promise<store.PersonRow> {
  const row = await person;
  if (!row) throw new Failure('sign_in_required');
  return row;
}

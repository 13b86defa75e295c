import { z } from 'zod';
import * as a from '../accounts.ts';
import { Cursor, Id, IdParams, page, queryInt } from '../primitives.ts';
import type { Route } from '../route.ts';

const sessionParams = z.strictObject({ id: z.string().min(1).max(100) });

export const accountRoutes = {
  setupRead: {
    method: 'GET', path: '/api/setup', summary: 'What a visitor needs to know: is there an administrator, may one sign up', room: 'accounts',
    auth: 'none', output: a.Setup, failures: [],
  },
  setupCreate: {
    method: 'POST', path: '/api/setup', summary: 'Make the first administrator and sign in', room: 'accounts', auth: 'none', status: 201,
    input: a.SetupInput, output: a.Account, failures: ['setup_done', 'rate_limited'],
  },
  accountCreate: {
    method: 'POST', path: '/api/accounts', summary: 'Sign up and sign in', room: 'accounts', auth: 'none', status: 201,
    input: a.SignUpInput, output: a.Account,
    failures: ['email_taken', 'registration_closed', 'invitation_needed', 'invitation_invalid', 'rate_limited'],
  },
  sessionCreate: {
    method: 'POST', path: '/api/sessions', summary: 'Sign in', room: 'accounts', auth: 'none', status: 201,
    input: a.SignInInput, output: a.Account, failures: ['wrong_credentials', 'account_disabled', 'rate_limited'],
  },
  sessionDelete: {
    method: 'DELETE', path: '/api/sessions/current', summary: 'Sign out', room: 'accounts', auth: 'visitor', output: null, failures: [],
  },
  sessionList: {
    method: 'GET', path: '/api/sessions', summary: 'Where one is signed in', room: 'accounts', auth: 'member',
    output: z.object({ items: z.array(a.Session) }), failures: [],
  },
  sessionRevoke: {
    method: 'DELETE', path: '/api/sessions/:id', summary: 'Sign out one session at once', room: 'accounts', auth: 'member',
    params: sessionParams, output: null, failures: ['not_found'],
  },
  sessionRevokeOthers: {
    method: 'POST', path: '/api/sessions/revoke-others', summary: 'Sign out everywhere else', room: 'accounts', auth: 'member', output: null, failures: [],
  },
  accountRead: {
    method: 'GET', path: '/api/account', summary: 'The account one is signed in with', room: 'accounts', auth: 'member', scope: 'account:read',
    output: a.Account, failures: [],
  },
  accountUpdate: {
    method: 'PATCH', path: '/api/account', summary: 'Change name or language', room: 'accounts', auth: 'member', input: a.AccountPatch, output: a.Account, failures: [],
  },
  passwordChange: {
    method: 'POST', path: '/api/account/password', summary: 'Change the password and sign out everywhere else', room: 'accounts', auth: 'member',
    input: a.PasswordChange, output: null, failures: ['wrong_password', 'rate_limited'],
  },
  passwordResetRequest: {
    method: 'POST', path: '/api/password-resets', summary: 'Ask for a reset link by mail; the answer is the same whether the address is known or not',
    room: 'accounts', auth: 'none', status: 202, input: a.PasswordResetRequest, output: z.object({ status: z.literal('accepted') }), failures: ['rate_limited'],
  },
  passwordResetRedeem: {
    method: 'POST', path: '/api/password-resets/redeem', summary: 'Set a new password with a reset link', room: 'accounts', auth: 'none',
    input: a.PasswordResetRedeem, output: null, failures: ['reset_link_invalid', 'rate_limited'],
  },
  apiKeyList: {
    method: 'GET', path: '/api/api-keys', summary: 'API keys of the account', room: 'accounts', auth: 'member', output: z.object({ items: z.array(a.ApiKey) }), failures: [],
  },
  apiKeyCreate: {
    method: 'POST', path: '/api/api-keys', summary: 'Make an API key; it is shown once', room: 'accounts', auth: 'member', status: 201,
    input: a.ApiKeyInput, output: a.NewApiKey, failures: ['not_allowed'],
  },
  apiKeyDelete: {
    method: 'DELETE', path: '/api/api-keys/:id', summary: 'Revoke an API key at once', room: 'accounts', auth: 'member', params: sessionParams, output: null, failures: ['not_found'],
  },
  adminPeopleList: {
    method: 'GET', path: '/api/admin/people', summary: 'People of this installation', room: 'accounts', auth: 'administrator', scope: 'admin',
    query: z.strictObject({ cursor: Cursor, limit: queryInt(1, 100, 50), q: z.string().trim().max(100).optional() }), output: page(a.Person), failures: [],
  },
  adminPersonUpdate: {
    method: 'PATCH', path: '/api/admin/people/:id', summary: 'Change role, share of the queue, or disable', room: 'accounts', auth: 'administrator', scope: 'admin',
    params: z.strictObject({ id: Id }), input: a.PersonPatch, output: a.Person, failures: ['not_found', 'last_administrator'],
  },
  adminInvitationList: {
    method: 'GET', path: '/api/admin/invitations', summary: 'Invitations', room: 'accounts', auth: 'administrator', scope: 'admin',
    output: z.object({ items: z.array(a.Invitation) }), failures: [],
  },
  adminInvitationCreate: {
    method: 'POST', path: '/api/admin/invitations', summary: 'Invite somebody; mailed when an address is given', room: 'accounts', auth: 'administrator', scope: 'admin',
    status: 201, input: a.InvitationInput, output: a.NewInvitation, failures: [],
  },
  adminInvitationDelete: {
    method: 'DELETE', path: '/api/admin/invitations/:id', summary: 'Withdraw an invitation', room: 'accounts', auth: 'administrator', scope: 'admin',
    params: IdParams, output: null, failures: ['not_found'],
  },
  adminSettingsRead: {
    method: 'GET', path: '/api/admin/settings', summary: 'Settings of the installation', room: 'accounts', auth: 'administrator', scope: 'admin', output: a.Settings, failures: [],
  },
  adminSettingsUpdate: {
    method: 'PATCH', path: '/api/admin/settings', summary: 'Change settings of the installation', room: 'accounts', auth: 'administrator', scope: 'admin',
    input: a.SettingsPatch, output: a.Settings, failures: [],
  },
} as const satisfies Record<string, Route>;

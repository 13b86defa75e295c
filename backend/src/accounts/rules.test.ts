import { expect, test } from 'vitest';
import { noSessionCookie, readSessionToken, sessionCookie } from './cookie.ts';
import { invitationToken, readInvitationToken } from './invitation-token.ts';
import { invitationMail, resetMail } from './mails.ts';
import { isTouchDue, refuseInvitation, refusePersonPatch, refuseScopes, refuseSignUp, scopesOf } from './rules.ts';

test.each([
  ['open', false, null],
  ['open', true, null],
  ['invitation', false, 'invitation_needed'],
  ['invitation', true, null],
  ['closed', false, 'registration_closed'],
  ['closed', true, 'registration_closed'],
] as const)('registration %s, with an invitation: %s → %s', (policy, invited, refusal) => {
  expect(refuseSignUp(policy, invited)).toBe(refusal);
});

const now = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-02T00:00:00Z');
test.each([
  ['for anybody', { email: null, expiresAt: later, usedAt: null }, null],
  ['for this address', { email: 'a@x.org', expiresAt: later, usedAt: null }, null],
  ['for another address', { email: 'b@x.org', expiresAt: later, usedAt: null }, 'invitation_invalid'],
  ['used', { email: null, expiresAt: later, usedAt: now }, 'invitation_invalid'],
  ['at its very end', { email: null, expiresAt: now, usedAt: null }, 'invitation_invalid'],
  ['gone', undefined, 'invitation_invalid'],
])('an invitation %s', (_what, invitation, refusal) => {
  expect(refuseInvitation(invitation, 'a@x.org', now)).toBe(refusal);
});

const [administrator, member] = [
  { role: 'administrator', disabled: false },
  { role: 'member', disabled: false },
] as const;
test.each([
  [administrator, { role: 'member' }, 0, 'last_administrator'],
  [administrator, { disabled: true }, 0, 'last_administrator'],
  [administrator, { role: 'member' }, 1, null],
  [administrator, { weight: 2 }, 0, null],
  [administrator, { role: 'administrator', disabled: false }, 0, null],
  [{ ...administrator, disabled: true }, { role: 'member' }, 0, null],
  [member, { disabled: true }, 0, null],
] as const)('%o, patched with %o beside %i others → %s', (person, patch, others, refusal) => {
  expect(refusePersonPatch(person, patch, others)).toBe(refusal);
});

test('only an administrator gives a key the scope admin', () => {
  expect([
    refuseScopes('member', ['admin']),
    refuseScopes('administrator', ['admin']),
    refuseScopes('member', ['images:read']),
  ]).toEqual(['not_allowed', null, null]);
});

test('scopes that this program does not know count as nothing', () => {
  expect(scopesOf('{"rendermart":["images:read","time:travel"],"other":["admin"]}')).toEqual(['images:read']);
  expect([scopesOf(null), scopesOf('{}')]).toEqual([[], []]);
});

test('being seen is written down once a minute', () => {
  const at = (seconds: number) => new Date(now.getTime() - seconds * 1000);
  expect([isTouchDue(null, now), isTouchDue(at(59), now), isTouchDue(at(61), now)]).toEqual([true, false, true]);
});

test('a cookie is read back with its own secret only, from among others', () => {
  const line = sessionCookie('token', 'secret', true);
  expect(line).toMatch(/^rendermart\.session_token=token\..+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  const cookies = `theme=dark; ${line.split(';')[0]}; rendermart.session_token=token.forged`;
  expect([readSessionToken(cookies, 'secret'), readSessionToken(cookies, 'another'), readSessionToken(null, 'secret')]).toEqual([
    'token',
    null,
    null,
  ]);
  expect(readSessionToken(noSessionCookie(false), 'secret')).toBeNull();
});

test('an invitation is read back with its own secret only', () => {
  const id = '0198c0de-0000-7000-8000-000000000001';
  const token = invitationToken(id, 'secret');
  expect(readInvitationToken(token, 'secret')).toBe(id);
  expect(readInvitationToken(token, 'another')).toBeNull();
  expect(readInvitationToken(token.replace('1.', '2.'), 'secret')).toBeNull();
  for (const nonsense of ['', '.', id, `${id}.`, `'; drop table--.x`]) expect(readInvitationToken(nonsense, 'secret')).toBeNull();
});

test('mails say the same in both languages, and a name cannot smuggle HTML in', () => {
  const about = { siteName: 'Atelier', name: '<b>Eve</b>', link: 'https://x.org/reset-password?token=a&b' };
  const [en, fr] = [resetMail('en', about), resetMail('fr', about)];
  expect([en.subject, fr.subject]).toEqual(['Reset your Atelier password', 'Réinitialisez votre mot de passe Atelier']);
  for (const mail of [en, fr]) {
    expect(mail.text).toContain(about.link);
    expect(mail.html).toContain('href="https://x.org/reset-password?token=a&amp;b"');
    expect(mail.html).not.toContain('<b>Eve');
  }
  const invitation = { siteName: 'Atelier', from: 'Ada', link: 'https://x.org', expiresAt: later };
  expect(invitationMail('en', invitation).text).toContain('January 2, 2026');
  expect(invitationMail('fr', invitation).text).toContain('2 janvier 2026');
});

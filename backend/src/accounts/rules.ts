import {
  type ApiKeyScope,
  type FailureCode,
  type PersonPatch,
  type RegistrationPolicy,
  type Role,
  apiKeyScopes,
} from '@rendermart/contract';

/** A session that is not used for this long has ended. */
export const sessionIdleMs = 30 * 24 * 3600 * 1000;
export const resetLinkMs = 3600 * 1000;
/** What every API key begins with, so that a scanner of leaked secrets can tell what it found. */
export const apiKeyPrefix = 'rm_';
/** better-auth groups permissions by resource; the contract's scopes already name theirs, so one group holds them all. */
export const scopeGroup = 'rendermart';

/** Null: go on. */
type Refusal = Extract<
  FailureCode,
  'registration_closed' | 'invitation_needed' | 'invitation_invalid' | 'last_administrator' | 'not_allowed'
> | null;

/** Whether somebody may sign up at all; that the invitation itself is good is another question. */
export function refuseSignUp(policy: RegistrationPolicy, hasInvitation: boolean): Refusal {
  if (policy === 'closed') return 'registration_closed';
  return policy === 'invitation' && !hasInvitation ? 'invitation_needed' : null;
}

export interface InvitationState {
  email: string | null;
  expiresAt: Date;
  usedAt: Date | null;
}

/** One answer for every reason, so that a stranger with a link learns nothing. */
export function refuseInvitation(invitation: InvitationState | undefined, email: string, now: Date): Refusal {
  if (!invitation || invitation.usedAt !== null || invitation.expiresAt <= now) return 'invitation_invalid';
  return invitation.email !== null && invitation.email !== email ? 'invitation_invalid' : null;
}

/** Whether a change takes the rights of an administrator away: by another role, or because they are disabled. */
export function stopsAdministering(person: { role: Role; disabled: boolean }, patch: PersonPatch): boolean {
  const administers = person.role === 'administrator' && !person.disabled;
  const stays = (patch.role ?? person.role) === 'administrator' && !(patch.disabled ?? person.disabled);
  return administers && !stays;
}

/** An installation always keeps somebody who can administer it. */
export function refusePersonPatch(
  person: { role: Role; disabled: boolean },
  patch: PersonPatch,
  otherAdministrators: number,
): Refusal {
  return stopsAdministering(person, patch) && otherAdministrators === 0 ? 'last_administrator' : null;
}

/** Whoever is the last administrator cannot leave. */
export function refuseClosing(role: Role, otherAdministrators: number): Refusal {
  return role === 'administrator' && otherAdministrators === 0 ? 'last_administrator' : null;
}

/** A key can do no more than the person who makes it. */
export function refuseScopes(role: Role, scopes: readonly ApiKeyScope[]): Refusal {
  return scopes.includes('admin') && role !== 'administrator' ? 'not_allowed' : null;
}

/** The scopes of a stored key; what a later program may have written and this one does not know counts as nothing. */
export function scopesOf(permissions: string | null): ApiKeyScope[] {
  const granted = permissions === null ? [] : ((JSON.parse(permissions) as Record<string, string[]>)[scopeGroup] ?? []);
  return apiKeyScopes.filter((scope) => granted.includes(scope));
}

const touchAfterMs = 60_000;

/** "Last seen" is right to the minute: writing a row on every request would cost more than it tells. */
export function isTouchDue(lastSeenAt: Date | null, now: Date): boolean {
  return lastSeenAt === null || now.getTime() - lastSeenAt.getTime() > touchAfterMs;
}

import type { Account, ApiKey, Invitation, Person, Session } from '@rendermart/contract';
import type { InvitationRow } from './invitation-store.ts';
import { scopesOf } from './rules.ts';
import type { ApiKeyRow, SessionRow } from './session-store.ts';
import type { PersonRow } from './store.ts';

const instant = (date: Date): string => date.toISOString();
const instantOrNull = (date: Date | null): string | null => date && instant(date);

export const presentAccount = ({ id, name, email, role, locale, createdAt }: PersonRow): Account => ({
  id,
  name,
  email,
  role,
  locale,
  createdAt: instant(createdAt),
});

export const presentPerson = (row: PersonRow & { images: number }): Person => ({
  ...presentAccount(row),
  disabled: row.disabledAt !== null,
  weight: row.weight,
  images: row.images,
  lastSeenAt: instantOrNull(row.lastSeenAt),
});

export const presentSession = (row: SessionRow, currentId: string | null): Session => ({
  id: row.id,
  current: row.id === currentId,
  userAgent: row.userAgent,
  ipAddress: row.ipAddress,
  createdAt: instant(row.createdAt),
  lastSeenAt: instant(row.lastSeenAt),
  expiresAt: instant(row.expiresAt),
});

export const presentApiKey = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  name: row.name ?? '',
  start: row.start ?? '',
  scopes: scopesOf(row.permissions),
  createdAt: instant(row.createdAt),
  expiresAt: instantOrNull(row.expiresAt),
  lastUsedAt: instantOrNull(row.lastUsedAt),
});

export const presentInvitation = ({ id, email, role, createdAt, expiresAt, usedAt }: InvitationRow): Invitation => ({
  id,
  email,
  role,
  createdAt: instant(createdAt),
  expiresAt: instant(expiresAt),
  usedAt: instantOrNull(usedAt),
});

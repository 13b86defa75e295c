import type { Role } from '@rendermart/contract';
import type { Reader, Tx } from '../platform/index.ts';
import type { AccountsTables } from './tables.ts';

export interface InvitationRow {
  id: string;
  email: string | null;
  role: Role;
  invitedBy: string;
  createdAt: Date;
  expiresAt: Date;
  usedAt: Date | null;
}

const columns = [
  'id',
  'email',
  'role',
  'invited_by as invitedBy',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'used_at as usedAt',
] as const;

const invitations = (reader: Reader) => reader.withTables<AccountsTables>().selectFrom('accounts.invitations').select(columns);

export const findInvitation = (reader: Reader, id: string): Promise<InvitationRow | undefined> =>
  invitations(reader).where('id', '=', id).executeTakeFirst();

/** Whoever comes second waits here, and then finds it used. */
export const lockInvitation = (tx: Tx, id: string): Promise<InvitationRow | undefined> =>
  invitations(tx).where('id', '=', id).forUpdate().executeTakeFirst();

export const listInvitations = (reader: Reader): Promise<InvitationRow[]> =>
  invitations(reader).orderBy('id', 'desc').limit(500).execute();

export async function insertInvitation(tx: Tx, row: InvitationRow): Promise<void> {
  await tx
    .withTables<AccountsTables>()
    .insertInto('accounts.invitations')
    .values({
      id: row.id,
      email: row.email,
      role: row.role,
      invited_by: row.invitedBy,
      created_at: row.createdAt,
      expires_at: row.expiresAt,
      used_at: row.usedAt,
    })
    .execute();
}

export async function markUsed(tx: Tx, id: string, accountId: string, now: Date): Promise<void> {
  await tx
    .withTables<AccountsTables>()
    .updateTable('accounts.invitations')
    .set({ used_at: now, used_by: accountId })
    .where('id', '=', id)
    .execute();
}

export async function deleteInvitation(tx: Tx, id: string): Promise<void> {
  await tx.withTables<AccountsTables>().deleteFrom('accounts.invitations').where('id', '=', id).execute();
}

/** Ends the invitations that somebody made and that nobody has used. */
export async function deleteUnusedInvitationsBy(tx: Tx, accountId: string): Promise<Pick<InvitationRow, 'id' | 'email'>[]> {
  return tx
    .withTables<AccountsTables>()
    .deleteFrom('accounts.invitations')
    .where('invited_by', '=', accountId)
    .where('used_at', 'is', null)
    .returning(['id', 'email'])
    .execute();
}

/** Forgets the invitation that somebody came with, which names their address, and ends those of theirs that nobody used. */
export async function deleteInvitationsOf(tx: Tx, accountId: string): Promise<void> {
  await tx
    .withTables<AccountsTables>()
    .deleteFrom('accounts.invitations')
    .where((is) => is.or([is('used_by', '=', accountId), is.and([is('invited_by', '=', accountId), is('used_at', 'is', null)])]))
    .execute();
}

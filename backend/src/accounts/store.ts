import type { Locale, Role, Settings } from '@rendermart/contract';
import { type RawBuilder, sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';
import type { AccountsTables } from './tables.ts';

export interface PersonRow {
  id: string;
  name: string;
  email: string;
  role: Role;
  locale: Locale | null;
  weight: number;
  disabledAt: Date | null;
  lastSeenAt: Date | null;
  createdAt: Date;
}

const personColumns = [
  'id',
  'name',
  'email',
  'role',
  'locale',
  'weight',
  'disabled_at as disabledAt',
  'last_seen_at as lastSeenAt',
  'created_at as createdAt',
] as const;

const people = (reader: Reader) => reader.withTables<AccountsTables>().selectFrom('accounts.people').select(personColumns);

export const findPerson = (reader: Reader, id: string): Promise<PersonRow | undefined> =>
  people(reader).where('id', '=', id).executeTakeFirst();

export const findPersonByEmail = (reader: Reader, email: string): Promise<PersonRow | undefined> =>
  people(reader).where('email', '=', email).executeTakeFirst();

/** Nobody disables or changes this person until the transaction ends. Who closed their account is not there. */
export async function lockPerson(tx: Tx, id: string): Promise<PersonRow | undefined> {
  // The lock of `accounts.hold_active`, before the row's own and before it is read.
  await sql`select pg_advisory_xact_lock(hashtextextended('accounts:' || ${id}::uuid, 0))`.execute(tx);
  return people(tx).where('id', '=', id).where('closed_at', 'is', null).forUpdate().executeTakeFirst();
}

/** Finds a person who may act; then nobody disables them and they do not close their account until the transaction ends. */
export const activePerson = (id: string): RawBuilder<{ id: string }> => sql`select id from accounts.hold_active(${id}) as id`;

/** The role of a person who may act, who is not demoted either until the transaction ends; undefined for anybody else. */
export async function holdActive(tx: Tx, id: string): Promise<Role | undefined> {
  // The weakest lock that `lockPerson` conflicts with: what one person asks for at the same moment does not wait for each other.
  const { rows } = await sql<{ role: Role }>`
    select role from accounts.people where id = ${id} and disabled_at is null and closed_at is null for key share`.execute(tx);
  return rows[0]?.role;
}

/** Whether an account is not closed, disabled or not; if so, nobody closes it until the transaction ends. */
export async function holdOpen(tx: Tx, id: string): Promise<boolean> {
  const { rows } = await sql`select from accounts.people where id = ${id} and closed_at is null for key share`.execute(tx);
  return rows.length > 0;
}

export interface PeopleQuery {
  search: string | undefined;
  /** The id of the last person of the page before. */
  after: string | null;
  limit: number;
}

/** The newest first; ids grow with time, so the primary key is the order. */
export function listPeople(reader: Reader, { search, after, limit }: PeopleQuery): Promise<PersonRow[]> {
  let query = people(reader).where('closed_at', 'is', null).orderBy('id', 'desc').limit(limit);
  if (after !== null) query = query.where('id', '<', after);
  if (search) {
    const pattern = `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
    query = query.where((is) => is.or([is('name', 'ilike', pattern), is('email', 'ilike', pattern)]));
  }
  return query.execute();
}

export async function updatePerson(
  tx: Tx,
  id: string,
  change: {
    name?: string | undefined;
    locale?: Locale | undefined;
    role?: Role | undefined;
    weight?: number | undefined;
    disabledAt?: Date | null | undefined;
  },
): Promise<PersonRow | undefined> {
  const { disabledAt, ...columns } = change;
  return tx
    .withTables<AccountsTables>()
    .updateTable('accounts.people')
    .set({ ...columns, ...(disabledAt === undefined ? {} : { disabled_at: disabledAt }), updated_at: sql`now()` })
    .where('id', '=', id)
    .returning(personColumns)
    .executeTakeFirst();
}

/** Leaves a row that others' purchases can name, and nobody who could be known by it; the address is free for a new account. */
export async function anonymisePerson(tx: Tx, id: string, name: string, now: Date): Promise<void> {
  await tx.withTables<AccountsTables>().deleteFrom('accounts.credentials').where('account_id', '=', id).execute();
  await sql`
    update accounts.people set name = ${name}, email = ${`${id}@closed.invalid`}, email_verified = false, image = null, role = 'member', locale = null, weight = 1,
      last_seen_at = null, disabled_at = coalesce(disabled_at, ${now}), closed_at = ${now}, updated_at = ${now}
    where id = ${id}`.execute(tx);
}

export async function hasAdministrator(reader: Reader): Promise<boolean> {
  const { rows } = await sql<{
    found: boolean;
  }>`select exists (select from accounts.people where role = 'administrator') as found`.execute(reader);
  return rows[0]!.found;
}

/** Administrators who could act, but for this one. */
export async function countOtherAdministrators(tx: Tx, id: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from accounts.people where role = 'administrator' and disabled_at is null and id <> ${id}`.execute(
    tx,
  );
  return rows[0]!.count;
}

export interface CredentialRow {
  accountId: string;
  passwordHash: string | null;
}

const credentials = (reader: Reader) =>
  reader
    .withTables<AccountsTables>()
    .selectFrom('accounts.people as p')
    .innerJoin('accounts.credentials as c', 'c.account_id', 'p.id')
    .where('c.provider_id', '=', 'credential')
    .select(['p.id as accountId', 'c.password_hash as passwordHash']);

export const findCredential = (reader: Reader, email: string): Promise<CredentialRow | undefined> =>
  credentials(reader).where('p.email', '=', email).executeTakeFirst();

export const findCredentialOf = (reader: Reader, accountId: string): Promise<CredentialRow | undefined> =>
  credentials(reader).where('p.id', '=', accountId).executeTakeFirst();

/** Reset links that were sent before are worth nothing after the password has changed. */
export async function deleteResetTokens(tx: Tx, accountId: string): Promise<void> {
  await tx.withTables<AccountsTables>().deleteFrom('accounts.verifications').where('value', '=', accountId).execute();
}

/** One fact about each of some accounts, by id; unknown ids are absent. */
export async function columnOf<Column extends 'name' | 'weight'>(
  reader: Reader,
  column: Column,
  accountIds: readonly string[],
): Promise<Map<string, PersonRow[Column]>> {
  if (accountIds.length === 0) return new Map();
  const { rows } = await sql<{ id: string; fact: PersonRow[Column] }>`
    select id, ${sql.ref(column)} as fact from accounts.people where id = any(${[...accountIds]}::uuid[])`.execute(reader);
  return new Map(rows.map(({ id, fact }) => [id, fact]));
}

const settingsColumns = [
  'site_name as siteName',
  'registration',
  'explore_audience as exploreAudience',
  'max_queued_per_account as maxQueuedPerAccount',
  'trash_days as trashDays',
  'live_drawing as liveDrawing',
  'starting_credits',
  'market_fee_percent',
] as const;

type SettingsRow = Omit<Settings, 'startingCredits' | 'marketFeePercent'> & {
  starting_credits: number | bigint;
  market_fee_percent: string;
};

const toSettings = ({ starting_credits, market_fee_percent, ...rest }: SettingsRow): Settings => ({
  ...rest,
  startingCredits: String(starting_credits),
  marketFeePercent: Number(market_fee_percent),
});

export const readSettings = async (reader: Reader): Promise<Settings> =>
  toSettings(
    await reader.withTables<AccountsTables>().selectFrom('accounts.settings').select(settingsColumns).executeTakeFirstOrThrow(),
  );

/** What must be decided one at a time waits here: the first administrator and the last, and the policy of registration. */
export const lockSettings = async (tx: Tx): Promise<Settings> =>
  toSettings(
    await tx
      .withTables<AccountsTables>()
      .selectFrom('accounts.settings')
      .select(settingsColumns)
      .forUpdate()
      .executeTakeFirstOrThrow(),
  );

export async function writeSettings(tx: Tx, settings: Settings): Promise<void> {
  await tx
    .withTables<AccountsTables>()
    .updateTable('accounts.settings')
    .set({
      site_name: settings.siteName,
      registration: settings.registration,
      explore_audience: settings.exploreAudience,
      max_queued_per_account: settings.maxQueuedPerAccount,
      trash_days: settings.trashDays,
      live_drawing: settings.liveDrawing,
      starting_credits: BigInt(settings.startingCredits),
      market_fee_percent: String(settings.marketFeePercent),
    })
    .execute();
}

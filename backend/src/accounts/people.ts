import type { AccountPatch, PersonPatch } from '@rendermart/contract';
import type { z } from 'zod';
import { type Actor, Failure, type Tx, changesOf, readIdCursor, writeAudit } from '../platform/index.ts';
import { announceChange } from './changes.ts';
import type { AccountsContext } from './context.ts';
import { withdrawInvitationsOf } from './invitations.ts';
import { refusePersonPatch, stopsAdministering } from './rules.ts';
import { deleteApiKeys, deleteSessions } from './session-store.ts';
import * as store from './store.ts';

export interface PeoplePage {
  items: (store.PersonRow & { images: number })[];
  nextCursor: string | null;
}

/** People, the newest first; the cursor is the id of the last one. */
export async function listPeople(
  context: AccountsContext,
  query: { q?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<PeoplePage> {
  const after = readIdCursor(query.cursor);
  const found = await store.listPeople(context.database.read, { search: query.q, after, limit: query.limit + 1 });
  const items = found.slice(0, query.limit);
  const nextCursor = found.length > query.limit ? (items.at(-1)?.id ?? null) : null;
  return { items: await withImages(context, items), nextCursor };
}

/** Fails with `sign_in_required` when this person was disabled or closed their account, and keeps them from it until the transaction ends. */
export async function requireActive(tx: Tx, id: string): Promise<void> {
  if (!(await store.holdActive(tx, id))) throw new Failure('sign_in_required');
}

/** Changes what a person says of themselves. Somebody whose account goes at this moment must not be named again. */
export function updateOneself(
  { database }: AccountsContext,
  id: string,
  patch: z.output<typeof AccountPatch>,
): Promise<store.PersonRow> {
  return database.tx(async (tx) => {
    await requireActive(tx, id);
    return (await store.updatePerson(tx, id, patch))!;
  });
}

/**
 * Changes role, share of the queue, or disables: then sessions and keys end at once. The invitations of who stops administering are
 * withdrawn. Fails with `not_found`, `last_administrator`, and `not_allowed` when who asks was disabled or demoted since the request was
 * authenticated.
 */
export async function updatePerson(
  context: AccountsContext,
  actor: Actor,
  id: string,
  patch: PersonPatch,
): Promise<store.PersonRow & { images: number }> {
  const changed = await context.database.tx(async (tx) => {
    // Two administrators who demote each other at the same moment must see each other.
    await store.lockSettings(tx);
    const person = await store.lockPerson(tx, id);
    // Somebody who was just disabled must not enable themselves again. After the lock, for it may be oneself who is changed.
    if ((await store.holdActive(tx, actor.accountId)) !== 'administrator') throw new Failure('not_allowed');
    if (!person) throw new Failure('not_found');
    const disabled = person.disabledAt !== null;
    const before = { role: person.role, disabled };
    const refusal = refusePersonPatch(before, patch, await store.countOtherAdministrators(tx, id));
    if (refusal) throw new Failure(refusal);
    await endOrAnnounce(tx, person, patch);
    if (stopsAdministering(before, patch)) await withdrawInvitationsOf(tx, actor, id);
    if (patch.disabled !== undefined && patch.disabled !== disabled) await context.others.setAway(tx, id, patch.disabled);
    await noteChanges(tx, actor, person, patch);
    const disabledAt =
      patch.disabled === undefined || patch.disabled === disabled ? undefined : patch.disabled ? context.clock.now() : null;
    return (await store.updatePerson(tx, id, { role: patch.role, weight: patch.weight, disabledAt })) ?? person;
  });
  const [person] = await withImages(context, [changed]);
  return person!;
}

/** One line of the audit log for each thing that changed. */
async function noteChanges(tx: Tx, actor: Actor, person: store.PersonRow, patch: PersonPatch): Promise<void> {
  const common = { actorId: actor.accountId, subject: `account:${person.id}`, name: person.name };
  const role = changesOf({ role: person.role }, { role: patch.role });
  const share = changesOf({ share: person.weight }, { share: patch.weight });
  if (role.length > 0) await writeAudit(tx, { ...common, act: 'person.role', changes: role });
  if (share.length > 0) await writeAudit(tx, { ...common, act: 'person.share', changes: share });
  if (patch.disabled !== undefined && patch.disabled !== (person.disabledAt !== null))
    await writeAudit(tx, { ...common, act: patch.disabled ? 'person.disabled' : 'person.enabled' });
}

async function endOrAnnounce(tx: Tx, person: store.PersonRow, patch: PersonPatch): Promise<void> {
  if (patch.disabled === true && person.disabledAt === null) {
    await deleteSessions(tx, person.id, null);
    await deleteApiKeys(tx, person.id);
    await store.deleteResetTokens(tx, person.id);
    await announceChange(tx, { accountId: person.id, kind: 'disabled' });
  }
  if (patch.weight !== undefined && patch.weight !== person.weight)
    await announceChange(tx, { accountId: person.id, kind: 'weight' });
}

async function withImages(
  { countImages, database }: AccountsContext,
  people: store.PersonRow[],
): Promise<(store.PersonRow & { images: number })[]> {
  const counts = await countImages(
    database.read,
    people.map((person) => person.id),
  );
  return people.map((person) => ({ ...person, images: counts.get(person.id) ?? 0 }));
}

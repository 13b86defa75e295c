import type { Settings, SettingsPatch } from '@rendermart/contract';
import type { z } from 'zod';
import { type Actor, type Clock, type Database, type Listener, changesOf, notify, writeAudit } from '../platform/index.ts';
import * as store from './store.ts';

const channel = 'accounts_settings';
// The bell tells of changes at once; this bounds how long a process that missed it is wrong.
const cachedMs = 5_000;

export interface SettingsCache {
  /** The settings of the installation, at most a few seconds old. */
  read(): Promise<Settings>;
  update(actor: Actor, patch: z.output<typeof SettingsPatch>): Promise<Settings>;
  close(): void;
}

export function makeSettings(database: Database, listener: Listener, clock: Clock): SettingsCache {
  let cached: { settings: Promise<Settings>; untilMs: number } | undefined;
  const forget = () => void (cached = undefined);
  const stops = [listener.on(channel, forget), listener.onReconnect(forget)];
  return {
    read() {
      const nowMs = clock.now().getTime();
      if (cached === undefined || cached.untilMs <= nowMs) {
        const settings = store.readSettings(database.read);
        settings.catch(forget);
        cached = { settings, untilMs: nowMs + cachedMs };
      }
      return cached.settings;
    },
    async update(actor, patch) {
      const settings = await database.tx(async (tx) => {
        const before = await store.lockSettings(tx);
        const merged = { ...before, ...withoutUndefined(patch) };
        await store.writeSettings(tx, merged);
        const changes = changesOf(before, patch);
        const note = { actorId: actor.accountId, act: 'settings.changed', subject: 'settings', name: before.siteName } as const;
        if (changes.length > 0) await writeAudit(tx, { ...note, changes });
        await notify(tx, channel, {});
        return merged;
      });
      forget();
      return settings;
    },
    close: () => stops.forEach((stop) => stop()),
  };
}

type Given<Patch> = { [Key in keyof Patch]?: NonNullable<Patch[Key]> };
const withoutUndefined = <Patch extends object>(patch: Patch): Given<Patch> =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Given<Patch>;

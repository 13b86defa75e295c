import { createDatabase, runOnce, startThrowAwayPostgres, withDatabase } from '@rendermart/postgres';
import { expect, test } from 'vitest';
import { swapDatabases } from './restore.ts';

test('a restored database takes the place of the old one, which is kept', async () => {
  const server = await startThrowAwayPostgres();
  try {
    await runOnce(server.url, 'create table old (n int)');
    const restored = await createDatabase(server.url, 'restored_2026');
    await runOnce(restored, 'create table back (n int)');
    const kept = await swapDatabases(server.url, 'restored_2026', new Date('2026-11-27T15:00:00Z'));
    expect(kept).toBe('rendermart_before_20261127150000');
    await runOnce(server.url, 'select from back');
    await runOnce(withDatabase(server.url, kept), 'select from old');
  } finally {
    await server.stop();
  }
});

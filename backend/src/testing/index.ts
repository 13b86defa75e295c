/** What integration tests stand on: databases cloned from a migrated template, on one throw-away server per run. */
export { type FillableStorage, makeFillable } from './full-disk.ts';
export { testDatabase, type TestDatabase } from './test-database.ts';

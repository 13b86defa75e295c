/** What integration tests stand on: databases cloned from a migrated template, on one throw-away server per run. */
export { testDatabase, type TestDatabase } from './test-database.ts';

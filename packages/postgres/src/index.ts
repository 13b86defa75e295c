/**
 * Real PostgreSQL from npm packages: no Docker, no system service, no administrator's rights.
 * It runs as root too (then as `nobody`), survives kill -9 of its owner, and is reached by an ordinary URL.
 */
export { UnsupportedPlatform } from './binaries.ts';
export { addressOfRunning, startPostgres, type PostgresExit, type PostgresServer, type StartPostgres } from './start.ts';
export { startThrowAwayPostgres, type StartThrowAwayPostgres } from './throw-away.ts';
export { runOnce, createDatabase, dropDatabase, withDatabase } from './databases.ts';
export { ServerInUse } from './claim.ts';

export { type Clock, systemClock } from './clock.ts';
export { type Database, type Reader, type Tx, assertOutsideTransaction, openDatabase, postgresCode, violatedConstraint } from './database.ts';
export { Failure, invariant } from './failure.ts';
export * from './http/index.ts';
export { type Ids, uuidV7 } from './ids.ts';
export { type Log, makeLog } from './log.ts';
export { migrate, schemaState } from './migrate.ts';
export { type Listener, notify, openListener } from './notify.ts';
export { type Storage } from './storage/storage.ts';

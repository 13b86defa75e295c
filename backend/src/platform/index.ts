export { type Act, changesOf, listAudit, listAuditActors, writeAudit } from './audit.ts';
export { type Clock, systemClock } from './clock.ts';
export {
  type Database,
  type Reader,
  type Tx,
  afterCommit,
  assertOutsideTransaction,
  openDatabase,
  postgresCode,
  ring,
  violatedConstraint,
} from './database.ts';
export { readIdCursor, readNumberCursor } from './cursor.ts';
export { connectionsBesidesPool, listenerNameOf, readConnectionBudget, refuseConnections } from './connections.ts';
export { Failure, invariant } from './failure.ts';
export * from './http/index.ts';
export { type Ids, uuidV7 } from './ids.ts';
export { type Log, makeLog } from './log.ts';
export {
  Registry,
  gaugeFromDatabase,
  makeMetrics,
  serveMetrics,
  shared,
  tellVersion,
  watchAnswers,
  watchPool,
  watchTasks,
} from './metrics.ts';
export { MigrationBlocked, SchemaMismatch, migrate, schemaState } from './migrate.ts';
export { type Listener, keepAliveMs, notify, notifyEach, openListener } from './notify.ts';
export { isAway } from './away.ts';
export { planEachTime } from './prepared.ts';
export {
  type Storage,
  type StorageConfig,
  attachment,
  makeStorage,
  openStorage,
  refuseFull,
  watchStorage,
} from './storage/index.ts';
export { together } from './together.ts';
export { type CronTask, type TaskHandler, type TaskQueue, type Tasks, nightlySeconds, openTasks } from './tasks.ts';
export {
  type StopTracing,
  continueTrace,
  currentTraceparent,
  inSpan,
  inSpanEach,
  isTracing,
  recordPageSpan,
  startTracing,
  traceRequests,
} from './tracing.ts';
export { type Mail, type Mailer, type MailConfig, makeMailer } from './mail.ts';
export {
  type Limit,
  type LimitRule,
  type RateLimits,
  type Tried,
  addressKey,
  makeRateLimits,
  sweepRateLimits,
} from './rate-limit.ts';

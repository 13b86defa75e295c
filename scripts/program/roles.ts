import { startPart, type Part, type PartExit, type StartPart } from './part.ts';

const main = 'backend/src/main.ts';

type Environment = StartPart['env'];
type OnLine = (line: string) => void;

/** Brings the database of `env.DATABASE_URL` up to date; rejects with the reason when that fails. */
export async function runMigrations(env: Environment): Promise<void> {
  const part = startPart({ name: 'migration', args: [main, 'migrate'], env });
  const { code, lastLines } = await part.exited;
  if (code !== 0) throw new Error(`The database could not be migrated.\n${lastLines.join('\n')}`);
}

/** What is done with `env.BACKUP_TO`: saving the database and the images, trying what was saved, or bringing it back. */
export type Errand = 'backup' | 'restore-drill' | 'restore';

/** Runs an errand. Resolves when the program has ended, well or badly. */
export function runErrand(errand: Errand, env: Environment, onLine?: OnLine): Promise<PartExit> {
  return startPart({ name: errand, args: [main, errand], env, ...(onLine && { onLine }) }).exited;
}

/** Starts the process that answers HTTP. */
export function startApi(env: Environment, onLine?: OnLine): Part {
  return startPart({ name: 'API', args: [...watchArguments(env), main, 'api'], env, ...(onLine && { onLine }) });
}

/** Starts the process that draws pictures and does the housekeeping. */
export function startWorker(env: Environment, onLine?: OnLine): Part {
  return startPart({ name: 'worker', args: [...watchArguments(env), main, 'worker'], env, ...(onLine && { onLine }) });
}

/** While developing, Node itself starts a process again when a file that it imported has changed. */
function watchArguments(env: Environment): string[] {
  return env['RENDERMART_WATCH'] ? ['--watch', '--watch-preserve-output'] : [];
}

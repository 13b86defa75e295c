import fs from 'node:fs';
import path from 'node:path';

/** What a running server writes into `postmaster.pid` in its data folder. */
export interface PostmasterFile {
  pid: number;
  port: number;
  /** Empty when the server has no unix socket. */
  socketDir: string;
  ready: boolean;
}

/** Reads the file; undefined when there is none, or when it is only half written. */
export function readPostmasterFile(dataDir: string): PostmasterFile | undefined {
  let text: string;
  try {
    text = fs.readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8');
  } catch {
    return undefined;
  }
  // Lines: pid, data folder, start time, port, socket folder, listen address, shared memory, status.
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const socketDir = lines[4] ?? '';
  return {
    pid,
    port: Number(lines[3]),
    // As root we hand the data folder over as an open file, see ./start.ts.
    socketDir: socketDir.startsWith('/proc/self/fd/') ? dataDir : socketDir,
    ready: lines[7] === 'ready',
  };
}

/** Process numbers are reused, quickly so in containers: a living process counts only if it is a PostgreSQL. */
export function isPostgresAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    // "1234 (postgres) S ...": Z is a dead one that its parent has not fetched.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.includes('(postgres)') && !stat.includes(') Z ');
  } catch {
    return false;
  }
}

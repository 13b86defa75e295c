import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Account } from './account.ts';

/** A folder as the server's account can open it, for as long as the descriptor is kept in `stdio`. */
export interface OpenedDir {
  path: string;
  stdio: number[];
  close(): void;
}

/**
 * Where root starts a server as `nobody`, that account often cannot walk to the folder: a checkout below /root is closed
 * to it. Root opens the folder and hands it over as file 3, and PostgreSQL, which works inside its folder, never needs
 * the way there.
 */
export function openDataDir(dataDir: string, account: Account): OpenedDir {
  if (account.uid === undefined || process.platform !== 'linux') return { path: dataDir, stdio: [], close: () => undefined };
  const fd = fs.openSync(dataDir, 'r');
  return { path: '/proc/self/fd/3', stdio: [fd], close: () => fs.closeSync(fd) };
}

/** The server listens in one of two ways, and never on a network. */
export type ListenAddress = { socketDir: string } | { port: number };

// The kernel's limit for a socket's path is 107 bytes (103 on macOS), and "/.s.PGSQL.5432" takes 14.
const socketDirBytesMax = 88;

/** A unix socket in the data folder, or in a new temporary one when that path is too long; on Windows a port of loopback. */
export async function findListenAddress(dataDir: string, account: Account): Promise<ListenAddress> {
  if (process.platform === 'win32') return { port: await findFreePort() };
  if (Buffer.byteLength(dataDir) <= socketDirBytesMax) return { socketDir: dataDir };
  const socketDir = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-socket-'));
  if (account.uid !== undefined) fs.chownSync(socketDir, account.uid, account.gid ?? account.uid);
  return { socketDir };
}

/** The arguments of `postgres` for an address; `openedPath` is the data folder as the server sees it. */
export function listenArguments(address: ListenAddress, openedPath: string): string[] {
  if ('port' in address) return ['-c', 'listen_addresses=127.0.0.1', '-p', String(address.port), '-k', ''];
  const socketDir =
    openedPath.startsWith('/proc/') && !path.basename(address.socketDir).startsWith('rendermart-socket-')
      ? openedPath
      : address.socketDir;
  return ['-c', 'listen_addresses=', '-p', '5432', '-k', socketDir];
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

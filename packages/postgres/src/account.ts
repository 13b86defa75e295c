import os from 'node:os';
import { UnsupportedPlatform } from './binaries.ts';

/** The operating system's account that the server runs under; empty means "as we do". */
export interface Account {
  uid?: number;
  gid?: number;
}

const nobodyId = 65534;

/**
 * PostgreSQL refuses to run as root. `nobody` stands in every /etc/passwd, so root needs to create no account;
 * a uid without an entry there cannot run initdb at all.
 */
export function serverAccount(): Account {
  if (process.getuid?.() === 0) return { uid: nobodyId, gid: nobodyId };
  try {
    os.userInfo();
    return {};
  } catch {
    throw new UnsupportedPlatform(`The user id ${process.getuid?.()} has no name on this system, which PostgreSQL needs.`);
  }
}

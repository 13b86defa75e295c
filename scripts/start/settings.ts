import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pageDir, root } from '../program/index.ts';

/** What `npm start` decides before anything runs. */
export interface Settings {
  port: number;
  address: string;
  dataDir: string;
  /** A server of the operator's; without one we bring our own. */
  databaseUrl: string | undefined;
  /** For every process of the program. */
  env: Record<string, string>;
}

const defaultPort = 4000;

/** Reads the environment; what is wrong in it is said by the program itself, which knows every variable. */
export async function readSettings(): Promise<Settings> {
  const port = readPort();
  const dataDir = path.resolve(root, process.env['DATA_DIR'] ?? 'data');
  fs.mkdirSync(dataDir, { recursive: true });
  return {
    port,
    address: process.env['PUBLIC_URL'] ?? `http://localhost:${port}`,
    dataDir,
    databaseUrl: process.env['DATABASE_URL'] || undefined,
    env: {
      PORT: String(port),
      DATA_DIR: dataDir,
      PAGE_DIR: pageDir,
      MODELS_DIR: path.resolve(root, process.env['MODELS_DIR'] ?? 'models'),
      AUTH_SECRET: process.env['AUTH_SECRET'] ?? readSecret(path.join(dataDir, 'secret')),
    },
  };
}

function readPort(): number {
  const text = process.env['PORT'] ?? String(defaultPort);
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`PORT must be a number from 1 to 65535, and it is "${text}".`);
}

/** Signs the sessions: made once, so that people stay signed in over a restart, and readable by its owner only. */
function readSecret(file: string): string {
  try {
    fs.writeFileSync(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return fs.readFileSync(file, 'utf8').trim();
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Account, NewApiKey } from '@rendermart/contract';
import { makeClient } from '@rendermart/client';

const keysFile = join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'rendermart', 'keys.json');

/** The API key for an installation: from the environment, from the last time, or made now after signing in once. */
export async function findApiKey(baseUrl: string): Promise<string> {
  if (process.env.RENDERMART_API_KEY) return process.env.RENDERMART_API_KEY;
  const keys = await readKeys();
  if (keys[baseUrl]) return keys[baseUrl];
  await refuseWhenImpossible(baseUrl);
  const { email, password } = await ask();
  const key = await makeKey(baseUrl, email, password);
  await writeKeys({ ...keys, [baseUrl]: key });
  return key;
}

/** Forgets a key that was revoked or has expired, so that the next call asks again. */
export async function forgetApiKey(baseUrl: string): Promise<void> {
  const { [baseUrl]: _dead, ...rest } = await readKeys();
  await writeKeys(rest);
}

async function readKeys(): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(keysFile, 'utf8')) as Record<string, string>;
  } catch {
    return {};
  }
}

async function writeKeys(keys: Record<string, string>): Promise<void> {
  await mkdir(dirname(keysFile), { recursive: true, mode: 0o700 });
  await writeFile(keysFile, JSON.stringify(keys, null, 2), { mode: 0o600 });
}

async function refuseWhenImpossible(baseUrl: string): Promise<void> {
  const setup = await makeClient({ baseUrl }).setupRead();
  if (setup.needsAdministrator) throw new Error(`Open ${baseUrl} in a browser first and make the administrator's account.`);
  if (!process.stdin.isTTY) throw new Error('Set RENDERMART_API_KEY. Keys are made in the page under Account, API keys.');
}

async function ask(): Promise<{ email: string; password: string }> {
  let hidden = false;
  const output = new Writable({ write: (chunk, _encoding, done) => (hidden ? done() : void process.stderr.write(chunk, done)) });
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  try {
    const email = await terminal.question('Email: ');
    process.stderr.write('Password: ');
    hidden = true;
    const password = await terminal.question('');
    process.stderr.write('\n');
    return { email, password };
  } finally {
    terminal.close();
  }
}

/** Signs in, makes a key that can only draw and read, and signs out again. */
async function makeKey(baseUrl: string, email: string, password: string): Promise<string> {
  const signedIn = await post<Account>(`${baseUrl}/api/sessions`, { email, password });
  const name = `terminal on ${hostname()}`.slice(0, 60);
  const scopes = ['generations:read', 'generations:write', 'images:read'];
  const made = await post<NewApiKey>(`${baseUrl}/api/api-keys`, { name, scopes, expiresInDays: 90 }, signedIn.cookie);
  await fetch(`${baseUrl}/api/sessions/current`, { method: 'DELETE', headers: { cookie: signedIn.cookie } });
  return made.body.key;
}

async function post<Body>(url: string, input: object, cookie = ''): Promise<{ body: Body; cookie: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as Body & { error?: { message: string } };
  if (!response.ok) throw new Error(body.error?.message ?? `The server answered ${response.status}.`);
  return {
    body,
    cookie: response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
  };
}

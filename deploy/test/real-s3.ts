import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, root } from '../../scripts/program/index.ts';
import { until } from './until.ts';

/** A server of the S3 protocol that others wrote: Versity's gateway, in Go, on a folder of this machine. */
export interface RealS3 {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  bucket: string;
  stop(): Promise<void>;
}

const gateway = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
const programs = path.join(root, '.cache', 'go');

/** Builds the gateway once, by the Go of this machine; Go itself brings a newer Go where the gateway wants one. */
function findGateway(): string {
  const program = path.join(programs, 'versitygw');
  if (fs.existsSync(program)) return program;
  const built = spawnSync('go', ['install', gateway], { env: { ...process.env, GOBIN: programs }, encoding: 'utf8' });
  if (built.error || built.status !== 0)
    throw new Error(
      `The S3 server cannot be built, which needs Go 1.21 or newer (https://go.dev): ${built.error?.message ?? built.stderr}`,
    );
  return program;
}

/** Starts it with one private bucket. */
export async function startRealS3(): Promise<RealS3> {
  const program = findGateway();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-s3-'));
  const account = {
    accessKeyId: 'AKIDREALSERVER',
    secretAccessKey: 'not-a-secret-either',
    region: 'us-east-1',
    bucket: 'pictures',
  };
  for (const name of ['buckets', 'metadata', `buckets/${account.bucket}`]) fs.mkdirSync(path.join(folder, name));
  const port = await freePort();
  const server = spawn(
    program,
    // Its notes beside the files, because not every file system that a test runs on keeps extended attributes.
    [
      '--port',
      `127.0.0.1:${port}`,
      '--region',
      account.region,
      'posix',
      '--sidecar',
      path.join(folder, 'metadata'),
      path.join(folder, 'buckets'),
    ],
    { env: { ...process.env, ROOT_ACCESS_KEY: account.accessKeyId, ROOT_SECRET_KEY: account.secretAccessKey }, stdio: 'ignore' },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  await until('the S3 server answers', async () => (await fetch(endpoint)).status === 403, 30_000);
  return { endpoint, ...account, stop: () => stop(server).then(() => fs.rmSync(folder, { recursive: true, force: true })) };
}

async function stop(server: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
}

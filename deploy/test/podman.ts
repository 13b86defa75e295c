import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** The checkout's own folder. */
export const root = path.resolve(import.meta.dirname, '../..');

const run = promisify(execFile);
const mostBytes = 64 * 1024 * 1024;

/** runc and cgroupfs work in more places than the defaults: inside virtual machines, and where both kinds of cgroups are mounted. */
const settings = `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;

let environment: NodeJS.ProcessEnv | undefined;

function withSettings(): NodeJS.ProcessEnv {
  if (environment) return environment;
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-podman-')), 'containers.conf');
  fs.writeFileSync(file, settings);
  process.once('exit', () => fs.rmSync(path.dirname(file), { recursive: true, force: true }));
  return (environment = { ...process.env, CONTAINERS_CONF: file });
}

/** Runs `podman` with these words and answers what it wrote; throws with its own words when it failed. */
export async function podman(...words: string[]): Promise<string> {
  const { stdout } = await run('podman', words, { env: withSettings(), maxBuffer: mostBytes });
  return stdout.trim();
}

/** The exit code and all that was written: for what is expected to fail. */
export function tryPodman(...words: string[]): Promise<{ code: number | null; output: string }> {
  return capture('podman', words);
}

/** Runs a long command and shows what it says only when it fails. */
export async function runLoud(program: string, words: string[]): Promise<void> {
  const { code, output } = await capture(program, words);
  if (code !== 0) throw new Error(`${program} ${words.slice(0, 3).join(' ')} … ended with ${code}:\n${output.slice(-4_000)}`);
}

function capture(program: string, words: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { cwd: root, env: withSettings(), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}

export const imageExists = async (name: string) => (await tryPodman('image', 'exists', name)).code === 0;

/** Builds one of deploy/docker's images from the checkout, as it is. */
export async function buildImage(name: 'backend' | 'frontend' | 'backup'): Promise<void> {
  const file = `deploy/docker/${name}.Dockerfile`;
  await runLoud('buildah', [
    'bud',
    '--isolation',
    'chroot',
    '--network',
    'host',
    '--pull-never',
    '--layers',
    '-f',
    file,
    '-t',
    `rendermart-${name}`,
    '.',
  ]);
}

/** In MB, as a registry would not count it: unpacked. */
export async function imageSizeMb(name: string): Promise<number> {
  return Math.round(Number(await podman('image', 'inspect', '--format', '{{.Size}}', name)) / 1_000_000);
}

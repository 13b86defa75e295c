import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { imageExists, root, runLoud, tryPodman } from './podman.ts';

/** What a base image is made of: one from the registry, or a stand-in. */
export interface BaseImage {
  name: string;
  origin: 'was there' | 'registry' | 'stand-in';
}

const mirror = process.env['DEBIAN_MIRROR'] ?? 'http://deb.debian.org/debian';

/**
 * Brings the images that the Dockerfiles begin with. Where no registry answers, stand-ins take their names: Debian by
 * debootstrap, with the Node that this project pins and with Debian's Nginx, which is older than the real one.
 */
export async function bringBaseImages(): Promise<BaseImage[]> {
  const [node, nginx] = [readBaseName('backend', 'NODE_IMAGE'), readBaseName('frontend', 'NGINX_IMAGE')];
  return [await bring(node, () => makeNodeImage(node)), await bring(nginx, () => makeNginxImage(nginx, node))];
}

function readBaseName(image: string, argument: string): string {
  const text = fs.readFileSync(path.join(root, `deploy/docker/${image}.Dockerfile`), 'utf8');
  return new RegExp(`^ARG ${argument}=(\\S+)$`, 'm').exec(text)![1]!;
}

async function bring(name: string, makeStandIn: () => Promise<void>): Promise<BaseImage> {
  if (await imageExists(name)) return { name, origin: 'was there' };
  if ((await tryPodman('pull', '--quiet', name)).code === 0) return { name, origin: 'registry' };
  await makeStandIn();
  return { name, origin: 'stand-in' };
}

async function makeNodeImage(name: string): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-debian-'));
  try {
    await runLoud('debootstrap', ['--variant=minbase', '--include=ca-certificates,libatomic1', 'bookworm', folder, mirror]);
    fs.cpSync(process.execPath, path.join(folder, 'usr/local/bin/node'));
    installNpm(path.join(folder, 'usr/local'));
    trustWhatWeTrust(folder);
    await runLoud('sh', ['-c', `tar -C "$0" -cf - . | podman import - "$1"`, folder, name]);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function installNpm(prefix: string): void {
  fs.cpSync(findNpm(), path.join(prefix, 'lib/node_modules/npm'), { recursive: true, dereference: true });
  for (const tool of ['npm', 'npx']) fs.symlinkSync(`../lib/node_modules/npm/bin/${tool}-cli.js`, path.join(prefix, 'bin', tool));
}

/** The npm that runs this knows where it is; `npm root` would answer for whichever Node stands first on the PATH. */
function findNpm(): string {
  const running = process.env['npm_execpath'];
  if (running) return path.resolve(fs.realpathSync(running), '../..');
  return path.join(spawnSync('npm', ['root', '--global'], { encoding: 'utf8' }).stdout.trim(), 'npm');
}

/** Behind a company's proxy, the machine's own certificates are what makes the registry reachable. */
function trustWhatWeTrust(folder: string): void {
  const certificates = 'etc/ssl/certs/ca-certificates.crt';
  fs.cpSync(`/${certificates}`, path.join(folder, certificates), { dereference: true });
  fs.mkdirSync(path.join(folder, 'usr/local/etc'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'usr/local/etc/npmrc'), `cafile=/${certificates}\n`);
}

async function makeNginxImage(name: string, from: string): Promise<void> {
  const install = [
    String.raw`printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d`,
    'apt-get update && apt-get install -y --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/*',
  ].join(' && ');
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-nginx-')), 'Containerfile');
  fs.writeFileSync(file, `FROM ${from}\nRUN ${install}\n`);
  await runLoud('buildah', [
    'bud',
    '--isolation',
    'chroot',
    '--network',
    'host',
    '--pull-never',
    '-f',
    file,
    '-t',
    name,
    path.dirname(file),
  ]);
  fs.rmSync(path.dirname(file), { recursive: true });
}

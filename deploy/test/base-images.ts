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
 * debootstrap, with the Node that this project pins and with Debian's Nginx and PostgreSQL, which are older than the real ones.
 */
export async function bringBaseImages(): Promise<BaseImage[]> {
  const [node, nginx] = [readBaseName('backend', 'NODE_IMAGE'), readBaseName('frontend', 'NGINX_IMAGE')];
  const postgres = readBaseName('backup', 'POSTGRES_IMAGE');
  return [
    await bring(node, () => makeNodeImage(node)),
    await bring(nginx, () => makeNginxImage(nginx, node)),
    await bring(postgres, () => makePostgresImage(postgres, node)),
  ];
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
  await makeImage(name, [
    `FROM ${from}`,
    `RUN ${noServices} && ${install('nginx-light')} && rm /etc/nginx/sites-enabled/default`,
    'STOPSIGNAL SIGQUIT',
    'CMD ["nginx", "-g", "daemon off;"]',
  ]);
}

/** As the official image: the user postgres is number 999, its programs stand in the PATH, and the entrypoint makes the database. */
async function makePostgresImage(name: string, from: string): Promise<void> {
  const entrypoint = fs.readFileSync(path.join(import.meta.dirname, 'postgres-entrypoint.sh'), 'utf8');
  await makeImage(
    name,
    [
      `FROM ${from}`,
      'RUN groupadd -r -g 999 postgres && useradd -r -u 999 -g 999 -d /var/lib/postgresql -M postgres',
      `RUN ${noServices} && mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf && ${install('postgresql-15')}`,
      'RUN mkdir -p /var/lib/postgresql/data && chown -R postgres:postgres /var/lib/postgresql /var/run/postgresql',
      'COPY entrypoint.sh /usr/local/bin/docker-entrypoint.sh',
      'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/15/bin PGDATA=/var/lib/postgresql/data',
      'STOPSIGNAL SIGINT',
      'ENTRYPOINT ["docker-entrypoint.sh"]',
      'CMD ["postgres"]',
    ],
    { 'entrypoint.sh': entrypoint },
  );
}

// Packages of servers would start them.
const noServices = String.raw`printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d`;
const install = (what: string) =>
  `apt-get update && apt-get install -y --no-install-recommends ${what} && rm -rf /var/lib/apt/lists/*`;

async function makeImage(name: string, lines: string[], files: Record<string, string> = {}): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-image-'));
  try {
    for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, file), text, { mode: 0o755 });
    const containerfile = path.join(folder, 'Containerfile');
    fs.writeFileSync(containerfile, `${lines.join('\n')}\n`);
    const isolation = ['--isolation', 'chroot', '--network', 'host', '--pull-never'];
    await runLoud('buildah', ['bud', ...isolation, '-f', containerfile, '-t', name, folder]);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

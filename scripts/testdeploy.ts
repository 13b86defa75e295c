import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { runSteps } from './checks/run-steps.ts';
import { vitestStep } from './checks/steps.ts';

/**
 * `npm run test:deploy`: builds the images and runs them as the manifests do, behind a simulated load balancer and by compose.yaml;
 * renders the manifests with kustomize, tries the alert rules with promtool, saves and restores backups on Debian's PostgreSQL,
 * and asks a real S3 server. With `-- --install` it first installs what is missing, on Debian and its kin.
 */
const packages: Record<string, string[]> = {
  podman: ['podman', 'containernetworking-plugins', 'iptables'],
  buildah: ['buildah'],
  runc: ['runc'],
  debootstrap: ['debootstrap'],
  promtool: ['prometheus'],
  '/usr/lib/postgresql/*/bin/initdb': ['postgresql'],
};
const findMissing = () =>
  Object.keys(packages).filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);

if (process.getuid?.() !== 0) refuse('it starts containers with the manifests’ own users and networks, which needs root');
if (process.argv.includes('--install')) install(findMissing().flatMap((program) => packages[program] ?? []));
const missing = findMissing();
if (missing.length > 0) {
  const names = missing.flatMap((program) => packages[program] ?? []);
  refuse(`these are missing: ${missing.join(', ')}. On Debian: apt-get install --no-install-recommends ${names.join(' ')}`);
}
// Where Go's own archive is unpacked, which not every shell has on its PATH.
process.env['PATH'] += ':/usr/local/go/bin';
if (spawnSync('go', ['version']).status !== 0)
  refuse('the S3 server that it asks, and kustomize, are built by Go 1.21 or newer: https://go.dev');

await runSteps([vitestStep('deployment tests', ['--config', 'deploy/test/vitest.config.ts', '--reporter=verbose'], 40)]);

/** Nothing ran, which is a failure: said so that neither a person nor a machine can take it for success. */
function refuse(why: string): never {
  console.error(`NOT RUN: none of the deployment tests. ${why[0]!.toUpperCase()}${why.slice(1)}.`);
  console.log('\n0 passed, 1 failed');
  process.exit(1);
}

function install(names: string[]): void {
  if (names.length === 0) return;
  if (spawnSync('apt-get', ['--version']).status !== 0)
    refuse(`these are missing and there is no apt-get to install them: ${names.join(', ')}`);
  console.log(`Installing ${names.join(' ')} ...`);
  // Debian would start PostgreSQL and Prometheus as services; the tests start their own.
  const policy = '/usr/sbin/policy-rc.d';
  const own = !fs.existsSync(policy);
  if (own) fs.writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words: string[]) => spawnSync('apt-get', words, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status;
  const done = apt('update') === 0 && apt('install', '--yes', '--no-install-recommends', ...names) === 0;
  if (own) fs.rmSync(policy);
  if (!done) refuse(`apt-get could not install ${names.join(', ')}`);
}

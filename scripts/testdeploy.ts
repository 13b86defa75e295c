import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './program/index.ts';

/** `npm run test:deploy`: builds the images and runs them as the manifests do, behind a simulated load balancer. */
const packages = { podman: 'podman', buildah: 'buildah', runc: 'runc', debootstrap: 'debootstrap' };
const missing = Object.entries(packages).filter(([program]) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);

if (process.getuid?.() !== 0) {
  console.error(
    'npm run test:deploy starts containers with the manifests’ own users and networks, and needs root. Nothing was tested.',
  );
  process.exit(1);
}
if (missing.length > 0) {
  console.error(`Nothing was tested, because these are missing: ${missing.map(([program]) => program).join(', ')}. On Debian:`);
  console.error(
    `  apt-get install --no-install-recommends ${missing.map(([, name]) => name).join(' ')} containernetworking-plugins iptables`,
  );
  process.exit(1);
}
const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', 'deploy/test/vitest.config.ts', '--reporter=verbose'],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);

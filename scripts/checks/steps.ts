import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { buildPage, root } from '../program/index.ts';
import { type Report, reportVariable } from './report.ts';

/** How many things a step looked at were right and wrong. */
export interface Count {
  passed: number;
  failed: number;
  /** A line on each failure that has a name of its own. */
  faults?: string[];
}

/** One thing that `npm test` does. */
export interface Step {
  name: string;
  run(): Promise<Count>;
}

// A step that hangs must not look like one that works: CI gets an answer, and it is "failed".
const stepMinutesMax = 25;

const bin = (name: string) => path.join(root, 'node_modules', '.bin', name);
const script = (name: string) => [process.execPath, path.join(root, 'scripts', name)];

export const typesStep = commandStep('types', [bin('tsc'), '-b']);
export const lintStep = commandStep('lint', [bin('oxlint'), '--quiet']);
export const formatStep = commandStep('format (mend it with: npm run format)', [bin('oxfmt'), '--check', '.']);
export const wallsStep = commandStep('walls', script('walls.ts'));
export const openApiStep = commandStep('openapi.json', script('openapi.ts'));
export const lockStep = commandStep('package-lock.json', script('lock.ts'));
export const noticeStep = commandStep('NOTICE', script('notice.ts'));
export const tidyStep = commandStep('tidy', script('tidy.ts'));
export const pageStep: Step = { name: 'page build', run: () => buildPage().then(() => ({ passed: 1, failed: 0 })) };

/** A program whose exit code is the answer. */
function commandStep(name: string, command: string[]): Step {
  return { name, run: async () => ((await runCommand(command)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }) };
}

/** Some of the projects in vitest.config.ts, each test counted. */
export const testStep = (name: string, projects: string[]): Step =>
  vitestStep(name, ['--reporter=default', ...projects.map((one) => `--project=${one}`)]);

/** A run of vitest with these words, each test counted. `minutesMax`: after which it counts as hung. */
export function vitestStep(name: string, words: string[], minutesMax = stepMinutesMax): Step {
  return {
    name,
    run: async () => {
      const report = path.join(root, '.cache', `${name.replaceAll(/\W+/g, '-')}.json`);
      fs.rmSync(report, { force: true });
      const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
      const reporter = `--reporter=${path.join(root, 'scripts/checks/report.ts')}`;
      const command = [process.execPath, vitest, 'run', ...words, reporter];
      return readReport(report, await runCommand(command, minutesMax, { [reportVariable]: report }));
    },
  };
}

/** A leak at the end or a crash fails no single test: it counts as one failure. */
function readReport(file: string, code: number | null): Count {
  if (!fs.existsSync(file)) return { passed: 0, failed: 1, faults: [`vitest ended with ${code} and gave no report`] };
  const { passed, faults } = JSON.parse(fs.readFileSync(file, 'utf8')) as Report;
  if (faults.length === 0 && (code !== 0 || passed === 0)) faults.push(`vitest ended with ${code} after ${passed} tests`);
  return { passed, failed: faults.length, faults };
}

function runCommand(
  [program = '', ...args]: string[],
  minutesMax = stepMinutesMax,
  variables: Record<string, string> = {},
): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    const timer = setTimeout(() => {
      console.error(`This step is stopped: it ran for ${minutesMax} minutes.`);
      child.kill('SIGKILL');
    }, minutesMax * 60_000);
    // Whoever stops us wants no further step: the running one ends first, so that it can clean up.
    const stop = () => {
      child.kill('SIGTERM');
      child.once('exit', () => process.exit(143));
    };
    process.on('SIGTERM', stop);
    child.once('error', (error) => {
      console.error(error.message);
      resolve(null);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      process.off('SIGTERM', stop);
      resolve(code);
    });
  });
}

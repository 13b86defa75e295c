import fs from 'node:fs';
import path from 'node:path';
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import { root } from '../program/index.ts';

/** Names the file that the report is written to. */
export const reportVariable = 'RENDERMART_TEST_REPORT';

/** What a run of vitest gave. */
export interface Report {
  passed: number;
  /** A line on each test that did not pass, file that could not be loaded, and error that no test caught. */
  faults: string[];
}

type Fault = { message: string } | undefined;

/** Its message in one line of at most 300 characters, without colours. */
const inOneLine = (fault: Fault) =>
  (fault?.message ?? 'no message')
    // eslint-disable-next-line no-control-regex
    .replaceAll(/\u001B\[[0-9;]*m/g, '')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 300);

const nameOf = (entity: TestModule | TestSuite | TestCase): string =>
  entity.type === 'module' ? path.relative(root, entity.moduleId) : `${nameOf(entity.parent)} > ${entity.name}`;

function judge(test: TestCase): string | undefined {
  const { state, errors } = test.result();
  if (state === 'passed') return;
  // Nothing is ever skipped: a missing part is a failure.
  return `${nameOf(test)}: ${state === 'failed' ? inOneLine(errors[0]) : 'it did not run'}`;
}

/**
 * A reporter for vitest that keeps what the sum at the end needs, so that the last lines of a log, which are all that is left
 * of many, name every fault: vitest's own JSON has no word on errors that no test caught.
 */
export default class ReportKeeper implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], uncaught: readonly { message: string }[]): void {
    const report: Report = { passed: 0, faults: uncaught.map((error) => `outside any test: ${inOneLine(error)}`) };
    for (const module of modules) {
      for (const holder of [module, ...module.children.allSuites()])
        report.faults.push(...holder.errors().map((error) => `${nameOf(holder)}: ${inOneLine(error)}`));
      for (const test of module.children.allTests()) {
        const fault = judge(test);
        if (fault === undefined) report.passed++;
        else report.faults.push(fault);
      }
    }
    fs.writeFileSync(process.env[reportVariable] ?? '', JSON.stringify(report));
  }
}

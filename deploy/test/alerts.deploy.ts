import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { root } from './podman.ts';

const monitoring = path.join(root, 'deploy/kubernetes/components/monitoring');
interface Rules {
  groups: { rules: { alert: string; expr: string; annotations?: unknown }[] }[];
}
let folder: string;
const promtool = (...words: string[]) => execFileSync('promtool', words, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
const readRules = () => parse(fs.readFileSync(path.join(monitoring, 'prometheus-rule.yaml'), 'utf8')).spec as Rules;

/** The examples speak of which alerts fire, with which labels; what they say to people is checked by `check rules`. */
function writeRules({ groups }: Rules): void {
  const bare = groups.map((group) => ({ ...group, rules: group.rules.map(({ annotations: _said, ...rule }) => rule) }));
  fs.writeFileSync(path.join(folder, 'rules.yaml'), stringify({ groups: bare }));
}

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-alerts-'));
  fs.cpSync(path.join(monitoring, 'rules.promtool.yaml'), path.join(folder, 'tests.yaml'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

it('promtool reads every rule and the words of each', () => {
  fs.writeFileSync(path.join(folder, 'whole.yaml'), stringify(readRules()));
  expect(promtool('check', 'rules', 'whole.yaml')).toContain(`SUCCESS: ${readRules().groups[0]!.rules.length} rules found`);
});

it('every alert fires on its example, and is quiet on the other', () => {
  writeRules(readRules());
  expect(promtool('test', 'rules', 'tests.yaml')).toContain('SUCCESS');
});

it('an alert that never fires is found out', () => {
  const rules = readRules();
  rules.groups[0]!.rules.find(({ alert }) => alert === 'RendermartLedgerBroken')!.expr = 'rendermart_ledger_violations > 1000';
  writeRules(rules);
  expect(() => promtool('test', 'rules', 'tests.yaml')).toThrow(/RendermartLedgerBroken/);
});

import { readFileSync, readdirSync } from 'node:fs';
import { engineErrorKinds, engineErrorPolicy } from '@rendermart/engine';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeMetrics } from '../../backend/src/platform/index.ts';
import { parseManifests } from './manifests.ts';

interface Alert {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string; description: string; runbook_url: string };
}

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const folder = 'components/monitoring';
const [rule] = parseManifests('prometheus-rule.yaml', read(`${folder}/prometheus-rule.yaml`));
const alerts = rule!.spec.groups.flatMap(({ rules }: { rules: Alert[] }) => rules) as Alert[];
const dashboard = JSON.parse(read(`${folder}/dashboard.json`)) as {
  panels: { type: string; title: string; targets?: { expr: string }[] }[];
};
const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const exported = readExported();

/** Names and labels from docs/metrics.md, which another test writes from the running program, and those of every Node process. */
function readExported(): Map<string, Set<string>> {
  const rows = [...read('../../docs/metrics.md').matchAll(/^\| `(rendermart_[a-z_]+)` \| (\w+) \| ([\w, ]*?) ?\|/gm)];
  const documented = rows.flatMap(([, name, type, labels]) => {
    const own = new Set(['role', 'namespace', 'pod', ...labels!.split(', ').filter(Boolean)]);
    if (type !== 'histogram') return [[name!, own] as const];
    return ['_bucket', '_sum', '_count'].map((suffix) => [name! + suffix, new Set([...own, 'le'])] as const);
  });
  const registry = makeMetrics('api');
  const ofNode = registry.getMetricsAsArray().map(({ name }) => [name, new Set(['role', 'namespace', 'pod'])] as const);
  registry.clear();
  return new Map([...documented, ...ofNode]);
}

/** What a PromQL expression asks for that the program does not export. */
function unknownIn(expression: string): string[] {
  const metrics = [...expression.matchAll(/\b(rendermart_[a-z0-9_]+)\b(?:\{([^}]*)\})?/g)];
  const names = metrics.map(([, name]) => name!).filter((name) => !exported.has(name));
  const matched = metrics.flatMap(([, name, matchers = '']) =>
    [...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label]) => label!).filter((label) => !exported.get(name!)?.has(label)),
  );
  const all = new Set(metrics.flatMap(([, name]) => [...(exported.get(name!) ?? [])]));
  const grouped = [...expression.matchAll(/\b(?:by|on|without|ignoring) \(([^)]*)\)/g)].flatMap(([, labels]) =>
    labels!.split(', '),
  );
  return [...names, ...matched, ...grouped.filter((label) => !all.has(label))];
}

describe('alerts', () => {
  it.each(alerts.map((alert) => [alert.alert, alert] as const))(
    '%s asks for what is exported, and says what to do',
    (name, alert) => {
      expect(alert.expr).toContain('rendermart_');
      expect(unknownIn(alert.expr)).toEqual([]);
      expect(['critical', 'warning']).toContain(alert.labels.severity);
      expect(alert.annotations.runbook_url).toBe(`https://github.com/rendermart/rendermart/blob/main/docs/runbooks/${name}.md`);
      const labels = [...alert.annotations.description.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
      for (const label of labels) expect(alert.expr).toMatch(new RegExp(String.raw`by \([^)]*\b${label}\b`));
    },
  );

  it('have names of their own', () => expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length));

  it('each have an example that fires and one that is quiet', () => {
    const { tests } = parse(read(`${folder}/rules.promtool.yaml`)) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    const examples = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
    const named = (fires: boolean) =>
      examples.filter(({ exp_alerts }) => exp_alerts.length > 0 === fires).map(({ alertname }) => alertname);
    const names = alerts.map(({ alert }) => alert).sort();
    expect(named(true).sort()).toEqual(names);
    expect(named(false).sort()).toEqual(names);
  });

  it('name every kind of failure that only an operator can mend', () => {
    const { expr } = alerts.find(({ alert }) => alert === 'RendermartEngineNeedsOperator')!;
    const kinds = /kind=~"([^"]+)"/.exec(expr)![1]!.split('|');
    expect(kinds.sort()).toEqual(engineErrorKinds.filter((kind) => engineErrorPolicy[kind].alertOperator).sort());
  });
});

describe('runbooks', () => {
  const pages = readdirSync(new URL('../../docs/runbooks/', import.meta.url)).filter((file) => file !== 'README.md');

  it('there is a page for each alert, and an alert for each page', () =>
    expect(pages.sort()).toEqual(alerts.map(({ alert }) => `${alert}.md`).sort()));

  it.each(pages)('%s says what it means, where to look and what to do', (page) => {
    const text = read(`../../docs/runbooks/${page}`);
    for (const heading of ['## What it means', '## Where to look', '## What to do']) expect(text).toContain(heading);
    expect(unknownIn(text.replaceAll(/`[^`]*rendermart_(?:process|nodejs)_\*[^`]*`/g, ''))).toEqual([]);
    expect(read('../../docs/runbooks/README.md')).toContain(`(${page})`);
  });
});

describe('the dashboard', () => {
  it.each(queries)('%s', (query) => expect(unknownIn(query)).toEqual([]));

  it('shows what the alerts watch', () => {
    const shown = queries.join('\n');
    const watched = new Set(alerts.flatMap(({ expr }) => expr.match(/\brendermart_[a-z0-9_]+/g) ?? []));
    // A drill that failed has an alert; the panel shows the age of the last good one.
    watched.delete('rendermart_restore_drill_last_ok');
    for (const metric of watched) expect(shown).toContain(metric);
  });
});

it.each(['rendermart_queue_dept', 'sum by (modell) (rendermart_queue_depth)', 'rendermart_queue_depth{modle="x"}'])(
  'sees the planted defect: %s',
  (query) => expect(unknownIn(query)).toHaveLength(1),
);

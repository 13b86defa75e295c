import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, { permissions?: Record<string, string>; environment?: string; 'timeout-minutes': number; steps: Step[] }>;
}

const folder = new URL('../.github/workflows/', import.meta.url);
const workflows = readdirSync(folder).map((file) => {
  const text = readFileSync(new URL(file, folder), 'utf8');
  return { file, text, workflow: parse(text) as Workflow };
});
const images = workflows.find(({ file }) => file === 'images.yml')!.workflow;

/** What could let somebody else's code or keys into a run. */
function risksOf(text: string): string[] {
  const unpinned = [...text.matchAll(/uses: (\S+)(.*)/g)]
    .filter(([, action, comment]) => !/@[0-9a-f]{40}$/.test(action!) || !/^ # v\d+\.\d+\.\d+$/.test(comment!))
    .map(([, action]) => `${action} is not pinned to a commit with its version beside it`);
  const keys = /aws-(access-key-id|secret-access-key)|AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)/.test(text)
    ? ['long-lived keys']
    : [];
  // What comes from outside may hold commands; it goes through an environment variable.
  const injected = [...text.matchAll(/run: .*\$\{\{/g)].map(([line]) => `${line} runs what somebody else wrote`);
  return [...unpinned, ...keys, ...injected];
}

describe.each(workflows)('$file', ({ text, workflow }) => {
  it('lets nobody else in', () => expect(risksOf(text)).toEqual([]));

  it('may do little, and not for ever', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(45);
  });
});

it.each([
  ['a moving tag', 'uses: actions/checkout@v5'],
  ['a key', 'aws-secret-access-key: x'],
  ['an injection', 'run: echo ${{ github.event.issue.title }}'],
])('sees the planted defect: %s', (_name, line) => expect(risksOf(line)).toHaveLength(1));

describe('images.yml', () => {
  const builds = images.jobs['build']!.steps.filter(({ uses }) => uses?.startsWith('docker/build-push-action'));

  it('builds every Dockerfile, with a list of what is inside and a record of how it was built', () => {
    const dockerfiles = readdirSync(new URL('docker/', import.meta.url)).filter((file) => file.endsWith('.Dockerfile'));
    expect(builds.map((step) => step.with!['file']).sort()).toEqual(dockerfiles.map((file) => `deploy/docker/${file}`).sort());
    for (const step of builds) expect(step.with).toMatchObject({ sbom: true, provenance: 'mode=max', push: true });
  });

  it('assumes the roles that trust its environments', () => {
    for (const [job, environment, policy] of [
      ['build', 'registry', 'publish'],
      ['deploy', 'production', 'deploy'],
    ] as const) {
      const { environment: own, permissions, steps } = images.jobs[job]!;
      expect(own).toBe(environment);
      expect(permissions).toEqual({ contents: 'read', 'id-token': 'write' });
      expect(readFileSync(new URL(`aws/policies/trust-${policy}.json`, import.meta.url), 'utf8')).toContain(
        `environment:${environment}"`,
      );
      expect(JSON.stringify(steps)).toContain(`:role/rendermart-${policy}"`);
    }
  });

  it('rolls out by digest, and what it may not apply it leaves out', () => {
    const text = images.jobs['deploy']!.steps.map(({ run }) => run).join('\n');
    for (const image of ['BACKEND', 'FRONTEND', 'BACKUP']) expect(text).toContain(`@$${image}"`);
    expect(text).toContain('--selector app.kubernetes.io/part-of=rendermart');
  });
});

it('CI runs what a person runs', () => {
  const { jobs } = workflows.find(({ file }) => file === 'ci.yml')!.workflow;
  const runs = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run ?? ''));
  expect(runs).toContain('npm test');
  expect(runs.join('\n')).toContain('npm run test:deploy');
});

import type { Manifest } from '../manifests.ts';
import { type End, allows, policiesFor } from './network.ts';
import { ofKind, workloadsOf } from './objects.ts';
import { clusterPods } from './references.ts';

/** Who must reach whom, and who must not: the truth that the network policies have to tell. */
interface Flow {
  what: string;
  from: End;
  to: End;
  port: number;
  protocol?: 'TCP' | 'UDP';
}

const pods = (app: string): End => ({ labels: { app } });
const dns: End = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
const internet: End = { address: '52.95.154.1' };
const balancer: End = { address: '10.0.12.34' };
const podIdentity: End = { address: '169.254.170.23' };
const instanceMetadata: End = { address: '169.254.169.254' };
const monitoring: End = { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } };
const stranger: End = { namespace: 'default', labels: { app: 'stranger' } };

/** Every pod is under a rule in both directions: what nobody allowed is forbidden. */
export function policiesCoverEveryPod(all: Manifest[]): string[] {
  const pods = [
    ...workloadsOf(all).map(({ name, labels }) => ({ name, labels })),
    ...clusterPods(all).map((labels) => ({ name: `the servers of ${labels['cnpg.io/cluster']}`, labels })),
  ];
  return pods.flatMap(({ name, labels }) =>
    (['ingress', 'egress'] as const)
      .filter((direction) => policiesFor(all, labels, direction).length === 0)
      .map((direction) => `no network policy covers the ${direction} of ${name}`),
  );
}

export function neededFlowsAreOpen(all: Manifest[]): string[] {
  return neededFlows(all)
    .filter(({ from, to, port, protocol }) => !allows(all, from, to, port, protocol))
    .map(({ what, port }) => `the network policies close ${what} (port ${port})`);
}

export function otherFlowsAreClosed(all: Manifest[]): string[] {
  return forbiddenFlows(all)
    .filter(({ from, to, port, protocol }) => allows(all, from, to, port, protocol))
    .map(({ what, port }) => `the network policies open ${what} (port ${port})`);
}

const apps = (all: Manifest[]): string[] => [...new Set(workloadsOf(all).map(({ labels }) => labels['app']!))];

function databaseOf(all: Manifest[]): End {
  const [cluster] = clusterPods(all);
  if (cluster) return { labels: cluster };
  return apps(all).includes('postgres') ? pods('postgres') : { address: '10.0.40.5' };
}

function neededFlows(all: Manifest[]): Flow[] {
  const has = (kind: string) => ofKind(all, kind).length > 0;
  const present = apps(all);
  const database = databaseOf(all);
  const programs = ['backend', 'worker', 'backup'].filter((app) => present.includes(app));
  return [
    { what: 'the balancer to the page', from: balancer, to: pods('frontend'), port: 80 },
    { what: 'the balancer to the API', from: balancer, to: pods('backend'), port: 4000 },
    ...present.flatMap((app): Flow[] => [
      { what: `names for ${app}`, from: pods(app), to: dns, port: 53, protocol: 'UDP' },
      { what: `long names for ${app}`, from: pods(app), to: dns, port: 53 },
    ]),
    ...programs.flatMap((app): Flow[] => [
      { what: `${app} to the database`, from: pods(app), to: database, port: 5432 },
      { what: `${app} to the bucket`, from: pods(app), to: internet, port: 443 },
      { what: `${app} to its AWS role`, from: pods(app), to: podIdentity, port: 80 },
    ]),
    { what: 'the worker to a mail server', from: pods('worker'), to: internet, port: 587 },
    ...(has('PodMonitor')
      ? ['backend', 'worker'].flatMap((app): Flow[] => [
          { what: `Prometheus to ${app}`, from: monitoring, to: pods(app), port: 9464 },
          { what: `${app} to the collector of traces`, from: pods(app), to: monitoring, port: 4318 },
        ])
      : []),
    ...(has('ScaledObject') && !('address' in database)
      ? [
          {
            what: 'KEDA to the database',
            from: { namespace: 'keda', labels: { app: 'keda-operator' } },
            to: database,
            port: 5432,
          },
        ]
      : []),
    ...(present.includes('engine')
      ? [
          { what: 'the worker to the engine', from: pods('worker'), to: pods('engine'), port: 8000 },
          { what: 'the engine to its weights', from: pods('engine'), to: internet, port: 443 },
        ]
      : []),
    ...clusterFlows(all),
  ];
}

/** What CloudNativePG needs, by its page on networking. */
function clusterFlows(all: Manifest[]): Flow[] {
  const operator: End = { namespace: 'cnpg-system', labels: { 'app.kubernetes.io/name': 'cloudnative-pg' } };
  return clusterPods(all).flatMap((labels): Flow[] => [
    { what: 'replication', from: { labels }, to: { labels }, port: 5432 },
    { what: 'the operator to the servers', from: operator, to: { labels }, port: 8000 },
    { what: 'the servers to the Kubernetes API', from: { labels }, to: { address: '10.100.0.1' }, port: 443 },
    { what: 'the servers to their bucket', from: { labels }, to: internet, port: 443 },
    { what: 'the servers to their AWS role', from: { labels }, to: podIdentity, port: 80 },
  ]);
}

function forbiddenFlows(all: Manifest[]): Flow[] {
  const present = apps(all);
  const database = databaseOf(all);
  const isAws = ofKind(all, 'ExternalSecret').length > 0;
  return [
    ...present.map((app) => ({ what: `${app} to the machine’s own role`, from: pods(app), to: instanceMetadata, port: 80 })),
    ...present.map((app) => ({ what: `${app} to any web site`, from: pods(app), to: internet, port: 80 })),
    { what: 'the page to the database', from: pods('frontend'), to: database, port: 5432 },
    { what: 'the page to the internet', from: pods('frontend'), to: internet, port: 443 },
    { what: 'the page to the API', from: pods('frontend'), to: pods('backend'), port: 4000 },
    { what: 'a stranger to the metrics', from: stranger, to: pods('backend'), port: 9464 },
    { what: 'the world to the metrics', from: internet, to: pods('backend'), port: 9464 },
    { what: 'a stranger to the worker', from: stranger, to: pods('worker'), port: 9464 },
    ...('labels' in database ? [{ what: 'a stranger to the database', from: stranger, to: database, port: 5432 }] : []),
    ...(present.includes('postgres')
      ? [{ what: 'the database to the internet', from: pods('postgres'), to: internet, port: 443 }]
      : []),
    ...(present.includes('engine') ? [{ what: 'a stranger to the engine', from: stranger, to: pods('engine'), port: 8000 }] : []),
    ...(isAws ? [{ what: 'the world past the balancer', from: internet, to: pods('backend'), port: 4000 }] : []),
  ];
}

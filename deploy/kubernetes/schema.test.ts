import { describe, expect, it } from 'vitest';
import { keptInstallations } from './installations.ts';
import { parseManifests, readBase, readKept } from './manifests.ts';
import { schemaDefects } from './schema.ts';

const base = readBase();

describe('sees the planted defect', () => {
  // oxlint-disable-next-line typescript/no-explicit-any
  type Plant = (object: any) => void;
  const container =
    (plant: Plant): Plant =>
    (object) =>
      plant(object.spec.template.spec.containers[0]);
  it.each<[string, string, Plant]>([
    ['a misspelt probe', 'livenesProbe', container((it) => (it.livenesProbe = it.livenessProbe))],
    ['a misspelt field of a probe', 'periodSecond', container((it) => (it.readinessProbe.periodSecond = 5))],
    ['a field in the wrong place', 'spec/hostNetwork', (it) => (it.spec.hostNetwork = true)],
    [
      'a misspelt security setting',
      'readOnlyRootFileSystem',
      container((it) => (it.securityContext.readOnlyRootFileSystem = true)),
    ],
    ['a field of an object in a list', 'mountpath', container((it) => (it.volumeMounts[0].mountpath = '/x'))],
    ['a number as text', 'containerPort', container((it) => (it.ports[0].containerPort = '4000'))],
    ['a missing selector', 'selector', (it) => delete it.spec.selector],
    ['a version that is gone', 'no Deployment in extensions/v2', (it) => (it.apiVersion = 'extensions/v2')],
  ])('%s', async (_name, word, plant) => {
    const broken = structuredClone(base.find(({ metadata }) => metadata.name === 'backend-deployment')!);
    plant(broken);
    const defects = await schemaDefects(broken);
    expect(defects).not.toEqual([]);
    expect(defects.join('\n')).toContain(word);
  });

  it('a label is no unknown field', async () => {
    const [object] = parseManifests(
      'x.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, labels: {any: thing}}\ndata: {ANY: thing}\n',
    );
    expect(await schemaDefects(object!)).toEqual([]);
  });
});

describe('sees the planted defect in a resource of somebody else', () => {
  const kept = keptInstallations.flatMap(readKept);
  // oxlint-disable-next-line typescript/no-explicit-any
  it.each<[string, string, (spec: any) => void]>([
    ['ScaledObject', 'cooldownPeriods', (spec) => (spec.cooldownPeriods = 1)],
    ['ScaledObject', 'maxReplicaCount', (spec) => (spec.maxReplicaCount = 'four')],
    ['TriggerAuthentication', 'secretTargetRefs', (spec) => (spec.secretTargetRefs = [])],
    ['PodMonitor', 'intervall', (spec) => (spec.podMetricsEndpoints[0].intervall = '1s')],
    ['PrometheusRule', 'lables', (spec) => (spec.groups[0].rules[0].lables = {})],
    ['NodePool', 'taint', (spec) => (spec.template.spec.taint = [])],
    ['EC2NodeClass', 'amiSelector', (spec) => (spec.amiSelector = [])],
    ['HTTPRoute', 'hostname', (spec) => (spec.hostname = 'x')],
    ['Gateway', 'gatewayClass', (spec) => (spec.gatewayClass = 'x')],
    ['SecretStore', 'aws', (spec) => (spec.provider.aws.regoin = 'x')],
    ['ExternalSecret', 'refreshInterval', (spec) => (spec.refreshInterval = 'often')],
    ['Cluster', 'storage', (spec) => (spec.storage.sizes = '10Gi')],
    ['ScheduledBackup', 'six fields', (spec) => (spec.schedule = '47 1 * * *')],
    ['ObjectStore', 'retentionPolicy', (spec) => (spec.retentionPolicy = 'month')],
    ['LoadBalancerConfiguration', 'scheme', (spec) => (spec.scheme = 'public')],
    [
      'TargetGroupConfiguration',
      'healthCheckConfig',
      (spec) => (spec.defaultConfiguration.healthCheckConfig.healthCheckPath = 'x'),
    ],
  ])('%s: %s', async (kind, word, plant) => {
    const broken = structuredClone(kept.find((object) => object.kind === kind)!);
    plant(broken.spec);
    expect((await schemaDefects(broken)).join('\n')).toContain(word);
  });
});

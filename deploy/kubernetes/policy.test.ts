import { describe, expect, it } from 'vitest';
import { keptInstallations } from './installations.ts';
import { type Manifest, readBase, readKept } from './manifests.ts';
import { policies } from './policy/index.ts';
import { schemaDefects } from './schema.ts';

const places: [string, Manifest[]][] = [
  ['base', readBase()],
  ...keptInstallations.map((one): [string, Manifest[]] => [one.name, readKept(one)]),
];
const everything = 'aws+keda+gpu+monitoring+backup+gateway-api+models';
const cluster = 'aws+keda+backup+cloudnative-pg';
const external = 'aws+keda+backup+external-database';

describe.each(places)('%s', (_name, all) => {
  it.each(Object.entries(policies))('%s', (_policy, policy) => expect(policy(all)).toEqual([]));

  it('every object is one that its API knows', async () =>
    expect((await Promise.all(all.map(schemaDefects))).flat()).toEqual([]));
});

// Each policy must see the defects that it is there for, in the place where they would stand.
// oxlint-disable-next-line typescript/no-explicit-any
type Plant = (find: (kind: string, name: string) => any, all: Manifest[]) => void;
// oxlint-disable-next-line typescript/no-explicit-any
const main = (workload: any) => workload.spec.template.spec.containers[0];
// oxlint-disable-next-line typescript/no-explicit-any
const job = (cronJob: any) => cronJob.spec.jobTemplate.spec.template.spec;
const remove = (all: Manifest[], kind: string, name: string) =>
  all.splice(
    all.findIndex((one) => one.kind === kind && one.metadata.name === name),
    1,
  );

const mutants: Record<keyof typeof policies, [place: string, plant: Plant][]> = {
  'selectors match their pods': [
    ['base', (find) => (find('Service', 'backend-service').spec.selector.app = 'backnd')],
    ['aws', (find) => (find('Deployment', 'worker-deployment').spec.template.metadata.labels.app = 'wroker')],
    [cluster, (find) => (find('Service', 'postgres-service').spec.selector['cnpg.io/cluster'] = 'other')],
    ['aws', (find) => (find('PodDisruptionBudget', 'worker').spec.selector.matchLabels.app = 'wroker')],
  ],
  'ports, probes and monitors resolve': [
    ['base', (find) => (main(find('Deployment', 'backend-deployment')).readinessProbe.httpGet.port = 'web')],
    ['base', (find) => (find('Service', 'frontend-service').spec.ports[0].targetPort = 8080)],
    [everything, (find) => (find('PodMonitor', 'rendermart').spec.podMetricsEndpoints[0].port = 'prometheus')],
  ],
  'doors lead somewhere': [
    ['base', (find) => (find('Ingress', 'rendermart-ingress').spec.rules[0].http.paths[0].backend.service.port.number = 4001)],
    [everything, (find) => (find('HTTPRoute', 'rendermart').spec.rules[0].backendRefs[0].name = 'backend')],
    [everything, (find) => (find('HTTPRoute', 'rendermart').spec.parentRefs[0].sectionName = 'tls')],
    ['aws', (_find, all) => remove(all, 'Ingress', 'rendermart-ingress')],
  ],
  'names resolve': [
    ['aws', (_find, all) => remove(all, 'ExternalSecret', 'rendermart-secrets')],
    ['aws', (_find, all) => remove(all, 'ServiceAccount', 'worker')],
    ['aws', (_find, all) => remove(all, 'StorageClass', 'rendermart-gp3')],
    ['local', (find) => (main(find('Deployment', 'backend-deployment')).envFrom[1].secretRef.name = 'rendermart-secrets')],
    ['local', (_find, all) => remove(all, 'PersistentVolumeClaim', 'rendermart-images')],
    [everything, (find) => (find('ScaledObject', 'worker').spec.scaleTargetRef.name = 'worker')],
    [everything, (find) => (find('TriggerAuthentication', 'worker-scaler').spec.secretTargetRef[0].name = 'scaler')],
    [everything, (find) => (find('NodePool', 'rendermart-gpu').spec.template.spec.nodeClassRef.name = 'default')],
    [cluster, (_find, all) => remove(all, 'ObjectStore', 'postgres-backups')],
  ],
  'labels say who applies': [
    [everything, (find) => (find('NodePool', 'rendermart-gpu').metadata.labels = { 'app.kubernetes.io/part-of': 'rendermart' })],
    ['aws', (find) => delete find('Ingress', 'rendermart-ingress').metadata.labels],
  ],
  'added models are shared': [
    [everything, (find) => (find('PersistentVolumeClaim', 'rendermart-models').spec.accessModes = ['ReadWriteOnce'])],
    [everything, (find) => (main(find('Deployment', 'worker-deployment')).volumeMounts.at(-1).mountPath = '/other')],
    [everything, (find) => (main(find('Deployment', 'backend-deployment')).volumeMounts.at(-1).readOnly = true)],
    [everything, (find) => delete find('ConfigMap', 'rendermart-config').data.IMPORT_DIR],
    ['aws', (find) => (find('ConfigMap', 'rendermart-config').data.ADDED_MODELS_DIR = '/models')],
    ['aws', (find) => delete find('ConfigMap', 'rendermart-config').data.ADDED_MODELS_DIR],
  ],
  'an external database is known': [
    [external, (find) => job(find('CronJob', 'restore-drill')).containers[0].volumeMounts.pop()],
    [external, (find) => find('Deployment', 'backend-deployment').spec.template.spec.initContainers[0].volumeMounts.pop()],
    [external, (find) => (main(find('Deployment', 'worker-deployment')).volumeMounts.at(-1).mountPath = '/etc/ssl')],
  ],
  'pods are restricted': [
    ['base', (find) => (main(find('StatefulSet', 'postgres-db')).securityContext.readOnlyRootFilesystem = false)],
    ['base', (find) => (find('Deployment', 'backend-deployment').spec.template.spec.securityContext.runAsUser = 0)],
    [
      'base',
      (find) => delete find('Deployment', 'worker-deployment').spec.template.spec.initContainers[0].securityContext.capabilities,
    ],
    ['base', (find) => (main(find('Deployment', 'frontend-deployment')).securityContext.capabilities.add = ['NET_BIND_SERVICE'])],
    ['aws', (find) => (find('Deployment', 'frontend-deployment').spec.template.spec.automountServiceAccountToken = true)],
    [
      'aws',
      (find) =>
        find('Deployment', 'worker-deployment').spec.template.spec.volumes.push({ name: 'host', hostPath: { path: '/' } }),
    ],
    [everything, (find) => delete find('Deployment', 'engine-deployment').spec.template.spec.securityContext.seccompProfile],
    [everything, (find) => delete job(find('CronJob', 'backup')).containers[0].securityContext],
  ],
  'pods ask for what they need': [
    ['base', (find) => delete main(find('Deployment', 'worker-deployment')).resources.limits],
    ['base', (find) => (main(find('Deployment', 'backend-deployment')).resources.limits.cpu = '1')],
    [everything, (find) => delete job(find('CronJob', 'restore-drill')).containers[0].resources.requests.memory],
  ],
  'scratch space is limited': [
    [everything, (find) => delete job(find('CronJob', 'restore-drill')).volumes[0].emptyDir.sizeLimit],
  ],
  'images are pinned': [
    ['base', (find) => (main(find('StatefulSet', 'postgres-db')).image = 'postgres:latest')],
    ['base', (find) => (main(find('Deployment', 'backend-deployment')).image = 'rendermart-backend:1')],
    ['local', (find) => (main(find('Deployment', 'worker-deployment')).image = 'rendermart-backend')],
    [
      'aws',
      (find) =>
        (main(find('Deployment', 'worker-deployment')).image = main(find('Deployment', 'worker-deployment')).image.replace(
          /@.*/,
          ':1',
        )),
    ],
    [everything, (find) => (main(find('Deployment', 'engine-deployment')).image = 'vllm/vllm-omni')],
  ],
  'pods are probed': [
    ['base', (find) => delete main(find('Deployment', 'backend-deployment')).readinessProbe],
    ['base', (find) => delete main(find('Deployment', 'worker-deployment')).livenessProbe],
    ['base', (find) => delete main(find('StatefulSet', 'postgres-db')).startupProbe],
    [everything, (find) => delete main(find('Deployment', 'engine-deployment')).readinessProbe],
  ],
  'liveness asks nobody else': [
    ['base', (find) => (main(find('Deployment', 'worker-deployment')).livenessProbe.httpGet.path = '/metrics')],
    ['base', (find) => (main(find('Deployment', 'backend-deployment')).livenessProbe.httpGet.path = '/api/health/ready')],
  ],
  'stopping has the time it needs': [
    ['base', (find) => (find('Deployment', 'backend-deployment').spec.template.spec.terminationGracePeriodSeconds = 45)],
    ['aws', (find) => (find('ConfigMap', 'rendermart-config').data.DRAIN_SECONDS = '60')],
    ['aws', (find) => (main(find('Deployment', 'worker-deployment')).env[0].value = '300')],
  ],
  'balanced pods linger': [['base', (find) => delete main(find('Deployment', 'frontend-deployment')).lifecycle]],
  'timeouts are in order': [
    [
      'aws',
      (find) =>
        (find('Ingress', 'rendermart-ingress').metadata.annotations['alb.ingress.kubernetes.io/load-balancer-attributes'] =
          'idle_timeout.timeout_seconds=300'),
    ],
    [everything, (find) => (find('LoadBalancerConfiguration', 'rendermart').spec.loadBalancerAttributes[0].value = '15')],
    [
      everything,
      (find) =>
        find('LoadBalancerConfiguration', 'rendermart').spec.loadBalancerAttributes.splice(0, 1, {
          key: 'idle_timeout.timeout_seconds',
          value: '125',
        }),
    ],
  ],
  'budgets fit': [
    ['base', (_find, all) => remove(all, 'PodDisruptionBudget', 'backend')],
    ['base', (find) => (find('PodDisruptionBudget', 'worker').spec.selector.matchLabels.app = 'postgres')],
  ],
  'copies have one owner': [
    ['aws', (find) => (find('Deployment', 'backend-deployment').spec.replicas = 2)],
    [everything, (find) => (find('Deployment', 'worker-deployment').spec.replicas = 2)],
    ['base', (find) => delete find('Deployment', 'frontend-deployment').spec.replicas],
  ],
  'roll-outs are gentle': [
    ['base', (find) => (find('Deployment', 'backend-deployment').spec.strategy.rollingUpdate.maxUnavailable = 1)],
    ['base', (find) => delete find('Deployment', 'worker-deployment').spec.progressDeadlineSeconds],
  ],
  'connections add up': [
    ['base', (find) => (find('Deployment', 'backend-deployment').spec.replicas = 8)],
    ['aws', (find) => (find('HorizontalPodAutoscaler', 'backend').spec.maxReplicas = 7)],
    // Five workers, and five old ones that finish.
    [everything, (find) => (find('ScaledObject', 'worker').spec.maxReplicaCount = 5)],
    ['aws', (find) => (main(find('StatefulSet', 'postgres-db')).args[1] = 'max_connections=150')],
    [cluster, (find) => (find('Cluster', 'postgres-db').spec.postgresql.parameters.max_connections = '200')],
    [external, (find) => delete find('ConfigMap', 'rendermart-config').metadata.annotations],
    ['base', (find) => (find('ConfigMap', 'rendermart-config').data.DATABASE_POOL_SIZE = '50')],
  ],
  'heaps fit': [['base', (find) => (main(find('Deployment', 'backend-deployment')).resources.limits.memory = '768Mi')]],
  'uploads fit': [
    ['base', (find) => (find('Deployment', 'backend-deployment').spec.template.spec.volumes[0].emptyDir.sizeLimit = '512Mi')],
    ['aws', (find) => (main(find('Deployment', 'backend-deployment')).volumeMounts[0].mountPath = '/scratch')],
  ],
  'the quota leaves room': [
    [everything, (find) => (find('ResourceQuota', 'rendermart').spec.hard['requests.memory'] = '16Gi')],
    ['aws', (find) => (find('ResourceQuota', 'rendermart').spec.hard.pods = '10')],
  ],
  'network policies cover every pod': [
    ['base', (find) => (find('NetworkPolicy', 'default-deny').spec.podSelector = { matchLabels: { app: 'backend' } })],
    ['base', (find) => (find('NetworkPolicy', 'default-deny').spec.policyTypes = ['Egress'])],
  ],
  'needed flows are open': [
    ['base', (_find, all) => remove(all, 'NetworkPolicy', 'dns')],
    [
      'base',
      (find) => (find('NetworkPolicy', 'postgres').spec.ingress[0].from[0].podSelector.matchExpressions[0].values = ['backend']),
    ],
    ['aws', (find) => find('NetworkPolicy', 'backend').spec.egress.splice(2, 1)],
    ['aws', (find) => (find('NetworkPolicy', 'frontend').spec.ingress[0].from[0].ipBlock.cidr = '192.168.0.0/16')],
    [everything, (_find, all) => remove(all, 'NetworkPolicy', 'postgres-from-keda')],
    [everything, (_find, all) => remove(all, 'NetworkPolicy', 'metrics')],
    [everything, (_find, all) => remove(all, 'NetworkPolicy', 'backend-to-engine')],
    [everything, (_find, all) => remove(all, 'NetworkPolicy', 'postgres-from-backup')],
    [cluster, (find) => (find('NetworkPolicy', 'postgres').spec.podSelector.matchLabels = { app: 'postgres' })],
    [cluster, (find) => find('NetworkPolicy', 'postgres-cluster').spec.egress.splice(0, 1)],
    [external, (_find, all) => remove(all, 'NetworkPolicy', 'external-database')],
  ],
  'other flows are closed': [
    ['base', (find) => (find('NetworkPolicy', 'backend').spec.egress[2].to[0].ipBlock.cidr = '169.254.0.0/16')],
    ['base', (find) => delete find('NetworkPolicy', 'postgres').spec.ingress[0].from],
    ['base', (find) => delete find('NetworkPolicy', 'backend-ingress').spec.ingress[0].ports],
    ['aws', (find) => (find('NetworkPolicy', 'backend-ingress').spec.ingress[0].from[0].ipBlock.cidr = '0.0.0.0/0')],
    [everything, (find) => delete find('NetworkPolicy', 'metrics').spec.ingress[0].from],
    [everything, (find) => delete find('NetworkPolicy', 'engine').spec.ingress[0].from],
  ],
};

describe.each(Object.entries(mutants))('%s: sees the planted defect', (name, planted) => {
  it.each(planted.map(([place, plant], index) => [`${index + 1} (${place})`, place, plant] as const))(
    '%s',
    (_title, place, plant) => {
      const broken = structuredClone(places.find(([one]) => one === place)![1]);
      plant((kind, object) => broken.find((one) => one.kind === kind && one.metadata.name === object)!, broken);
      expect(policies[name as keyof typeof policies](broken)).not.toEqual([]);
    },
  );
});

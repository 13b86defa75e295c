import type { Manifest } from '../manifests.ts';
import { containersOf, includes, ofKind, workloadsOf } from './objects.ts';

/** Every selector finds pods, its own or somebody's. */
export function selectorsMatch(all: Manifest[]): string[] {
  const workloads = workloadsOf(all);
  const labels = [...workloads.map((workload) => workload.labels), ...clusterPods(all)];
  const own = workloads
    .filter(({ labels, manifest }) => manifest.spec.selector && !includes(labels, manifest.spec.selector.matchLabels))
    .map(({ kind, name }) => `${kind} ${name} does not select its own pods`);
  const others = ofKind(all, 'Service', 'PodDisruptionBudget')
    .filter(({ spec }) => !labels.some((one) => includes(one, spec.selector.matchLabels ?? spec.selector)))
    .map(({ kind, metadata }) => `${kind} ${metadata.name} selects no pods`);
  return [...own, ...others];
}

/** The labels of the pods that CloudNativePG makes of a Cluster. */
export const clusterPods = (all: Manifest[]): Record<string, string>[] =>
  ofKind(all, 'Cluster').map(({ metadata }) => ({ 'cnpg.io/cluster': metadata.name, 'cnpg.io/instanceRole': 'primary' }));

interface Port {
  name?: string;
  containerPort: number;
}

/** Services send to ports that are open, and probes and monitors ask ports that have the name. */
export function portsResolve(all: Manifest[]): string[] {
  const workloads = workloadsOf(all);
  const ofServices = ofKind(all, 'Service').flatMap(({ metadata, spec }) => {
    const pods = workloads.filter(({ labels }) => includes(labels, spec.selector));
    const open = pods.flatMap((workload) => containersOf(workload).flatMap(({ ports = [] }): Port[] => ports));
    if (clusterPods(all).some((labels) => includes(labels, spec.selector))) open.push({ containerPort: 5432 });
    return (spec.ports as { targetPort: number | string }[])
      .filter(({ targetPort }) => !open.some(({ name, containerPort }) => targetPort === containerPort || targetPort === name))
      .map(({ targetPort }) => `Service ${metadata.name} sends to port ${targetPort}, which no container opens`);
  });
  const ofProbes = workloads.flatMap((workload) =>
    containersOf(workload).flatMap((container) =>
      ['startupProbe', 'livenessProbe', 'readinessProbe']
        .map((probe) => container[probe]?.httpGet?.port as string | undefined)
        .filter((port) => port !== undefined && !container.ports?.some(({ name }: Port) => name === port))
        .map((port) => `${workload.name}/${container.name} probes port ${port}, which it does not open`),
    ),
  );
  return [...ofServices, ...ofProbes, ...monitoredPorts(all)];
}

function monitoredPorts(all: Manifest[]): string[] {
  return ofKind(all, 'PodMonitor').flatMap(({ spec }) => {
    const [{ key, values }] = spec.selector.matchExpressions;
    return (values as string[]).flatMap((value) => {
      const pods = workloadsOf(all).filter(({ labels }) => labels[key] === value);
      const named = pods
        .flatMap((workload) => containersOf(workload).flatMap(({ ports = [] }): Port[] => ports))
        .map(({ name }) => name);
      return (spec.podMetricsEndpoints as { port: string }[])
        .filter(({ port }) => !named.includes(port))
        .map(({ port }) => `PodMonitor asks port ${port} of the pods with ${key}=${value}, which they do not open`);
    });
  });
}

interface Backend {
  from: string;
  service: string;
  port: number;
}

/** Every path of an Ingress or an HTTPRoute leads to a port that a Service has. */
export function doorsLeadSomewhere(all: Manifest[]): string[] {
  const services = ofKind(all, 'Service');
  const gateways = ofKind(all, 'Gateway').flatMap(({ metadata, spec }) =>
    (spec.listeners as { name: string }[]).map(({ name }) => `${metadata.name}/${name}`),
  );
  const routes = ofKind(all, 'HTTPRoute');
  const lost = routes.flatMap(({ metadata, spec }) =>
    (spec.parentRefs as { name: string; sectionName: string }[])
      .filter(({ name, sectionName }) => !gateways.includes(`${name}/${sectionName}`))
      .map(({ name, sectionName }) => `HTTPRoute ${metadata.name} hangs on ${name}/${sectionName}, which does not exist`),
  );
  const none =
    ofKind(all, 'Ingress').length + routes.length === 0 ? ['there is no door: neither an Ingress nor an HTTPRoute'] : [];
  return [
    ...none,
    ...lost,
    ...backendsOf(all)
      .filter(
        ({ service, port }) =>
          !services.some(
            ({ metadata, spec }) => metadata.name === service && spec.ports.some((one: { port: number }) => one.port === port),
          ),
      )
      .map(({ from, service, port }) => `${from} leads to ${service}:${port}, which does not exist`),
  ];
}

function backendsOf(all: Manifest[]): Backend[] {
  const ofIngresses = ofKind(all, 'Ingress').flatMap(({ spec }) =>
    spec.rules.flatMap(
      (rule: { http: { paths: { path: string; backend: { service: { name: string; port: { number: number } } } }[] } }) =>
        rule.http.paths.map(({ path, backend: { service } }) => ({
          from: path,
          service: service.name,
          port: service.port.number,
        })),
    ),
  );
  const ofRoutes = ofKind(all, 'HTTPRoute').flatMap(({ metadata, spec }) =>
    spec.rules.flatMap(({ backendRefs = [] }: { backendRefs?: { name: string; port: number }[] }) =>
      backendRefs.map(({ name, port }) => ({ from: metadata.name, service: name, port })),
    ),
  );
  return [...ofIngresses, ...ofRoutes];
}

// What somebody else makes in every cluster, or in every EKS cluster (the class of the base, which overlays/aws replaces).
const given = new Set(['StorageClass gp2']);

/** Whatever an object names exists: secrets, configuration, accounts, volumes, classes, scaled Deployments, stores. */
export function namesResolve(all: Manifest[]): string[] {
  const made = new Set([...all.map(({ kind, metadata }) => `${kind} ${metadata.name}`), ...given, ...madeByOthers(all)]);
  // The base alone has no secrets: that an overlay must bring them is in README.md, and that each does is checked on each.
  if (ofKind(all, 'Namespace').length === 0)
    for (const name of ['rendermart-secrets', 'rendermart-postgres']) made.add(`Secret ${name}`);
  return all.flatMap((manifest) =>
    [...new Set(namedIn(manifest))]
      .filter((name) => !made.has(name))
      .map((name) => `${manifest.kind} ${manifest.metadata.name} names ${name}, which does not exist`),
  );
}

/** An ExternalSecret makes its Secret. */
const madeByOthers = (all: Manifest[]): string[] => ofKind(all, 'ExternalSecret').map(({ spec }) => `Secret ${spec.target.name}`);

function namedIn(manifest: Manifest): string[] {
  const [workload] = workloadsOf([manifest]);
  return [...(workload ? namedInPod(workload.pod) : []), ...namedInOther(manifest)];
}

// oxlint-disable-next-line typescript/no-explicit-any
function namedInPod(pod: any): string[] {
  const names = [`ServiceAccount ${pod.serviceAccountName}`];
  for (const { secret, configMap, persistentVolumeClaim } of pod.volumes ?? []) {
    if (secret) names.push(`Secret ${secret.secretName}`);
    // What is optional may be made by the operator, or not at all.
    if (configMap && !configMap.optional) names.push(`ConfigMap ${configMap.name}`);
    if (persistentVolumeClaim) names.push(`PersistentVolumeClaim ${persistentVolumeClaim.claimName}`);
  }
  for (const { envFrom = [], env = [] } of [...(pod.initContainers ?? []), ...pod.containers]) {
    for (const { configMapRef, secretRef } of envFrom)
      names.push(configMapRef ? `ConfigMap ${configMapRef.name}` : `Secret ${secretRef.name}`);
    for (const { valueFrom } of env) if (valueFrom?.secretKeyRef) names.push(`Secret ${valueFrom.secretKeyRef.name}`);
  }
  return names;
}

function namedInOther({ kind, spec }: Manifest): string[] {
  const named: Record<string, () => string[]> = {
    HorizontalPodAutoscaler: () => [`${spec.scaleTargetRef.kind} ${spec.scaleTargetRef.name}`],
    ScaledObject: () => [
      `Deployment ${spec.scaleTargetRef.name}`,
      ...spec.triggers.flatMap(({ authenticationRef }: { authenticationRef?: { name: string } }) =>
        authenticationRef ? [`TriggerAuthentication ${authenticationRef.name}`] : [],
      ),
    ],
    TriggerAuthentication: () => spec.secretTargetRef.map(({ name }: { name: string }) => `Secret ${name}`),
    StatefulSet: () => [`Service ${spec.serviceName}`, ...spec.volumeClaimTemplates.flatMap(classOf)],
    PersistentVolumeClaim: () => classOf({ spec }),
    ExternalSecret: () => [`${spec.secretStoreRef.kind} ${spec.secretStoreRef.name}`],
    Cluster: () => [
      `Secret ${spec.bootstrap.initdb.secret.name}`,
      ...spec.plugins.map(
        ({ parameters }: { parameters: { barmanObjectName: string } }) => `ObjectStore ${parameters.barmanObjectName}`,
      ),
      ...(spec.storage.storageClass ? [`StorageClass ${spec.storage.storageClass}`] : []),
    ],
    ScheduledBackup: () => [`Cluster ${spec.cluster.name}`],
    NodePool: () => [`EC2NodeClass ${spec.template.spec.nodeClassRef.name}`],
    Gateway: () => [
      `GatewayClass ${spec.gatewayClassName}`,
      `${spec.infrastructure.parametersRef.kind} ${spec.infrastructure.parametersRef.name}`,
    ],
    TargetGroupConfiguration: () => [`Service ${spec.targetReference.name}`],
  };
  return named[kind]?.() ?? [];
}

/** Without a class, the cluster's default. */
const classOf = ({ spec }: { spec: { storageClassName?: string } }): string[] =>
  spec.storageClassName === undefined ? [] : [`StorageClass ${spec.storageClassName}`];

// What a deploying workflow may not touch: the cluster's own kinds, and what limits the namespace itself.
const ofTheCluster = new Set([
  'Namespace',
  'StorageClass',
  'GatewayClass',
  'NodePool',
  'EC2NodeClass',
  'ResourceQuota',
  'LimitRange',
  'Role',
  'RoleBinding',
]);

/** The label says who applies an object: with it the workflow, without it a person with more rights. */
export function labelsSayWhoApplies(all: Manifest[]): string[] {
  return all
    .filter(({ kind, metadata }) => ofTheCluster.has(kind) === (metadata.labels?.['app.kubernetes.io/part-of'] === 'rendermart'))
    .filter(({ kind }) => kind !== 'Secret')
    .map(({ kind, metadata }) =>
      ofTheCluster.has(kind)
        ? `${kind} ${metadata.name} carries the label of what the workflow may apply`
        : `${kind} ${metadata.name} lacks the label, so the workflow would leave it out`,
    );
}

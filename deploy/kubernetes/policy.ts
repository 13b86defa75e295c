import type { Manifest } from './manifests.ts';

/** Pure checks of the manifests: each answers what is wrong, one line a defect, and nothing when all is well. */
export const policies: Record<string, (all: Manifest[]) => string[]> = {
  'selectors match their pods': selectorsMatch,
  'ports and probes resolve': portsResolve,
  'the Ingress leads to Services that exist': ingressResolves,
  'pods are restricted': podsAreRestricted,
  'pods ask for what they need': podsAskForResources,
  'images are pinned': imagesArePinned,
  'stopping has the time it needs': stoppingHasTime,
  'connections add up': connectionsAddUp,
};

const workloads = (all: Manifest[]) => all.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
const services = (all: Manifest[]) => all.filter(({ kind }) => kind === 'Service');
const podOf = (workload: Manifest) => workload.spec.template.spec;
const containersOf = (workload: Manifest) => [...(podOf(workload).initContainers ?? []), ...podOf(workload).containers];
const includes = (labels: Record<string, string>, wanted: Record<string, string>) =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

function selectorsMatch(all: Manifest[]): string[] {
  const own = workloads(all)
    .filter((workload) => !includes(workload.spec.template.metadata.labels, workload.spec.selector.matchLabels))
    .map((workload) => `${workload.kind} ${workload.metadata.name} does not select its own pods`);
  const served = services(all)
    .filter(
      (service) => !workloads(all).some((workload) => includes(workload.spec.template.metadata.labels, service.spec.selector)),
    )
    .map((service) => `Service ${service.metadata.name} selects no pods`);
  return [...own, ...served];
}

function portsResolve(all: Manifest[]): string[] {
  const ofServices = services(all).flatMap((service) => {
    const pods = workloads(all).filter((workload) => includes(workload.spec.template.metadata.labels, service.spec.selector));
    const open = pods.flatMap((workload) => containersOf(workload).flatMap((container) => container.ports ?? []));
    return service.spec.ports
      .filter(
        (port: { targetPort: number | string }) =>
          !open.some(({ name, containerPort }) => port.targetPort === containerPort || port.targetPort === name),
      )
      .map(
        (port: { targetPort: number | string }) =>
          `Service ${service.metadata.name} sends to port ${port.targetPort}, which no container opens`,
      );
  });
  const ofProbes = workloads(all).flatMap((workload) =>
    podOf(workload).containers.flatMap(
      (container: Record<string, { httpGet?: { port: string } }> & { name: string; ports?: { name: string }[] }) =>
        ['startupProbe', 'livenessProbe', 'readinessProbe']
          .map((probe) => container[probe]?.httpGet?.port)
          .filter((port) => port !== undefined && !container.ports?.some(({ name }) => name === port))
          .map((port) => `${workload.metadata.name}/${container.name} probes port ${port}, which it does not open`),
    ),
  );
  return [...ofServices, ...ofProbes];
}

function ingressResolves(all: Manifest[]): string[] {
  const paths = all
    .filter(({ kind }) => kind === 'Ingress')
    .flatMap((ingress) => ingress.spec.rules.flatMap((rule: { http: { paths: unknown[] } }) => rule.http.paths));
  return paths
    .filter(
      ({ backend }) =>
        !services(all).some(
          ({ metadata, spec }) =>
            metadata.name === backend.service.name &&
            spec.ports.some(({ port }: { port: number }) => port === backend.service.port.number),
        ),
    )
    .map(({ path, backend }) => `${path} leads to ${backend.service.name}:${backend.service.port.number}, which does not exist`);
}

/** The Pod Security Standard "restricted", and a read-only root. */
function podsAreRestricted(all: Manifest[]): string[] {
  return workloads(all).flatMap((workload) => {
    const pod = podOf(workload).securityContext ?? {};
    const wrong: string[] = [];
    if (pod.runAsNonRoot !== true || !(pod.runAsUser > 0)) wrong.push('runs as root');
    if (pod.seccompProfile?.type !== 'RuntimeDefault') wrong.push('has no seccomp profile');
    for (const { name, securityContext = {} } of containersOf(workload)) {
      if (securityContext.allowPrivilegeEscalation !== false) wrong.push(`${name} may gain privileges`);
      if (securityContext.readOnlyRootFilesystem !== true) wrong.push(`${name} may write to its root`);
      if (!securityContext.capabilities?.drop?.includes('ALL')) wrong.push(`${name} keeps capabilities`);
    }
    return wrong.map((what) => `${workload.metadata.name}: ${what}`);
  });
}

function podsAskForResources(all: Manifest[]): string[] {
  return workloads(all).flatMap((workload) =>
    containersOf(workload)
      .filter(({ resources }) => !resources?.requests?.cpu || !resources.requests.memory || !resources.limits?.memory)
      .map(({ name }) => `${workload.metadata.name}/${name} does not say what it needs`),
  );
}

function imagesArePinned(all: Manifest[]): string[] {
  // The overlays give our own images their tag or digest.
  return workloads(all).flatMap((workload) =>
    containersOf(workload)
      .filter(({ image }) => !/^rendermart-(backend|frontend)$/.test(image) && (!/[:@]/.test(image) || image.endsWith(':latest')))
      .map(({ image }) => `${workload.metadata.name} uses ${image} without a version`),
  );
}

function stoppingHasTime(all: Manifest[]): string[] {
  const drainOfConfig = Number(all.find(({ kind }) => kind === 'ConfigMap')?.data?.DRAIN_SECONDS ?? 0);
  return workloads(all).flatMap((workload) => {
    const [container] = podOf(workload).containers;
    const own = container.env?.find(({ name }: { name: string }) => name === 'DRAIN_SECONDS')?.value;
    const needed =
      (container.lifecycle?.preStop?.sleep?.seconds ?? 0) +
      (container.image === 'rendermart-backend' ? Number(own ?? drainOfConfig) + 5 : 0);
    const given = podOf(workload).terminationGracePeriodSeconds ?? 30;
    return given < needed ? [`${workload.metadata.name} is killed after ${given} s, but needs ${needed} s to stop`] : [];
  });
}

// What one process opens: its pool, one connection that listens, and the task queue's (see backend/src/platform/tasks.ts).
const tasksOfApi = 2;
const tasksOfWorker = 5;
const reserve = 10;

function connectionsAddUp(all: Manifest[]): string[] {
  const pool = Number(all.find(({ kind }) => kind === 'ConfigMap')?.data?.DATABASE_POOL_SIZE);
  const copies = (name: string) => workloads(all).find(({ metadata }) => metadata.name === name)?.spec.replicas ?? 0;
  // A rolling update runs one copy more of each.
  const used =
    (copies('backend-deployment') + 1) * (pool + 1 + tasksOfApi) +
    (copies('worker-deployment') + 1) * (pool + 1 + tasksOfWorker) +
    reserve;
  const postgres = workloads(all).find(({ metadata }) => metadata.name === 'postgres-db');
  const setting: string | undefined =
    postgres && podOf(postgres).containers[0].args.find((part: string) => part.startsWith('max_connections='));
  const allowed = Number(setting?.split('=')[1] ?? 100);
  return used > allowed ? [`the copies may open ${used} connections, and PostgreSQL allows ${allowed}`] : [];
}

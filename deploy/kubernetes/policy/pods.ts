import type { Manifest } from '../manifests.ts';
import { containersOf, imageName, ofKind, runsToItsEnd, workloadsOf } from './objects.ts';

/** The Pod Security Standard "restricted" (v1.34), and besides: a read-only root, and no token of the Kubernetes API. */
export function podsAreRestricted(all: Manifest[]): string[] {
  return workloadsOf(all).flatMap((workload) => {
    const { pod } = workload;
    const wrong = containersOf(workload).flatMap(containerDefects);
    const security = pod.securityContext ?? {};
    if (security.runAsNonRoot !== true || !(security.runAsUser > 0)) wrong.push('runs as root');
    if (security.seccompProfile?.type !== 'RuntimeDefault') wrong.push('has no seccomp profile');
    if (pod.hostNetwork || pod.hostPID || pod.hostIPC) wrong.push('shares the host’s namespaces');
    if (pod.automountServiceAccountToken !== false) wrong.push('is given a token of the Kubernetes API');
    if (pod.enableServiceLinks !== false) wrong.push('is told every Service in its environment');
    for (const volume of pod.volumes ?? [])
      if (!allowedVolumes.some((kind) => kind in volume))
        wrong.push(`mounts the volume ${volume.name} of a kind that is not allowed`);
    for (const { name } of security.sysctls ?? [])
      if (name !== 'net.ipv4.ip_unprivileged_port_start') wrong.push(`sets the unsafe ${name}`);
    return wrong.map((what) => `${workload.name}: ${what}`);
  });
}

const allowedVolumes = [
  'emptyDir',
  'configMap',
  'secret',
  'persistentVolumeClaim',
  'projected',
  'downwardAPI',
  'csi',
  'ephemeral',
];

// oxlint-disable-next-line typescript/no-explicit-any
function containerDefects({ name, securityContext = {}, ports = [] }: any): string[] {
  const wrong: string[] = [];
  if (securityContext.allowPrivilegeEscalation !== false) wrong.push(`${name} may gain privileges`);
  if (securityContext.privileged) wrong.push(`${name} is privileged`);
  if (securityContext.readOnlyRootFilesystem !== true) wrong.push(`${name} may write to its root`);
  if (!securityContext.capabilities?.drop?.includes('ALL')) wrong.push(`${name} keeps capabilities`);
  if (securityContext.capabilities?.add) wrong.push(`${name} asks for capabilities`);
  if (ports.some(({ hostPort }: { hostPort?: number }) => hostPort !== undefined)) wrong.push(`${name} opens a port of the host`);
  return wrong;
}

/** Processor time and memory are asked for, memory is limited, processor time is not (throttling would only add delay). */
export function podsAskForResources(all: Manifest[]): string[] {
  return workloadsOf(all).flatMap((workload) =>
    containersOf(workload).flatMap(({ name, resources }) => {
      const complete = resources?.requests?.cpu && resources.requests.memory && resources.limits?.memory;
      return [
        ...(complete ? [] : [`${workload.name}/${name} does not say what it needs`]),
        ...(resources?.limits?.cpu ? [`${workload.name}/${name} is throttled by a limit of processor time`] : []),
      ];
    }),
  );
}

/** Everything that a pod can fill has an end. */
export function scratchIsLimited(all: Manifest[]): string[] {
  return workloadsOf(all).flatMap(({ name, pod }) =>
    (pod.volumes ?? [])
      .filter((volume: { emptyDir?: { sizeLimit?: string } }) => volume.emptyDir && !volume.emptyDir.sizeLimit)
      .map((volume: { name: string }) => `${name}: the volume ${volume.name} has no size limit`),
  );
}

/** A version or a digest; in an overlay for AWS, our own images by digest. */
export function imagesArePinned(all: Manifest[]): string[] {
  const isBase = ofKind(all, 'Namespace').length === 0;
  return workloadsOf(all).flatMap((workload) =>
    containersOf(workload).flatMap(({ image }) => {
      const own = imageName(image).startsWith('rendermart-');
      if (own && isBase)
        return image === imageName(image) ? [] : [`${workload.name}: the base names ${image}, which only an overlay may`];
      if (image.includes('.amazonaws.com/') && !/@sha256:[0-9a-f]{64}$/.test(image))
        return [`${workload.name}: ${image} has no digest`];
      return !/:[^/]+$|@sha256:/.test(image) || image.endsWith(':latest') ? [`${workload.name}: ${image} has no version`] : [];
    }),
  );
}

/** Whoever stays has a start-up and a liveness probe, and whoever is asked something a readiness probe. */
export function podsAreProbed(all: Manifest[]): string[] {
  const selectors = ofKind(all, 'Service').map(({ spec }) => Object.entries(spec.selector));
  return workloadsOf(all)
    .filter((workload) => !runsToItsEnd(workload))
    .flatMap((workload) => {
      const [main] = workload.pod.containers;
      const isAsked = selectors.some((selector) => selector.every(([key, value]) => workload.labels[key] === value));
      // A database that recovers from a crash must not be killed for being slow: it has no liveness probe on purpose.
      const wanted = [
        'startupProbe',
        ...(isAsked ? ['readinessProbe'] : []),
        ...(workload.kind === 'StatefulSet' ? [] : ['livenessProbe']),
      ];
      return wanted.filter((probe) => !main[probe]).map((probe) => `${workload.name} has no ${probe}`);
    });
}

/** Liveness speaks of the process alone: a database that is away must not restart everything that waits for it. */
export function livenessAsksNobody(all: Manifest[]): string[] {
  return workloadsOf(all).flatMap(({ name, pod }) => {
    const path: string | undefined = pod.containers[0].livenessProbe?.httpGet?.path;
    return path !== undefined && /ready|metrics/.test(path) ? [`${name}: ${path} asks the database`] : [];
  });
}

import type { Manifest } from '../kubernetes/manifests.ts';
import { podman } from './podman.ts';

/** What a cluster adds to a manifest when it starts one of its containers. */
export interface Surroundings {
  env: Record<string, string>;
  /** Folders of this machine, by the place where the container sees them. */
  mounts?: Record<string, string>;
}

/** A running container of a manifest. */
export interface RunningContainer {
  id: string;
  address: string;
  /** How long the cluster would wait after SIGTERM. */
  graceSeconds: number;
}

/** Starts the container of a workload with the manifest's own user, limits, arguments and security context. */
export async function startContainer(workload: Manifest, name: string, surroundings: Surroundings): Promise<RunningContainer> {
  const id = await podman('run', '--detach', ...wordsFor(workload, name, surroundings));
  const address = await podman('inspect', '--format', '{{.NetworkSettings.IPAddress}}', id);
  return { id, address, graceSeconds: workload.spec.template.spec.terminationGracePeriodSeconds };
}

/** The words after `podman run` that give a container what its manifest gives it in a cluster. */
export function wordsFor(workload: Manifest, name: string, { env, mounts = {} }: Surroundings): string[] {
  const pod = workload.spec.template.spec;
  const container = [...(pod.initContainers ?? []), ...pod.containers].find((one) => one.name === name);
  const given = {
    ...env,
    ...Object.fromEntries((container.env ?? []).map((one: { name: string; value: string }) => [one.name, one.value])),
  };
  return [
    ...restrictions(pod, container),
    ...(container.volumeMounts ?? []).flatMap((mount: Mount) => temporary(pod, mount)),
    ...Object.entries(mounts).flatMap(([inside, outside]) => ['--volume', `${outside}:${inside}`]),
    ...Object.entries(given).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    container.image,
    ...(container.args ?? []),
  ];
}

interface Mount {
  name: string;
  mountPath: string;
}

// oxlint-disable-next-line typescript/no-explicit-any
function restrictions(pod: any, { securityContext, resources }: any): string[] {
  return [
    ...['--user', `${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`],
    // A read-only root would otherwise get writable /tmp and /run as a present.
    ...(securityContext.readOnlyRootFilesystem ? ['--read-only', '--read-only-tmpfs=false'] : []),
    ...(securityContext.capabilities?.drop ?? []).flatMap((capability: string) => ['--cap-drop', capability]),
    ...(securityContext.allowPrivilegeEscalation === false ? ['--security-opt', 'no-new-privileges'] : []),
    ...(pod.securityContext.sysctls ?? []).flatMap((one: { name: string; value: string }) => [
      '--sysctl',
      `${one.name}=${one.value}`,
    ]),
    ...['--memory', inBytes(resources.limits.memory), '--pids-limit', '1024'],
  ];
}

// oxlint-disable-next-line typescript/no-explicit-any
function temporary(pod: any, { name, mountPath }: Mount): string[] {
  const volume = pod.volumes.find((one: Mount) => one.name === name);
  if (!volume?.emptyDir) return [];
  // `chown` does what fsGroup and the mode of an emptyDir do in a cluster: the pod's user may write there.
  const size = inBytes(volume.emptyDir.sizeLimit);
  return ['--mount', `type=tmpfs,destination=${mountPath},tmpfs-mode=1777,tmpfs-size=${size},chown=true`];
}

function inBytes(quantity: string): string {
  const [, amount, unit = ''] = /^(\d+)(Ki|Mi|Gi)?$/.exec(quantity)!;
  return String(Number(amount) * 1024 ** ['', 'Ki', 'Mi', 'Gi'].indexOf(unit));
}

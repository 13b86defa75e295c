import type { Manifest } from '../manifests.ts';

/** The pods that an object makes, whatever its kind. */
export interface Workload {
  kind: string;
  name: string;
  labels: Record<string, string>;
  // The pod's specification, read by path as in Manifest.
  // oxlint-disable-next-line typescript/no-explicit-any
  pod: any;
  manifest: Manifest;
}

/** A check of everything that is applied together. Answers what is wrong, one line a defect, and nothing when all is well. */
export type Policy = (all: Manifest[]) => string[];

export const ofKind = (all: Manifest[], ...kinds: string[]): Manifest[] => all.filter(({ kind }) => kinds.includes(kind));

/** Everything with a pod template of its own. CloudNativePG makes its pods itself, so they are not among these. */
export function workloadsOf(all: Manifest[]): Workload[] {
  return ofKind(all, 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob').map((manifest) => {
    const { template } = manifest.kind === 'CronJob' ? manifest.spec.jobTemplate.spec : manifest.spec;
    return { kind: manifest.kind, name: manifest.metadata.name, labels: template.metadata.labels, pod: template.spec, manifest };
  });
}

// oxlint-disable-next-line typescript/no-explicit-any
export const containersOf = ({ pod }: Workload): any[] => [...(pod.initContainers ?? []), ...pod.containers];

export const includes = (labels: Record<string, string>, wanted: Record<string, string>): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

/** What starts when work comes and ends by itself: no probes, no copies. */
export const runsToItsEnd = ({ kind }: Workload): boolean => kind === 'Job' || kind === 'CronJob';

/** The image's own name, without registry, tag and digest. */
export const imageName = (image: string): string => image.replace(/@.*$/, '').split('/').at(-1)!.replace(/:.*$/, '');

/** How many copies may run: what the manifest says, or what its autoscaler may do. */
export function mostCopies(all: Manifest[], { kind, name, manifest }: Workload): number {
  if (kind === 'CronJob') return 1;
  const scaler = scalerOf(all, name);
  return scaler ? (scaler.spec.maxReplicas ?? scaler.spec.maxReplicaCount) : (manifest.spec.replicas ?? 1);
}

/** The autoscaler that owns a Deployment's number of copies. */
export const scalerOf = (all: Manifest[], deployment: string): Manifest | undefined =>
  ofKind(all, 'HorizontalPodAutoscaler', 'ScaledObject').find(({ spec }) => spec.scaleTargetRef.name === deployment);

/** `1Gi` and `250m` as numbers of bytes and cores. Throws on what is no quantity. */
export function quantity(text: string | number): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(m|Ki|Mi|Gi|Ti)?$/.exec(String(text)) ?? [];
  if (amount === undefined) throw new Error(`${text} is no quantity`);
  return Number(amount) * { '': 1, m: 0.001, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 }[unit]!;
}

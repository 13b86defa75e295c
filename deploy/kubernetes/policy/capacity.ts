import { decodedAtOnce, defaultLimits } from '../../../backend/src/library/index.ts';
import { connectionsBesidesPool } from '../../../backend/src/platform/index.ts';
import type { Manifest } from '../manifests.ts';
import { type Workload, containersOf, imageName, mostCopies, ofKind, quantity, workloadsOf } from './objects.ts';

const besidesPool: Record<string, number> = connectionsBesidesPool;
// Migrations, backup, drill, KEDA, a person, and what PostgreSQL keeps for its owner.
const reserve = 10;

/**
 * All copies that may ever run together open fewer connections than PostgreSQL allows. In a roll-out, old copies keep theirs while
 * they finish what they began: a worker for five minutes, in which every new one has long started.
 */
export function connectionsAddUp(all: Manifest[]): string[] {
  const used = workloadsOf(all).reduce((sum, workload) => sum + connectionsOf(all, workload), reserve);
  const allowed = maxConnections(all);
  return used <= allowed ? [] : [`the copies may open ${used} connections, and PostgreSQL allows ${allowed}`];
}

function connectionsOf(all: Manifest[], workload: Workload): number {
  const [main] = workload.pod.containers;
  const besides = imageName(main.image) === 'rendermart-backend' ? besidesPool[main.args[0]] : undefined;
  if (besides === undefined) return 0;
  const own = main.env?.find(({ name }: { name: string }) => name === 'DATABASE_POOL_SIZE')?.value;
  const pool = Number(
    own ?? ofKind(all, 'ConfigMap').find(({ data }) => data?.['DATABASE_POOL_SIZE'])?.data?.['DATABASE_POOL_SIZE'],
  );
  return 2 * mostCopies(all, workload) * (pool + besides);
}

/** As the StatefulSet, the Cluster, or the one who named an external database says; PostgreSQL's own default is 100. */
function maxConnections(all: Manifest[]): number {
  const [cluster] = ofKind(all, 'Cluster');
  const own = workloadsOf(all).find(({ name }) => name === 'postgres-db');
  const setting = own?.pod.containers[0].args.find((word: string) => word.startsWith('max_connections='))?.split('=')[1];
  const told = all.map(({ metadata }) => metadata.annotations?.['rendermart/database-max-connections']).find(Boolean);
  return Number(cluster?.spec.postgresql.parameters.max_connections ?? setting ?? told ?? 100);
}

/**
 * What may be arriving at once fits on the /tmp of an API, with the pictures that are being turned upright meanwhile, each of
 * which may become as large as its pixels: a pod that fills its /tmp is evicted, with everybody's requests.
 */
export function uploadsFit(all: Manifest[]): string[] {
  const { receivingBytes, imagePixels } = defaultLimits;
  const needed = receivingBytes + decodedAtOnce * 4 * imagePixels;
  return workloadsOf(all)
    .filter(({ labels }) => labels['app'] === 'backend')
    .filter(({ pod }) => {
      const mount = pod.containers[0].volumeMounts.find(({ mountPath }: { mountPath: string }) => mountPath === '/tmp');
      const volume = pod.volumes.find(({ name }: { name: string }) => name === mount?.name);
      return !(quantity(volume?.emptyDir?.sizeLimit ?? '0') >= needed);
    })
    .map(({ name }) => `${name}: uploads may take ${Math.ceil(needed / 2 ** 20)} Mi, for which its /tmp is too small`);
}

/** Node leaves a quarter of the memory limit to what is not its heap: image buffers, the inference library, the program itself. */
export function heapsFit(all: Manifest[]): string[] {
  const heapMb = 768;
  return workloadsOf(all).flatMap(({ name, pod }) =>
    pod.containers
      .filter(({ image }: { image: string }) => imageName(image) === 'rendermart-backend')
      .filter(
        ({ resources }: { resources: { limits: { memory: string } } }) =>
          quantity(resources.limits.memory) * 0.75 < heapMb * 2 ** 20,
      )
      .map(() => `${name}: a heap of ${heapMb} MB (deploy/docker/backend.Dockerfile) does not fit into its memory`),
  );
}

/** The quota of the namespace leaves room for everything at its largest, and for the old copies that finish during a roll-out. */
export function quotaLeavesRoom(all: Manifest[]): string[] {
  const [quota] = ofKind(all, 'ResourceQuota');
  if (!quota) return [];
  const needed = { 'requests.cpu': 0, 'requests.memory': 0, 'limits.memory': 0, pods: 0 };
  for (const workload of workloadsOf(all)) {
    const copies = mostCopies(all, workload) * (workload.kind === 'Deployment' ? 2 : 1);
    const sum = (of: 'requests' | 'limits', what: string) =>
      workload.pod.containers.reduce(
        (total: number, { resources }: { resources: Record<string, Record<string, string>> }) =>
          total + quantity(resources[of]![what]!),
        0,
      );
    needed.pods += copies;
    needed['requests.cpu'] += copies * sum('requests', 'cpu');
    needed['requests.memory'] += copies * sum('requests', 'memory');
    needed['limits.memory'] += copies * sum('limits', 'memory');
  }
  const silent = workloadsOf(all).filter((workload) =>
    containersOf(workload).some(({ resources }) => !resources?.limits?.memory),
  );
  return [
    ...silent.map(({ name }) => `${name} has a container without limits, which the quota refuses`),
    ...Object.entries(needed)
      .filter(([what, amount]) => quantity(quota.spec.hard[what]) < amount)
      .map(([what, amount]) => `the quota allows ${quota.spec.hard[what]} of ${what}, and ${amount} may be needed`),
  ];
}

import type { Manifest } from '../manifests.ts';
import { containersOf, imageName, ofKind, workloadsOf } from './objects.ts';

interface Mount {
  name: string;
  mountPath: string;
  readOnly?: boolean;
}

/**
 * Models that administrators add lie in one folder that API and workers share and can write: what one fetches, the other draws with.
 * So does what they import, because a worker copies what an API has shown.
 */
export function addedModelsAreShared(all: Manifest[]): string[] {
  const config = ofKind(all, 'ConfigMap').find(({ metadata }) => metadata.name === 'rendermart-config');
  const {
    ADDED_MODELS_DIR: folder,
    DATA_DIR: data,
    IMPORT_DIR: imports,
  } = (config?.data ?? {}) as Record<string, string | undefined>;
  if (folder === 'off') return [];
  // The image's own DATA_DIR is the pod's temporary folder, which nobody shares and whose size evicts the pod.
  if (folder === undefined) return data === undefined ? ['added models would lie in the /tmp of each pod'] : [];
  const claims = ofKind(all, 'PersistentVolumeClaim');
  const wrong: string[] = [];
  if (!imports?.startsWith(`${folder}/`)) wrong.push(`IMPORT_DIR is not below ${folder}: each pod would look into its own /tmp`);
  const used = new Set<string>();
  for (const { name, pod } of workloadsOf(all).filter(({ labels }) => ['backend', 'worker'].includes(labels['app'] ?? ''))) {
    const mount = (pod.containers[0].volumeMounts as Mount[]).find(({ mountPath }) => mountPath === folder);
    const volume = (pod.volumes as { name: string; persistentVolumeClaim?: { claimName: string } }[]).find(
      (one) => one.name === mount?.name,
    );
    const claim = claims.find(({ metadata }) => metadata.name === volume?.persistentVolumeClaim?.claimName);
    if (mount === undefined || claim === undefined) wrong.push(`${name} mounts no claim at ${folder}, where added models lie`);
    else if (mount.readOnly) wrong.push(`${name} cannot write to ${folder}`);
    else if (!claim.spec.accessModes.includes('ReadWriteMany'))
      wrong.push(`${claim.metadata.name} is not ReadWriteMany: copies on other nodes could not mount it`);
    if (claim) used.add(claim.metadata.name);
  }
  return used.size > 1 ? [...wrong, `added models lie on several volumes: ${[...used].join(', ')}`] : wrong;
}

const certificates = '/etc/rendermart/database-ca';

/** Whoever asks an external database has the certificates by which it is known, at the path that README.md puts into DATABASE_URL. */
export function databaseIsKnown(all: Manifest[]): string[] {
  const isExternal = all.some(({ metadata }) => metadata.annotations?.['rendermart/database-max-connections'] !== undefined);
  if (!isExternal) return [];
  return workloadsOf(all).flatMap((workload) =>
    containersOf(workload)
      .filter(({ image }) => ['rendermart-backend', 'rendermart-backup'].includes(imageName(image)))
      .filter(({ volumeMounts }) => !(volumeMounts as Mount[]).some(({ mountPath }) => mountPath === certificates))
      .map(({ name }) => `${workload.name}/${name} has no certificates at ${certificates}`),
  );
}

import type { Manifest } from '../manifests.ts';
import { ofKind, workloadsOf } from './objects.ts';

interface Mount {
  name: string;
  mountPath: string;
  readOnly?: boolean;
}

/** Models that administrators add lie in one folder that API and workers share and can write: what one fetches, the other draws with. */
export function addedModelsAreShared(all: Manifest[]): string[] {
  const config = ofKind(all, 'ConfigMap').find(({ metadata }) => metadata.name === 'rendermart-config');
  const { ADDED_MODELS_DIR: folder, DATA_DIR: data } = (config?.data ?? {}) as Record<string, string | undefined>;
  if (folder === 'off') return [];
  // The image's own DATA_DIR is the pod's temporary folder, which nobody shares and whose size evicts the pod.
  if (folder === undefined) return data === undefined ? ['added models would lie in the /tmp of each pod'] : [];
  const claims = ofKind(all, 'PersistentVolumeClaim');
  const wrong: string[] = [];
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

import { objectNamed } from './installation.ts';
import type { RunningContainer } from './pod.ts';

const kinds = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;

/** Asks a container what a kubelet would ask it by its manifest; answers for each probe that it has whether it is content. */
export async function probe(
  workload: string,
  { address }: RunningContainer,
): Promise<Partial<Record<(typeof kinds)[number], boolean>>> {
  const [container] = objectNamed('Deployment', `${workload}-deployment`).spec.template.spec.containers;
  const present = kinds.filter((kind) => container[kind]);
  const answers = present.map(async (kind) => {
    const { httpGet, timeoutSeconds = 1 } = container[kind];
    const { containerPort } = container.ports.find(({ name }: { name: string }) => name === httpGet.port);
    // A kubelet is content with anything from 200 to 399.
    const asked = fetch(`http://${address}:${containerPort}${httpGet.path}`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    return [kind, await asked.then(({ status }) => status >= 200 && status < 400).catch(() => false)] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
}

import { readFileSync } from 'node:fs';
import { heartbeatMs, headersTimeoutMs, keepAliveTimeoutMs } from '../../../backend/src/platform/index.ts';
import type { Manifest } from '../manifests.ts';
import { imageName, includes, ofKind, runsToItsEnd, scalerOf, workloadsOf } from './objects.ts';

/** SIGTERM comes after preStop; until SIGKILL there is time for both, and for a little more. */
export function stoppingHasTime(all: Manifest[]): string[] {
  const drainOfConfig = Number(ofKind(all, 'ConfigMap').find(({ data }) => data?.['DRAIN_SECONDS'])?.data?.['DRAIN_SECONDS']);
  return workloadsOf(all)
    .filter((workload) => !runsToItsEnd(workload))
    .flatMap(({ name, pod }) => {
      const [container] = pod.containers;
      const own = container.env?.find((one: { name: string }) => one.name === 'DRAIN_SECONDS')?.value;
      const drain = imageName(container.image) === 'rendermart-backend' ? Number(own ?? drainOfConfig) + 5 : 0;
      const needed = (container.lifecycle?.preStop?.sleep?.seconds ?? 0) + drain;
      const given = pod.terminationGracePeriodSeconds ?? 30;
      return given >= needed ? [] : [`${name} is killed after ${given} s, but needs ${needed} s to stop`];
    });
}

/** Whoever the balancer sends to stays until the balancer has forgotten the pod. */
export function balancedPodsLinger(all: Manifest[]): string[] {
  return workloadsOf(all)
    .filter(({ labels }) => labels['app'] === 'backend' || labels['app'] === 'frontend')
    .filter(({ pod }) => !(pod.containers[0].lifecycle?.preStop?.sleep?.seconds >= 15))
    .map(({ name }) => `${name} stops before the balancer has forgotten it`);
}

const nginx = readFileSync(new URL('../../../frontend/nginx.conf', import.meta.url), 'utf8');

/** heartbeat < the balancer's idle time < what Node and Nginx keep < Node's patience for headers. */
export function timeoutsAreInOrder(all: Manifest[]): string[] {
  const balancer = idleSecondsOf(all);
  if (balancer === undefined) return [];
  const order: [string, number][] = [
    ['the heartbeat of event streams', heartbeatMs / 1000],
    ['the balancer’s idle time', balancer],
    ['Node’s keep-alive', keepAliveTimeoutMs / 1000],
    ['Node’s patience for headers', headersTimeoutMs / 1000],
  ];
  const nginxSeconds = Number(/^\s*keepalive_timeout (\d+)s;/m.exec(nginx)?.[1]);
  const wrong = order.slice(1).flatMap(([name, seconds], index) => {
    const [before, less] = order[index]!;
    return less < seconds ? [] : [`${before} (${less} s) is not below ${name} (${seconds} s)`];
  });
  return balancer < nginxSeconds
    ? wrong
    : [...wrong, `Nginx closes after ${nginxSeconds} s, before the balancer (${balancer} s)`];
}

/** What the Ingress or the Gateway asks of the balancer; undefined where there is none of AWS's. */
function idleSecondsOf(all: Manifest[]): number | undefined {
  const [ingress] = ofKind(all, 'Ingress');
  const attributes = ingress?.metadata.annotations?.['alb.ingress.kubernetes.io/load-balancer-attributes'];
  if (attributes !== undefined) return Number(/(?:^|,)idle_timeout\.timeout_seconds=(\d+)/.exec(attributes)?.[1] ?? 60);
  const [configuration] = ofKind(all, 'LoadBalancerConfiguration');
  if (!configuration) return undefined;
  const listed = (configuration.spec.loadBalancerAttributes as { key: string; value: string }[]).find(
    ({ key }) => key === 'idle_timeout.timeout_seconds',
  );
  return Number(listed?.value ?? 60);
}

/** Several copies: a budget, so that drained nodes leave one. One copy: none, because it would only block the draining. */
export function budgetsFit(all: Manifest[]): string[] {
  const budgets = ofKind(all, 'PodDisruptionBudget');
  return workloadsOf(all)
    .filter((workload) => !runsToItsEnd(workload))
    .flatMap((workload) => {
      const own = budgets.filter(({ spec }) => includes(workload.labels, spec.selector.matchLabels));
      const severalCopies = scalerOf(all, workload.name) !== undefined || workload.manifest.spec.replicas > 1;
      if (severalCopies && own.length !== 1) return [`${workload.name} has ${own.length} disruption budgets`];
      if (!severalCopies && own.length > 0) return [`${workload.name} has one copy, and a budget that no drain can keep`];
      return [];
    });
}

/** Two owners of one number would fight: where an autoscaler is, the manifest says nothing; where none is, it does. */
export function copiesHaveOneOwner(all: Manifest[]): string[] {
  return ofKind(all, 'Deployment').flatMap(({ metadata: { name }, spec }) => {
    const scaler = scalerOf(all, name);
    if (scaler && spec.replicas !== undefined)
      return [`${name} says ${spec.replicas} copies, and ${scaler.kind} ${scaler.metadata.name} another number`];
    return scaler || spec.replicas !== undefined ? [] : [`${name} does not say how many copies`];
  });
}

/** A roll-out never has less than all copies, and gives up in the end. */
export function rollOutsAreGentle(all: Manifest[]): string[] {
  return ofKind(all, 'Deployment').flatMap(({ metadata: { name }, spec }) => [
    ...(['backend-deployment', 'frontend-deployment'].includes(name) && spec.strategy?.rollingUpdate?.maxUnavailable !== 0
      ? [`${name} may have less than all copies during a roll-out`]
      : []),
    ...(spec.progressDeadlineSeconds ? [] : [`${name} never gives up a roll-out`]),
  ]);
}

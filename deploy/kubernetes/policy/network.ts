import type { Manifest } from '../manifests.ts';
import { includes, ofKind } from './objects.ts';

/** One end of a connection: pods of this namespace, pods of another one, or an address outside of the cluster. */
export type End =
  | { labels: Record<string, string> }
  | { namespace: string; labels: Record<string, string> }
  | { address: string };

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}
interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}
interface Port {
  protocol: 'TCP' | 'UDP';
  port: number;
}
type Direction = 'ingress' | 'egress';

/**
 * Whether a connection is allowed as Kubernetes decides it: out of the sender's pod and into the receiver's, each only if a policy that
 * selects that pod says so, or if none selects it. (https://kubernetes.io/docs/concepts/services-networking/network-policies/)
 */
export function allows(all: Manifest[], from: End, to: End, port: number, protocol: Port['protocol'] = 'TCP'): boolean {
  return passes(all, 'egress', from, to, { port, protocol }) && passes(all, 'ingress', to, from, { port, protocol });
}

/** The policies that speak for a pod in a direction. */
export function policiesFor(all: Manifest[], labels: Record<string, string>, direction: Direction): Manifest[] {
  const name = direction === 'ingress' ? 'Ingress' : 'Egress';
  return ofKind(all, 'NetworkPolicy').filter(({ spec }) => spec.policyTypes.includes(name) && selects(spec.podSelector, labels));
}

function passes(all: Manifest[], direction: Direction, own: End, other: End, port: Port): boolean {
  // These policies speak for the pods of this namespace; what others allow is their business.
  if ('address' in own || 'namespace' in own) return true;
  const policies = policiesFor(all, own.labels, direction);
  if (policies.length === 0) return true;
  const side = direction === 'ingress' ? 'from' : 'to';
  return policies.some(({ spec }) =>
    ((spec[direction] ?? []) as ({ ports?: Port[] } & { [key in 'from' | 'to']?: Peer[] })[]).some(
      (rule) =>
        (!rule.ports || rule.ports.some((one) => one.port === port.port && one.protocol === port.protocol)) &&
        (!rule[side] || rule[side].some((peer) => fits(peer, other))),
    ),
  );
}

function fits({ podSelector, namespaceSelector, ipBlock }: Peer, end: End): boolean {
  if ('address' in end)
    return (
      ipBlock !== undefined && within(end.address, ipBlock.cidr) && !ipBlock.except?.some((range) => within(end.address, range))
    );
  // Pods have addresses too, but which ones nobody knows beforehand: a range does not count as naming them.
  if (ipBlock) return false;
  const namespace = 'namespace' in end ? end.namespace : undefined;
  if (namespaceSelector === undefined) return namespace === undefined && selects(podSelector ?? {}, end.labels);
  const labels = { 'kubernetes.io/metadata.name': namespace ?? 'rendermart' };
  return selects(namespaceSelector, labels) && selects(podSelector ?? {}, end.labels);
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Record<string, string>): boolean {
  return (
    includes(labels, matchLabels) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`the evaluator does not know the operator ${operator}`);
      return labels[key] !== undefined && values.includes(labels[key]);
    })
  );
}

/** Whether an IPv4 address lies in a range such as 10.0.0.0/16. */
function within(address: string, range: string): boolean {
  const [base = '', bits = '32'] = range.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(address) / size) === Math.floor(numberOf(base) / size);
}

const numberOf = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

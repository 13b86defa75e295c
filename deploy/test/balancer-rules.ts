import type { Manifest } from '../kubernetes/manifests.ts';

/** One rule of the load balancer's listener: who asks for this host and path is sent to this Service. */
export interface Rule {
  host: string | undefined;
  /** As the balancer writes them: `*` stands for any characters. Empty: every path. */
  patterns: string[];
  service: string;
  port: number;
}

interface IngressPath {
  path?: string;
  pathType: 'Exact' | 'Prefix' | 'ImplementationSpecific';
  backend: { service: { name: string; port: { number: number } } };
}

interface IngressRule {
  host?: string;
  http: { paths: IngressPath[] };
}

/**
 * The rules that the AWS Load Balancer Controller makes of an Ingress, in the order in which the balancer asks them: exact
 * paths first, then the longest prefix (its pkg/ingress/model_build_listener_rules.go).
 */
export function rulesOf(ingress: Manifest): Rule[] {
  return (ingress.spec.rules as IngressRule[]).flatMap(({ host, http }) =>
    http.paths.toSorted(inOrder).map(({ path, pathType, backend: { service } }) => ({
      host,
      patterns: patternsOf(path ?? '/', pathType),
      service: service.name,
      port: service.port.number,
    })),
  );
}

/** Where a request goes, or undefined: the balancer then answers 404 itself. The path is never changed on the way. */
export function findRule(rules: readonly Rule[], host: string, path: string): Rule | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return rules.find(
    (rule) =>
      (rule.host === undefined || rule.host === name) &&
      (rule.patterns.length === 0 || rule.patterns.some((pattern) => fits(pattern, path))),
  );
}

/** The seconds without a byte after which the balancer closes a connection; 60 unless the Ingress says otherwise. */
export function idleSecondsOf(ingress: Manifest): number {
  const attributes = ingress.metadata.annotations?.['alb.ingress.kubernetes.io/load-balancer-attributes'] ?? '';
  return Number(/(?:^|,)idle_timeout\.timeout_seconds=(\d+)/.exec(attributes)?.[1] ?? 60);
}

function inOrder(one: IngressPath, other: IngressPath): number {
  const exactFirst = Number(other.pathType === 'Exact') - Number(one.pathType === 'Exact');
  return exactFirst || (other.path ?? '/').length - (one.path ?? '/').length;
}

/** `/api/` as a prefix means `/api` and all below it, but not `/apix`. */
function patternsOf(path: string, pathType: IngressPath['pathType']): string[] {
  if (pathType !== 'Prefix') return [path];
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? [] : [trimmed, `${trimmed}/*`];
}

function fits(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

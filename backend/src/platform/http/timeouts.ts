import { invariant } from '../failure.ts';

/**
 * The order that keeps a load balancer from sending into a connection that is just being closed (sporadic 502s), and from
 * cutting event streams. A policy of deploy/kubernetes compares them with what the manifests and Nginx say.
 */
export const heartbeatMs = 20_000;
/** `idle_timeout.timeout_seconds` in ingress.yaml. */
export const balancerIdleMs = 120_000;
export const keepAliveTimeoutMs = 125_000;
export const headersTimeoutMs = 130_000;
/** Until a request has arrived with its whole body, whatever is answered then: the largest upload passes at 30 kB a second. */
export const requestTimeoutMs = 15 * 60_000;

assertOrder({ heartbeatMs, balancerIdleMs, keepAliveTimeoutMs, headersTimeoutMs, requestTimeoutMs });

/** Throws unless each is shorter than the next. */
export function assertOrder(timeouts: Record<string, number>): void {
  const entries = Object.entries(timeouts);
  for (const [index, [name, ms]] of entries.slice(1).entries()) {
    const [shorterName, shorterMs] = entries[index]!;
    invariant(shorterMs < ms, `${shorterName} (${shorterMs} ms) is shorter than ${name} (${ms} ms)`);
  }
}

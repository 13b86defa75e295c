/**
 * The order that keeps a load balancer from sending into a connection that is just being closed (sporadic 502s), and from
 * cutting event streams: heartbeat < the balancer's idle time (120 s in ingress.yaml) < keep-alive < headers.
 */
export const heartbeatMs = 20_000;
export const keepAliveTimeoutMs = 125_000;
export const headersTimeoutMs = 130_000;

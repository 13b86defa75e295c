import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Manifest } from '../kubernetes/manifests.ts';
import { findRule, idleSecondsOf, rulesOf } from './balancer-rules.ts';

export interface Balancer {
  port: number;
  /** Which addresses stand behind a Service now, as a roll-out changes them. One with a port of its own, such as 127.0.0.1:4001, keeps it. */
  setTargets(service: string, addresses: string[]): void;
  stop(): Promise<void>;
}

// The balancer may send these only on its own side of the connection (RFC 9110, 7.6.1).
const hopHeaders = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te', 'trailer']);

/**
 * Behaves as the AWS load balancer that the Ingress asks for: it routes by the Ingress's rules, takes turns among the
 * addresses, keeps connections open for the next request, tells who asked, and closes what is silent for the idle time.
 */
export async function startBalancer(ingress: Manifest, { idleSeconds = idleSecondsOf(ingress) } = {}): Promise<Balancer> {
  const rules = rulesOf(ingress);
  const targets = new Map<string, string[]>();
  const agent = new http.Agent({ keepAlive: true, timeout: idleSeconds * 1000 });
  const server = http.createServer({ keepAliveTimeout: idleSeconds * 1000 }, (request, response) => {
    const rule = findRule(rules, request.headers.host ?? '', new URL(request.url ?? '/', 'http://balancer').pathname);
    if (!rule) return answer(response, 404);
    const address = nextOf(targets.get(rule.service));
    if (address === undefined) return answer(response, 503);
    const onward = http.request({
      agent,
      ...placeOf(address, rule.port),
      method: request.method,
      path: request.url,
      headers: headersOf(request),
      setHost: false,
    });
    relay(request, response, onward, idleSeconds * 1000);
  });
  // Idleness is measured on the answer, below.
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    setTargets: (service, addresses) => void targets.set(service, [...addresses]),
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function relay(request: http.IncomingMessage, response: http.ServerResponse, onward: http.ClientRequest, idleMs: number): void {
  onward.setTimeout(idleMs, () => onward.destroy(new Error('idle')));
  onward.on('response', (reply) => {
    response.writeHead(reply.statusCode ?? 502, withoutHops(reply.rawHeaders));
    reply.pipe(response);
    // An answer that breaks off must not look like one that ended.
    reply.on('error', () => response.destroy());
  });
  // An answer may come before the end of the body (413): the rest of the body is taken all the same, and thrown away.
  onward.on('close', () => request.unpipe(onward).resume());
  onward.on('error', () => {
    if (response.writableEnded) return;
    if (response.headersSent) response.destroy();
    else answer(response, 502);
  });
  response.on('close', () => response.writableFinished || onward.destroy());
  request.pipe(onward);
}

function answer(response: http.ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${http.STATUS_CODES[status]}\n`);
}

function placeOf(address: string, servicePort: number): { host: string; port: number } {
  const [host = '', port] = address.split(':');
  return { host, port: Number(port ?? servicePort) };
}

/** The first address moves to the end. */
function nextOf(addresses: string[] | undefined): string | undefined {
  const first = addresses?.shift();
  if (first !== undefined) addresses!.push(first);
  return first;
}

/** The balancer appends the visitor's address to what was there: only its own word, the last one, can be believed. */
function headersOf(request: http.IncomingMessage): string[] {
  const told = request.headersDistinct['x-forwarded-for']?.join(', ');
  const kept = withoutHops(request.rawHeaders, /^x-forwarded-/i);
  const visitor = request.socket.remoteAddress ?? '';
  const length = request.headers['transfer-encoding'] ? ['transfer-encoding', 'chunked'] : [];
  return [
    ...kept,
    ...length,
    'x-forwarded-for',
    told === undefined ? visitor : `${told}, ${visitor}`,
    'x-forwarded-proto',
    'http',
    'x-forwarded-port',
    '80',
  ];
}

/** Names and values in turn, as they came. Names with other than letters, digits and hyphens are dropped, as ingress.yaml asks. */
function withoutHops(raw: string[], besides?: RegExp): string[] {
  return raw.flatMap((name, index) => {
    if (index % 2 === 1 || hopHeaders.has(name.toLowerCase()) || besides?.test(name) || !/^[a-z\d-]+$/i.test(name)) return [];
    return [name, raw[index + 1]!];
  });
}

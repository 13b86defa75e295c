import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseManifests } from '../kubernetes/manifests.ts';
import { type Balancer, startBalancer } from './balancer.ts';

// What stands behind the balancer here: it tells what it was asked, and on /stream it says one word and then nothing.
const target = http.createServer((request, response) => {
  if (request.url === '/api/stream') return void response.writeHead(200).write('word');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.setHeader('keep-alive', 'timeout=5');
    response.end(JSON.stringify({ url: request.url, raw: request.rawHeaders, bytes: Buffer.concat(chunks).length }));
  });
});
let balancer: Balancer;

beforeAll(async () => {
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const { port } = target.address() as AddressInfo;
  const path = (at: string, name: string) =>
    `{path: ${at}, pathType: Prefix, backend: {service: {name: ${name}, port: {number: ${port}}}}}`;
  const paths = [path('/api/', 'api'), path('/dead/', 'dead'), path('/none/', 'none')].join(', ');
  const [ingress] = parseManifests('x.yaml', `metadata: {name: x}\nspec: {rules: [{host: site, http: {paths: [${paths}]}}]}\n`);
  balancer = await startBalancer(ingress!, { idleSeconds: 1 });
  balancer.setTargets('api', ['127.0.0.1']);
  // Nobody listens on that address.
  balancer.setTargets('dead', ['127.0.0.9']);
});
afterAll(async () => {
  await balancer.stop();
  target.closeAllConnections();
  target.close();
});

/** A request as bytes, so that nothing is tidied on the way; answers everything until the connection ends. */
const ask = (lines: string[], body = '') =>
  new Promise<string>((resolve, reject) => {
    const socket = net.connect(balancer.port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`));
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
    socket.on('close', () => resolve(said));
    socket.on('error', reject);
  });
const get = (path: string, ...headers: string[]) => ask([`GET ${path} HTTP/1.1`, 'host: site', 'connection: close', ...headers]);
const statusOf = async (path: string, host = 'site') =>
  Number((await ask([`GET ${path} HTTP/1.1`, `host: ${host}`, 'connection: close'])).split(' ')[1]);

describe('headers', () => {
  it('with odd names are dropped, and those of one connection stay with it', async () => {
    const told = await get('/api/x', 'x-fine: 1', 'x_odd: 2', 'te: trailers', 'upgrade: websocket');
    expect(told).toContain('x-fine');
    expect(told).not.toMatch(/x_odd|trailers|websocket|timeout=5/);
  });

  it('say who asked: the balancer’s own word stands last, whatever the visitor claims', async () => {
    const told = await get('/api/x', 'x-forwarded-for: 198.51.100.7', 'x-forwarded-proto: https', 'x-forwarded-port: 443');
    expect(told).toContain('"x-forwarded-for","198.51.100.7, 127.0.0.1"');
    expect(told).toContain('"x-forwarded-proto","http"');
    expect(told).not.toContain('443');
  });

  it('keep the host, and the path is passed on as it came', async () => {
    const told = await get('/api/a%2Fb/../c?d=%20e');
    expect(told).toContain('"url":"/api/a%2Fb/../c?d=%20e"');
    expect(told).toContain('"host","site"');
  });
});

it('passes bodies on, of a known length and in chunks', async () => {
  const head = ['POST /api/x HTTP/1.1', 'host: site', 'connection: close'];
  expect(await ask([...head, 'content-length: 5'], 'hello')).toContain('"bytes":5');
  expect(await ask([...head, 'transfer-encoding: chunked'], '3\r\nabc\r\n0\r\n\r\n')).toContain('"bytes":3');
});

it('answers by itself where nobody can', async () => {
  expect(await statusOf('/api/x')).toBe(200);
  expect(await statusOf('/api/x', 'elsewhere')).toBe(404);
  expect(await statusOf('/dead/x')).toBe(502);
  expect(await statusOf('/none/x')).toBe(503);
});

it('cuts a stream that is silent for the idle time, so that nobody can take it for one that ended', async () => {
  const told = await get('/api/stream');
  expect(told).toContain('word');
  expect(told.endsWith('0\r\n\r\n')).toBe(false);
});

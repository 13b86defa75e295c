import { randomUUID } from 'node:crypto';
import type { Client } from '@rendermart/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, objectNamed, openCluster } from './installation.ts';
import { probe } from './probes.ts';
import { type RunningContainer, wordsFor } from './pod.ts';
import { podman, tryPodman } from './podman.ts';
import { until } from './until.ts';

// Shorter than the real 120 s, so that a stream outlives it soon; longer than a heartbeat's 20 s, which must be what saves it.
const idleSeconds = 25;
let cluster: Cluster;
let api: RunningContainer;
let ada: Client;
let signedIn: string;

const isReady = async () => (await cluster.fetch('/api/health/ready')).status === 200;
const succeeded = (id: string) => async () => (await ada.generationRead({ params: { id } })).state === 'succeeded';
const exitCodeOf = async ({ id }: RunningContainer) => Number(await podman('wait', id));

beforeAll(async () => void (cluster = await openCluster(idleSeconds)), 120_000);
afterAll(() => cluster?.stop(), 120_000);

it('migrates, and finds it done the second time', async () => {
  const words = wordsFor(objectNamed('Deployment', 'backend-deployment'), 'migrate', cluster);
  expect(await tryPodman('run', '--rm', ...words)).toEqual({ code: 0, output: expect.stringContaining('Migrated') });
  expect(await tryPodman('run', '--rm', ...words)).toEqual({ code: 0, output: expect.stringContaining('up to date') });
}, 180_000);

describe('the backend, as its manifest runs it', () => {
  beforeAll(async () => {
    api = await cluster.start('backend');
    cluster.balancer.setTargets('backend-service', [api.address]);
    await until('the API is ready', isReady);
    const answer = await cluster.fetch('/api/setup', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'ten-letters-and-more' }),
    });
    expect(answer.status, await answer.clone().text()).toBeLessThan(300);
    signedIn = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    ada = cluster.client(signedIn);
  }, 180_000);

  it('is alive, and nothing but /tmp and the pictures can be written', async () => {
    expect((await cluster.fetch('/api/health/live')).status).toBe(200);
    expect(await podman('exec', api.id, 'id', '-u')).toBe('10001');
    const writes = (place: string) => tryPodman('exec', api.id, 'touch', `${place}/written`).then(({ code }) => code === 0);
    expect(await Promise.all(['/tmp', '/data', '/app', '/', '/var/tmp', '/dev'].map(writes))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('is started, alive and ready by the manifest’s own probes', async () => {
    expect(await probe('backend', api)).toEqual({ startupProbe: true, livenessProbe: true, readinessProbe: true });
  });

  it('refuses bodies over the limit, and says so in the contract’s words', async () => {
    const post = (path: string, body: string | Uint8Array<ArrayBuffer>, type: string) =>
      cluster.fetch(path, { method: 'POST', headers: { 'content-type': type, cookie: signedIn, connection: 'close' }, body });
    const long = await post('/api/generations', JSON.stringify({ prompt: 'x'.repeat(3_000_000) }), 'application/json');
    expect([long.status, await long.json()]).toEqual([413, { error: expect.objectContaining({ code: 'body_too_large' }) }]);
    const picture = await post('/api/images', new Uint8Array(30_000_000), 'image/png');
    expect([picture.status, await picture.json()]).toEqual([
      413,
      { error: expect.objectContaining({ code: 'image_too_large' }) },
    ]);
  });

  it('counts a visitor by the address that the balancer saw, whatever the visitor claims', async () => {
    const statuses = new Set<number>();
    for (let n = 0; n < 25; n += 1) {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': `198.51.100.${n}` };
      const body = JSON.stringify({ name: 'Eve', email: `eve${n}@example.com`, password: 'ten-letters-and-more' });
      statuses.add((await cluster.fetch('/api/setup', { method: 'POST', headers, body })).status);
    }
    expect(statuses).toContain(429);
  });

  it('draws a picture with the model that ships, and takes it back as an upload', async () => {
    const worker = await cluster.start('worker');
    await until('the worker is alive', async () => (await probe('worker', worker))['livenessProbe'] === true);
    const writes = (place: string) => tryPodman('exec', worker.id, 'touch', `${place}/written`).then(({ code }) => code === 0);
    expect(await Promise.all(['/tmp', '/app', '/app/models', '/etc'].map(writes))).toEqual([true, false, false, false]);
    const { id } = await ada.generationCreate({ body: { prompt: 'a red fox' }, idempotencyKey: randomUUID() });
    await until('the picture is drawn', succeeded(id), 240_000);
    const [image] = (await ada.generationRead({ params: { id } })).images;
    const bytes = new Uint8Array(await (await ada.imageFile({ params: { id: image!.id } })).arrayBuffer());
    expect(new TextDecoder('latin1').decode(bytes.slice(1, 4))).toBe('PNG');
    expect((await ada.imageUpload({ body: bytes, mediaType: 'image/png' })).id).not.toBe(image!.id);
    await podman('kill', '--signal', 'TERM', worker.id);
    expect(await exitCodeOf(worker)).toBe(0);
  }, 400_000);

  it('finishes what it draws after SIGTERM', async () => {
    const worker = await cluster.start('worker');
    const { id } = await ada.generationCreate({ body: { prompt: 'a blue boat', count: 4 }, idempotencyKey: randomUUID() });
    await until('the worker draws', async () => (await ada.generationRead({ params: { id } })).state === 'running', 120_000);
    await podman('kill', '--signal', 'TERM', worker.id);
    expect(await exitCodeOf(worker)).toBe(0);
    expect((await ada.generationRead({ params: { id } })).state).toBe('succeeded');
  }, 400_000);
});

describe('the page, as its manifest runs it', () => {
  let frontend: RunningContainer;
  beforeAll(async () => {
    frontend = await cluster.start('frontend');
    cluster.balancer.setTargets('frontend-service', [frontend.address]);
    await until('Nginx answers', async () => (await cluster.fetch('/healthz')).status === 200, 30_000);
  });

  it('answers index.html for every page, /apix included, and never lets it be kept', async () => {
    for (const path of ['/', '/gallery/deep/link', '/apix']) {
      const answer = await cluster.fetch(path);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(await answer.text()).toContain('<div id="root">');
      const policy = answer.headers.get('content-security-policy')!;
      expect(policy).toContain("default-src 'self'");
      expect(policy).not.toMatch(/unsafe-(inline|eval)/);
    }
  });

  it('lets hashed files be kept for a year, compressed, and has no page for one that is gone', async () => {
    const page = await (await cluster.fetch('/')).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)![1]!;
    const answer = await cluster.fetch(script, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect((await cluster.fetch('/assets/gone-12345678.js')).status).toBe(404);
  });

  it('runs as an ordinary user that can write nowhere but in /tmp, content with the manifest’s probes', async () => {
    expect(await podman('exec', frontend.id, 'id', '-u')).toBe('101');
    const writes = (place: string) => tryPodman('exec', frontend.id, 'touch', `${place}/written`).then(({ code }) => code === 0);
    const places = ['/tmp', '/usr/share/nginx/html', '/etc/nginx', '/var/log/nginx', '/'];
    expect(await Promise.all(places.map(writes))).toEqual([true, false, false, false, false]);
    expect(await probe('frontend', frontend)).toEqual({ startupProbe: true, livenessProbe: true, readinessProbe: true });
  });

  it('says the same about safety in every answer, and nothing about itself', async () => {
    for (const path of ['/', '/assets/gone-12345678.js', '/healthz']) {
      const { headers } = await cluster.fetch(path);
      expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('same-origin');
      expect(headers.get('server'), path).toBe('nginx');
    }
  });

  it('answers "not modified" to who has the page already, and takes no uploads', async () => {
    const etag = (await cluster.fetch('/')).headers.get('etag')!;
    expect((await cluster.fetch('/', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await cluster.fetch('/', { method: 'POST', body: 'x' })).status).toBe(405);
    expect((await cluster.fetch('/', { headers: { cookie: 'x'.repeat(40_000) } })).status).toBeGreaterThanOrEqual(400);
  });

  it('leaves /api to the backend', async () => {
    const answer = await cluster.fetch('/api');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, expect.stringContaining('json')]);
  });
});

it('Nginx finishes what it sends when it is told to stop, in time', async () => {
  const frontend = await cluster.start('frontend');
  const once = async () => (await fetch(`http://${frontend.address}/healthz`)).status === 200;
  await until('it answers', once);
  const startedAt = performance.now();
  await podman('stop', '--time', String(frontend.graceSeconds), frontend.id);
  expect(await podman('inspect', '--format', '{{.State.ExitCode}}', frontend.id)).toBe('0');
  expect(performance.now() - startedAt).toBeLessThan(frontend.graceSeconds * 1000);
}, 120_000);

it('an event stream outlives the idle time, and ends cleanly when the API is told to stop', async () => {
  // The client opens a lost stream again by itself, which must not hide that it was cut.
  const states: string[] = [];
  const events = ada.events({ onState: (state) => states.push(state) });
  const startedAt = performance.now();
  const goodbye = (async () => {
    for (let next = await events.next(); !next.done; next = await events.next())
      if (next.value.type === 'goodbye') return next.value;
    return undefined;
  })();
  await new Promise((resolve) => setTimeout(resolve, (idleSeconds + 8) * 1000));
  expect(states).toEqual(['open']);
  await podman('kill', '--signal', 'TERM', api.id);
  expect(await exitCodeOf(api)).toBe(0);
  expect(await goodbye).toBeDefined();
  expect(performance.now() - startedAt).toBeGreaterThan(idleSeconds * 1000);
  await events.return(undefined);
}, 120_000);

import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type Client, makeClient } from '@rendermart/client';
import { startThrowAwayPostgres } from '@rendermart/postgres';
import { type Manifest, readBase } from '../kubernetes/manifests.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { fetchThrough } from './fetch-through.ts';
import { podman } from './podman.ts';
import { type RunningContainer, startContainer } from './pod.ts';

const base = readBase();
export const host = 'myapp.example.com';

/** The object of the base with this kind and name. */
export const objectNamed = (kind: string, name: string): Manifest =>
  base.find((one) => one.kind === kind && one.metadata.name === name)!;

/** The images as containers, PostgreSQL beside them, and the balancer before them. */
export interface Cluster {
  env: Record<string, string>;
  mounts: Record<string, string>;
  balancer: Balancer;
  start(workload: string, container?: string): Promise<RunningContainer>;
  /** fetch through the balancer, as the site's own name. */
  fetch: typeof fetch;
  client(cookie: string): Client;
  stop(): Promise<void>;
}

/** Starts what the containers need: a database, a folder for pictures that all may write, and the balancer. */
export async function openCluster(idleSeconds: number): Promise<Cluster> {
  const images = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-images-'));
  fs.chownSync(images, 10001, 10001);
  const postgres = await startThrowAwayPostgres();
  const balancer = await startBalancer(objectNamed('Ingress', 'rendermart-ingress'), { idleSeconds });
  const containers: RunningContainer[] = [];
  // Like overlays/local: no bucket, pictures on a volume.
  const config = {
    ...objectNamed('ConfigMap', 'rendermart-config').data,
    S3_BUCKET: '',
    DATA_DIR: '/data',
    PUBLIC_URL: `http://${host}`,
  };
  const env: Record<string, string> = { ...config, AUTH_SECRET: 'a secret of this test, used once and thrown away' };
  const through = fetchThrough(balancer.port, host);
  const keeper = await keepBridgeUp();
  const door = await openDatabaseDoor(postgres.url);
  env['DATABASE_URL'] = door.url;
  return {
    env,
    mounts: { '/data': images },
    balancer,
    fetch: through,
    async start(workload, name = workload) {
      const container = await startContainer(objectNamed('Deployment', `${workload}-deployment`), name, {
        env,
        mounts: workload === 'frontend' ? {} : { '/data': images },
      });
      containers.push(container);
      return container;
    },
    client: (cookie) =>
      makeClient({
        fetch: (address, init) =>
          through(address, { ...init, headers: { ...(init?.headers as Record<string, string>), cookie } }),
      }),
    async stop() {
      await podman('rm', '--force', '--time', '1', keeper, ...containers.map(({ id }) => id));
      await balancer.stop();
      door.close();
      await postgres.stop();
      fs.rmSync(images, { recursive: true, force: true });
    },
  };
}

/** The bridge has its address only while a container uses it. */
function keepBridgeUp(): Promise<string> {
  return podman('run', '--detach', '--entrypoint', 'sleep', 'rendermart-backend', '3600');
}

/** PostgreSQL listens on a socket file; the containers reach it through a port of the bridge, which nobody outside sees. */
async function openDatabaseDoor(url: string): Promise<{ url: string; close(): void }> {
  const inner = new URL(url);
  const socket = `${inner.searchParams.get('host')}/.s.PGSQL.${inner.searchParams.get('port')}`;
  const [network] = JSON.parse(await podman('network', 'inspect', 'podman')) as { subnets: { gateway: string }[] }[];
  const gateway = network!.subnets[0]!.gateway;
  const server = net.createServer((outside) => {
    const inside = net.connect(socket);
    outside.pipe(inside).pipe(outside);
    for (const end of [outside, inside]) end.on('error', () => [outside, inside].forEach((one) => one.destroy()));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, gateway, resolve));
  const { port } = server.address() as net.AddressInfo;
  return { url: `postgres://${inner.username}:${inner.password}@${gateway}:${port}/rendermart`, close: () => server.close() };
}

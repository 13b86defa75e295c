import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { podman, root, tryPodman } from './podman.ts';
import { until } from './until.ts';

/** What deploy/compose.yaml may say: a key that this does not know is an error, so that none is passed over in silence. */
interface Service {
  image: string;
  build?: unknown;
  environment?: Record<string, string>;
  command?: string[];
  entrypoint?: string[];
  user?: string;
  volumes?: string[];
  tmpfs?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  sysctls?: Record<string, string>;
  ports?: string[];
  healthcheck?: { test: string[]; interval: string; retries: number };
  depends_on?: string[] | Record<string, { condition: Condition; restart?: boolean }>;
  stop_grace_period?: string;
  restart?: string;
}
type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

/** Everything of compose.yaml, running. */
export interface Composition {
  /** The address of this machine where the published port of a service answers. */
  portOf(service: string): number;
  /** Tells all to stop, as `down` does, and answers how each ended. */
  stop(): Promise<Record<string, number>>;
}

const file = path.join(root, 'deploy/compose.yaml');
const known = new Set(
  'image build environment command entrypoint user volumes tmpfs read_only cap_drop security_opt sysctls ports healthcheck depends_on stop_grace_period restart'.split(
    ' ',
  ),
);

/**
 * Starts compose.yaml with podman: a reader of our own, because the podman-compose that runs with Debian's podman does not wait for
 * health. It starts in the order of `depends_on`, waits for the conditions there, and gives each container its own published port.
 */
export async function startComposition(variables: Record<string, string>, hostPort: number): Promise<Composition> {
  const { services, volumes } = readComposition(variables);
  const prefix = `rendermart-compose-${process.pid}`;
  for (const volume of Object.keys(volumes)) await podman('volume', 'create', '--ignore', `${prefix}-${volume}`).catch(() => {});
  const started = new Map<string, string>();
  for (const name of inOrder(services)) {
    await waitFor(services, name, started);
    started.set(name, await start(name, services[name]!, { prefix, started, hostPort }));
  }
  return {
    portOf: () => hostPort,
    async stop() {
      const ends: Record<string, number> = {};
      for (const [name, id] of [...started].toReversed()) {
        await podman('stop', '--time', String(seconds(services[name]!.stop_grace_period ?? '10s')), id);
        ends[name] = Number(await podman('inspect', '--format', '{{.State.ExitCode}}', id));
        await podman('rm', '--force', '--volumes', id);
      }
      for (const volume of Object.keys(volumes)) await tryPodman('volume', 'rm', '--force', `${prefix}-${volume}`);
      return ends;
    },
  };
}

function readComposition(variables: Record<string, string>): {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
} {
  const fill = (_key: unknown, value: unknown) => (typeof value === 'string' ? interpolate(value, variables) : value);
  const composition = parse(fs.readFileSync(file, 'utf8'), fill, { merge: true }) as {
    services: Record<string, Service>;
    volumes: Record<string, unknown>;
  };
  for (const [name, service] of Object.entries(composition.services))
    for (const key of Object.keys(service))
      if (!known.has(key)) throw new Error(`compose.yaml: the test does not know ${name}.${key}`);
  return composition;
}

/** `${A:?words}` must be set, `${A:-word}` may be. */
function interpolate(text: string, variables: Record<string, string>): string {
  return text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind?: string, rest = '') => {
    const value = variables[name];
    if (!value && kind === '?') throw new Error(String(rest));
    return value || String(rest);
  });
}

const conditionsOf = ({ depends_on = [] }: Service): [string, Condition][] =>
  Array.isArray(depends_on)
    ? depends_on.map((one) => [one, 'service_started'])
    : Object.entries(depends_on).map(([one, { condition }]) => [one, condition]);

function inOrder(services: Record<string, Service>): string[] {
  const ordered = new Set<string>();
  const visit = (name: string): void => {
    for (const [before] of conditionsOf(services[name]!)) visit(before);
    ordered.add(name);
  };
  Object.keys(services).forEach(visit);
  return [...ordered];
}

async function waitFor(services: Record<string, Service>, name: string, started: Map<string, string>): Promise<void> {
  for (const [before, condition] of conditionsOf(services[name]!)) {
    const id = started.get(before)!;
    if (condition === 'service_healthy') {
      const [, ...test] = services[before]!.healthcheck!.test;
      await until(`${before} is healthy`, async () => (await tryPodman('exec', id, ...test)).code === 0);
    }
    if (condition === 'service_completed_successfully') {
      const code = Number(await podman('wait', id));
      if (code !== 0) throw new Error(`${before} ended with ${code}: ${(await tryPodman('logs', id)).output}`);
    }
  }
}

interface Surroundings {
  prefix: string;
  started: Map<string, string>;
  hostPort: number;
}

async function start(name: string, service: Service, { prefix, started, hostPort }: Surroundings): Promise<string> {
  const flag = (word: string, values: readonly string[] = []) => values.flatMap((value) => [word, value]);
  const pairs = (values: Record<string, unknown> = {}) => Object.entries(values).map(([key, value]) => `${key}=${String(value)}`);
  const hosts = await Promise.all([...started].map(async ([other, id]) => `${other}:${await addressOf(id)}`));
  return podman(
    ...['run', '--detach', '--pull', 'never', '--name', `${prefix}-${name}`],
    ...flag('--env', pairs(service.environment)),
    ...flag('--sysctl', pairs(service.sysctls)),
    ...flag(
      '--volume',
      service.volumes?.map((volume) => sourceOf(volume, prefix)),
    ),
    ...flag(
      '--tmpfs',
      service.tmpfs?.map((place) => `${place}:rw,mode=1777`),
    ),
    ...flag('--cap-drop', service.cap_drop),
    ...flag(
      '--security-opt',
      service.security_opt?.map((option) => option.replace(':true', '')),
    ),
    ...flag(
      '--publish',
      service.ports?.map((port) => port.replace(/^127\.0\.0\.1:\d+:/, `127.0.0.1:${hostPort}:`)),
    ),
    // Compose has names for its services; containers of podman's own network have none without a plugin.
    ...flag(
      '--add-host',
      hosts.filter((host) => !host.endsWith(':')),
    ),
    ...(service.read_only ? ['--read-only', '--read-only-tmpfs=false'] : []),
    ...(service.user ? ['--user', service.user] : []),
    ...(service.entrypoint ? ['--entrypoint', JSON.stringify(service.entrypoint)] : []),
    ...[service.image, ...(service.command ?? [])],
  );
}

const addressOf = (id: string) => podman('inspect', '--format', '{{.NetworkSettings.IPAddress}}', id);

/** A folder beside compose.yaml, or a volume by its name. */
const sourceOf = (volume: string, prefix: string): string =>
  volume.startsWith('.') ? path.join(path.dirname(file), volume) : `${prefix}-${volume}`;

const seconds = (duration: string): number => Number(/^\d+/.exec(duration)![0]) * (duration.endsWith('m') ? 60 : 1);

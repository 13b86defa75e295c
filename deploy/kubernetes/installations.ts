import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';

/** An overlay with some of the components, as an operator combines them. */
export interface Installation {
  name: string;
  overlay: 'local' | 'aws';
  /** In the order in which they are applied: the database last, because it changes what the others brought. */
  components: string[];
}

const optional = {
  local: ['keda', 'monitoring', 'backup'],
  aws: ['keda', 'gpu', 'monitoring', 'backup', 'gateway-api'],
};
const databases = ['external-database', 'cloudnative-pg'];

/** Every combination that makes sense: 24 without AWS, 96 with it, and 6 with `models`, which touches what no other component touches. */
export function everyInstallation(): Installation[] {
  const withEachDatabase = (overlay: Installation['overlay'], chosen: string[]) =>
    [[], ...databases.map((one) => [one])].map((database) => named(overlay, [...chosen, ...database]));
  return [
    ...(['local', 'aws'] as const).flatMap((overlay) =>
      subsetsOf(optional[overlay]).flatMap((chosen) => withEachDatabase(overlay, chosen)),
    ),
    ...[[], optional.aws].flatMap((chosen) => withEachDatabase('aws', [...chosen, 'models'])),
  ];
}

/** Those whose rendered output is kept in the repository, so that policies can be checked where there is no kustomize. */
export const keptInstallations: Installation[] = [
  named('local', []),
  named('local', [...optional.local, 'cloudnative-pg']),
  named('aws', []),
  named('aws', [...optional.aws, 'models']),
  named('aws', ['keda', 'backup', 'external-database']),
  named('aws', ['keda', 'backup', 'cloudnative-pg']),
];

/** Where the rendered output of an installation is kept. */
export const keptFile = ({ name }: Installation): URL => new URL(`rendered/${name}.yaml`, import.meta.url);

function named(overlay: Installation['overlay'], components: string[]): Installation {
  return { name: [overlay, ...components].join('+'), overlay, components };
}

function subsetsOf(all: string[]): string[][] {
  return all.reduce<string[][]>((subsets, one) => [...subsets, ...subsets.map((subset) => [...subset, one])], [[]]);
}

// What an operator writes into these files, in form: the values are for nobody.
const secrets = {
  'secrets.env': [
    'DATABASE_URL=postgres://u:p@postgres-service/rendermart',
    'AUTH_SECRET=an example of thirty-two characters or more',
    'SCALER_DATABASE_URL=postgres://s:p@postgres-service.rendermart.svc/r',
  ],
  'postgres.env': ['username=rendermart', 'password=example'],
};

/**
 * Renders installations with the kustomize that is here (its own program, or the one inside kubectl), from a copy, so that the
 * checkout stays as it is. Answers YAML by name. Throws when there is no kustomize, and with its own words when it refuses.
 */
export async function renderAll(installations: readonly Installation[]): Promise<Map<string, string>> {
  const command = await findKustomize();
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-kustomize-'));
  try {
    fs.cpSync(import.meta.dirname, copy, { recursive: true });
    const rendered = new Map<string, string>();
    for (const installation of installations) rendered.set(installation.name, await render(command, copy, installation));
    return rendered;
  } finally {
    fs.rmSync(copy, { recursive: true });
  }
}

type Command = [program: string, ...words: string[]];
const run = promisify(execFile);

const pinned = 'sigs.k8s.io/kustomize/kustomize/v5@v5.7.1';
const programs = path.resolve(import.meta.dirname, '../../.cache/go');

async function findKustomize(): Promise<Command> {
  const answers = (program: string, ...words: string[]) => run(program, words).then(Boolean, () => false);
  if (await answers('kustomize', 'version')) return ['kustomize', 'build'];
  if (await answers('kubectl', 'version', '--client')) return ['kubectl', 'kustomize'];
  const built = path.join(programs, 'kustomize');
  if (!fs.existsSync(built)) await buildKustomize();
  return [built, 'build'];
}

async function buildKustomize(): Promise<void> {
  try {
    await run('go', ['install', pinned], { env: { ...process.env, GOBIN: programs } });
  } catch (cause) {
    throw new Error('Here is neither kustomize nor kubectl, and no Go that could build kustomize. Install one of the three.', {
      cause,
    });
  }
}

async function render([program, ...words]: Command, copy: string, { name, overlay, components }: Installation): Promise<string> {
  const folder = path.join(copy, 'overlays', name);
  if (name !== overlay) fs.cpSync(path.join(copy, 'overlays', overlay), folder, { recursive: true });
  const file = path.join(folder, 'kustomization.yaml');
  const kustomization = parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
  fs.writeFileSync(file, stringify({ ...kustomization, components: components.map((one) => `../../components/${one}`) }));
  if (overlay === 'local')
    for (const [secret, lines] of Object.entries(secrets)) fs.writeFileSync(path.join(folder, secret), `${lines.join('\n')}\n`);
  const { stdout } = await run(program, [...words, folder], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

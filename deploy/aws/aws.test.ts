import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isAlias, parse, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { keptInstallations } from '../kubernetes/installations.ts';
import { readKept } from '../kubernetes/manifests.ts';

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const page = read('README.md');
const account = '111122223333';

/** The fields of eksctl's schema that cluster.yaml uses, closed: eksctl 0.230's own accepted the file in November 2026. */
const text = z.string().min(1);
const policies = z.array(z.string().startsWith(`arn:aws:iam::${account}:policy/`)).min(1);
const association = z.strictObject({
  namespace: text,
  serviceAccountName: text,
  roleName: text,
  permissionPolicyARNs: policies.optional(),
  wellKnownPolicies: z.strictObject({ awsLoadBalancerController: z.literal(true) }).optional(),
});
const ClusterConfig = z.strictObject({
  apiVersion: z.literal('eksctl.io/v1alpha5'),
  kind: z.literal('ClusterConfig'),
  metadata: z.strictObject({ name: text, region: text, version: z.string().regex(/^1\.\d+$/), tags: z.record(text, text) }),
  upgradePolicy: z.strictObject({ supportType: z.enum(['STANDARD', 'EXTENDED']) }),
  accessConfig: z.strictObject({
    authenticationMode: z.literal('API'),
    bootstrapClusterCreatorAdminPermissions: z.boolean(),
    accessEntries: z.array(
      z.strictObject({
        principalARN: text,
        type: z.literal('STANDARD'),
        kubernetesGroups: z.array(text),
      }),
    ),
  }),
  vpc: z.strictObject({
    cidr: text,
    nat: z.strictObject({ gateway: z.enum(['Single', 'HighlyAvailable', 'Disable']) }),
    clusterEndpoints: z.strictObject({ privateAccess: z.literal(true), publicAccess: z.boolean() }),
  }),
  cloudWatch: z.strictObject({
    clusterLogging: z.strictObject({ enableTypes: z.array(text), logRetentionInDays: z.number().positive() }),
  }),
  addonsConfig: z.strictObject({ autoApplyPodIdentityAssociations: z.literal(true) }),
  addons: z.array(
    z.strictObject({ name: text, configurationValues: text.optional(), resolveConflicts: z.literal('overwrite').optional() }),
  ),
  managedNodeGroups: z.array(
    z.strictObject({
      name: text,
      amiFamily: text,
      instanceType: text,
      minSize: z.number(),
      desiredCapacity: z.number(),
      maxSize: z.number(),
      volumeSize: z.number(),
      volumeType: z.literal('gp3'),
      volumeEncrypted: z.literal(true),
      privateNetworking: z.literal(true),
      disableIMDSv1: z.literal(true),
      disablePodIMDS: z.literal(true),
      nodeRepairConfig: z.strictObject({ enabled: z.boolean() }),
      updateConfig: z.strictObject({ maxUnavailable: z.number() }),
    }),
  ),
  iam: z.strictObject({ podIdentityAssociations: z.array(association) }),
});

const cluster = ClusterConfig.parse(parse(read('cluster.yaml')));
const installed = keptInstallations.filter(({ overlay }) => overlay === 'aws').flatMap(readKept);

describe('cluster.yaml', () => {
  it('refuses a field that eksctl does not know', () => {
    expect(() => ClusterConfig.parse({ ...cluster, addonConfig: {} })).toThrow(/addonConfig/);
  });

  it('brings what the overlay builds on', () => {
    const names = cluster.addons.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['eks-pod-identity-agent', 'vpc-cni', 'aws-ebs-csi-driver', 'metrics-server']));
    const network = cluster.addons.find(({ name }) => name === 'vpc-cni')!;
    expect(JSON.parse(network.configurationValues!)).toEqual({ enableNetworkPolicy: 'true' });
    const ranges = JSON.stringify(installed.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec));
    expect(ranges).toContain(cluster.vpc.cidr);
    expect(installed.find(({ kind, data }) => kind === 'ConfigMap' && data?.['TRUSTED_PROXIES'])!.data!['TRUSTED_PROXIES']).toBe(
      cluster.vpc.cidr,
    );
  });

  it('gives roles to the service accounts that need one, and to no other', () => {
    const ours = cluster.iam.podIdentityAssociations.filter(({ namespace }) => namespace === 'rendermart');
    const made = new Set(installed.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name));
    // CloudNativePG makes the account of a Cluster itself, with its name.
    for (const { kind, metadata } of installed) if (kind === 'Cluster') made.add(metadata.name);
    expect(ours.map(({ serviceAccountName }) => serviceAccountName).filter((name) => !made.has(name))).toEqual([]);
    expect([...made].filter((name) => !ours.some(({ serviceAccountName }) => serviceAccountName === name)).sort()).toEqual([
      'engine',
      'frontend',
      'postgres',
    ]);
  });

  it('names policies that are there', () => {
    const named = cluster.iam.podIdentityAssociations.flatMap(({ permissionPolicyARNs = [] }) => permissionPolicyARNs);
    for (const arn of named)
      expect(existsSync(new URL(`policies/${arn.split('/').at(-1)}.json`, import.meta.url)), arn).toBe(true);
  });
});

describe('the deploying workflow', () => {
  // oxlint-disable-next-line typescript/no-explicit-any
  const manifest = (kind: string) => installed.find((one) => one.kind === kind) as any;
  const rules = manifest('Role').rules as { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  const plural = (kind: string) =>
    kind
      .toLowerCase()
      .replace(/([^aeiou])y$/, '$1ie')
      .replace(/s$/, 'se') + 's';
  const may = (group: string, resource: string, verb: string) =>
    rules.some(
      ({ apiGroups, resources, verbs }) => apiGroups.includes(group) && resources.includes(resource) && verbs.includes(verb),
    );

  it('is bound to the role by its group', () => {
    expect(manifest('RoleBinding').roleRef.name).toBe(manifest('Role').metadata.name);
    expect(manifest('RoleBinding').subjects.map(({ name }: { name: string }) => name)).toEqual(
      cluster.accessConfig.accessEntries.flatMap(({ kubernetesGroups }) => kubernetesGroups),
    );
  });

  it('may apply everything that carries the label', () => {
    const labelled = installed.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/part-of'] === 'rendermart');
    const refused = labelled.filter(({ apiVersion, kind }) => {
      const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
      return !['get', 'create', 'patch'].every((verb) => may(group, plural(kind), verb));
    });
    expect(refused.map(({ kind }) => kind)).toEqual([]);
  });

  it('may not read secrets, delete, or give itself more', () => {
    const text = JSON.stringify(rules);
    expect(text).not.toMatch(/\*|"secrets"|delete|"pods|exec|"roles|bind|escalate|impersonate/);
  });
});

interface Statement {
  Sid: string;
  Effect: string;
  Action: string[];
  Resource: string | string[];
}
const files = readdirSync(new URL('policies/', import.meta.url));
const grants = files.filter((file) => file.startsWith('rendermart-'));
const statementsOf = (file: string) => (JSON.parse(read(`policies/${file}`)) as { Statement: Statement[] }).Statement;

/** What a statement gives that nobody needs. */
function excessOf({ Sid, Effect, Action, Resource }: Statement): string[] {
  // The one action here for which AWS knows no resource.
  const resources = [Resource].flat().filter((resource) => !(resource === '*' && Action.join() === 'ecr:GetAuthorizationToken'));
  return [
    ...(Effect === 'Allow' ? [] : [`${Sid}: is no permission`]),
    ...Action.filter((action) => action.includes('*')).map((action) => `${Sid}: ${action} means more than is needed`),
    ...resources
      .filter((resource) => !/^arn:aws:[a-z0-9]+:[a-z0-9-]*:(111122223333)?:[^*]*rendermart[^*]*\*?$/.test(resource))
      .map((resource) => `${Sid}: ${resource} means more than is ours`),
  ];
}

describe('policies', () => {
  it.each(grants)('%s gives what is needed and no more', (file) => expect(statementsOf(file).flatMap(excessOf)).toEqual([]));

  it.each<[string, Partial<Statement>]>([
    ['every action', { Action: ['s3:*'] }],
    ['every bucket', { Resource: 'arn:aws:s3:::*' }],
    ['everything', { Resource: '*' }],
  ])('sees the planted defect: %s', (_name, planted) =>
    expect(excessOf({ ...statementsOf('rendermart-images.json')[0]!, ...planted })).toHaveLength(1),
  );

  it('what makes backups can delete nothing', () => {
    const actions = statementsOf('rendermart-backup.json').flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /Delete|PutBucket|Bypass|PutObjectRetention/.test(action))).toEqual([]);
  });

  it('are all named on the page, and in its commands', () => {
    for (const file of grants) expect(page.split(file.replace('.json', '')).length, file).toBeGreaterThan(2);
  });

  it.each(files.filter((file) => file.startsWith('trust-')))('%s trusts one repository, in one environment', (file) => {
    const [{ Condition }] = (
      JSON.parse(read(`policies/${file}`)) as { Statement: [{ Condition: Record<string, Record<string, string>> }] }
    ).Statement;
    expect(Condition['StringLike']!['token.actions.githubusercontent.com:sub']).toMatch(
      /^repo:rendermart\/rendermart:environment:(registry|production)$/,
    );
    expect(Condition['StringEquals']).toEqual({ 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' });
  });
});

describe('foundation.yaml', () => {
  const document = parseDocument(read('foundation.yaml'), { logLevel: 'silent' });
  // oxlint-disable-next-line typescript/no-explicit-any
  const resources = Object.values<{ Type: string; Properties: any }>(document.toJS().Resources);
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);

  it('has no YAML aliases, which CloudFormation refuses', () => {
    let aliases = 0;
    visit(document, { Node: (_key, node) => void (isAlias(node) && (aliases += 1)) });
    expect(aliases).toBe(0);
  });

  it('makes buckets private, encrypted and versioned, and refuses anything but TLS', () => {
    const buckets = ofType('AWS::S3::Bucket');
    expect(buckets).toHaveLength(2);
    for (const bucket of buckets) {
      expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
      expect(bucket.VersioningConfiguration.Status).toBe('Enabled');
      expect(bucket.BucketEncryption.ServerSideEncryptionConfiguration).toHaveLength(1);
      expect(bucket.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    }
    const bucketPolicies = ofType('AWS::S3::BucketPolicy').flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(bucketPolicies).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ]);
  });

  it('names the buckets as the overlay does', () => {
    const used = JSON.stringify(installed);
    for (const { BucketName } of ofType('AWS::S3::Bucket'))
      expect(used).toContain(String(BucketName).replace('${AWS::AccountId}', account));
  });

  it('makes a repository for each image of ours, whose tags cannot be moved', () => {
    const repositories = ofType('AWS::ECR::Repository');
    const images = new Set(JSON.stringify(installed).match(/rendermart-[a-z]+(?=@sha256)/g));
    expect(repositories.map(({ RepositoryName }) => RepositoryName).sort()).toEqual([...images].sort());
    for (const repository of repositories) expect(repository.ImageTagMutability).toBe('IMMUTABLE');
  });
});

it('the page says of every component of the overlay what comes first', () => {
  const components = new Set(keptInstallations.filter(({ overlay }) => overlay === 'aws').flatMap((one) => one.components));
  const named = [...page.matchAll(/^\| `([\w-]+)` \| \S/gm)].map(([, name]) => name!);
  expect([...components].filter((name) => !named.includes(name))).toEqual([]);
});

it('every file that the page names is there', () => {
  const named = new Set(page.match(/\b(?:deploy|\.github)\/[\w./-]+\.(?:yaml|yml|json|sql|ts|Dockerfile)\b/g));
  expect(named.size).toBeGreaterThan(5);
  for (const file of named) expect(existsSync(new URL(`../../${file}`, import.meta.url)), file).toBe(true);
});

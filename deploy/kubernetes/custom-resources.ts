import { z } from 'zod';

/**
 * Resources of others that no npm package describes. Each schema is closed and holds only the fields that our manifests use, written
 * by hand after the projects' own definitions (External Secrets 2.9, CloudNativePG 1.30, its Barman Cloud plugin 0.14, AWS Load Balancer
 * Controller 3.5; our manifests passed those in full in November 2026). To use another field, look it up there and add it here.
 */
const text = z.string().min(1);
const metadata = z.strictObject({ name: text, namespace: text.optional(), labels: z.record(z.string(), text).optional() });
const resource = (apiVersion: string, kind: string, spec: z.ZodType) => [
  `${apiVersion} ${kind}`,
  z.strictObject({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata, spec }),
];
const quantity = z.string().regex(/^\d+(m|Ki|Mi|Gi)?$/);
const seconds = z.number().int().positive();

const secretStore = z.strictObject({
  provider: z.strictObject({
    aws: z.strictObject({ service: z.enum(['SecretsManager', 'ParameterStore']), region: text }),
  }),
});

const externalSecret = z.strictObject({
  refreshInterval: z.string().regex(/^\d+[smh]$/),
  secretStoreRef: z.strictObject({ kind: z.enum(['SecretStore', 'ClusterSecretStore']), name: text }),
  target: z.strictObject({ name: text, creationPolicy: z.enum(['Owner', 'Orphan', 'Merge', 'None']) }),
  dataFrom: z.array(z.strictObject({ extract: z.strictObject({ key: text }) })).min(1),
});

const plugin = z.strictObject({
  name: z.literal('barman-cloud.cloudnative-pg.io'),
  isWALArchiver: z.boolean().optional(),
  parameters: z.strictObject({ barmanObjectName: text }).optional(),
});

const cluster = z.strictObject({
  instances: z.number().int().positive(),
  imageName: text,
  bootstrap: z.strictObject({
    initdb: z.strictObject({ database: text, owner: text, secret: z.strictObject({ name: text }) }),
  }),
  postgresql: z.strictObject({
    parameters: z.record(z.string(), z.string()),
    synchronous: z.strictObject({
      method: z.enum(['any', 'first']),
      number: z.number().int().positive(),
      dataDurability: z.enum(['required', 'preferred']),
    }),
  }),
  storage: z.strictObject({ size: quantity, storageClass: text.optional() }),
  resources: z.strictObject({
    requests: z.strictObject({ cpu: quantity, memory: quantity }),
    limits: z.strictObject({ memory: quantity }),
  }),
  affinity: z.strictObject({
    enablePodAntiAffinity: z.boolean(),
    podAntiAffinityType: z.enum(['preferred', 'required']),
    topologyKey: text,
  }),
  plugins: z.array(plugin),
});

const scheduledBackup = z.strictObject({
  schedule: z.string().regex(/^(\S+ ){5}\S+$/, 'has six fields, seconds first'),
  immediate: z.boolean(),
  backupOwnerReference: z.enum(['none', 'self', 'cluster']),
  method: z.enum(['barmanObjectStore', 'volumeSnapshot', 'plugin']),
  cluster: z.strictObject({ name: text }),
  pluginConfiguration: z.strictObject({ name: z.literal('barman-cloud.cloudnative-pg.io') }),
});

const compression = z.strictObject({ compression: z.enum(['bzip2', 'gzip', 'lz4', 'snappy', 'xz', 'zstd']) });
const objectStore = z.strictObject({
  retentionPolicy: z.string().regex(/^[1-9]\d*[dwm]$/),
  configuration: z.strictObject({
    destinationPath: z.string().startsWith('s3://'),
    s3Credentials: z.strictObject({ inheritFromIAMRole: z.literal(true) }),
    wal: compression,
    data: compression,
  }),
});

const attributes = z.array(z.strictObject({ key: text, value: text }));
const loadBalancer = z.strictObject({
  scheme: z.enum(['internal', 'internet-facing']),
  loadBalancerAttributes: attributes,
  listenerConfigurations: z.array(
    z.strictObject({
      protocolPort: z.string().regex(/^(HTTP|HTTPS|TLS|TCP|UDP|TCP_UDP):\d+$/),
      defaultCertificate: z.string().startsWith('arn:aws:acm:'),
      sslPolicy: text,
    }),
  ),
});
const targetGroup = z.strictObject({
  targetReference: z.strictObject({ name: text }),
  defaultConfiguration: z.strictObject({
    targetType: z.enum(['instance', 'ip']),
    healthCheckConfig: z.strictObject({
      healthCheckPath: z.string().startsWith('/'),
      healthCheckInterval: seconds,
      healthCheckTimeout: seconds,
      matcher: z.strictObject({ httpCode: text }),
    }),
    targetGroupAttributes: attributes,
  }),
});

/** By `apiVersion kind`. */
export const customResources: Record<string, z.ZodType> = Object.fromEntries([
  resource('external-secrets.io/v1', 'SecretStore', secretStore),
  resource('external-secrets.io/v1', 'ExternalSecret', externalSecret),
  resource('postgresql.cnpg.io/v1', 'Cluster', cluster),
  resource('postgresql.cnpg.io/v1', 'ScheduledBackup', scheduledBackup),
  resource('barmancloud.cnpg.io/v1', 'ObjectStore', objectStore),
  resource('gateway.k8s.aws/v1', 'LoadBalancerConfiguration', loadBalancer),
  resource('gateway.k8s.aws/v1', 'TargetGroupConfiguration', targetGroup),
]);

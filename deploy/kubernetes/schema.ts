import { customResources } from './custom-resources.ts';
import type { Manifest } from './manifests.ts';

interface Validate {
  (data: unknown): boolean;
  errors?: { instancePath: string; keyword: string; params: Record<string, unknown> }[] | null;
}

/**
 * What the Kubernetes API would refuse in an object, one line a defect: wrong types, what is missing, and unknown fields.
 * The API server itself only warns of unknown fields and drops them, so a misspelt probe would be no probe.
 */
export async function schemaDefects({ file, ...object }: Manifest): Promise<string[]> {
  const name = `${object.kind} ${object.metadata?.name} in ${file}`;
  const own = customResources[`${object.apiVersion} ${object.kind}`];
  if (own) {
    const { error } = own.safeParse(object);
    return (error?.issues ?? []).map(({ path, message }) => `${name}: /${path.join('/')}: ${message}`);
  }
  const validate = await loadValidator(object.apiVersion, object.kind);
  if (!validate) return [`${name}: Kubernetes has no ${object.kind} in ${object.apiVersion}`];
  const unread = new Set<string>();
  const isValid = validate(watchReads(object, '', unread));
  const errors = isValid ? [] : (validate.errors ?? []);
  return [
    ...errors.map(
      ({ instancePath, keyword, params }) => `${name}: ${instancePath} breaks "${keyword}" (${JSON.stringify(params)})`,
    ),
    ...[...unread].map((field) => `${name}: ${field} is no field that Kubernetes knows`),
  ];
}

/** The packages with the schemas of others' resources, by their API group, and how these are named there: by their Go package. */
const packages: Record<string, { name: string; prefix: string }> = {
  'keda.sh': { name: 'keda', prefix: 'ComGithubKedacoreKedaV2ApisKeda' },
  'monitoring.coreos.com': {
    name: 'prometheus-operator',
    prefix: 'ComGithubPrometheusOperatorPrometheusOperatorPkgApisMonitoring',
  },
  'karpenter.sh': { name: 'karpenter', prefix: 'IoK8sSigsKarpenterPkgApis' },
  'karpenter.k8s.aws': { name: 'karpenter', prefix: 'ComGithubAwsKarpenterProviderAwsPkgApis' },
  'gateway.networking.k8s.io': { name: 'gateway-api', prefix: 'IoK8sSigsGatewayApiApis' },
};

/** `networking.k8s.io/v1` and `Ingress` are IoK8sApiNetworkingV1Ingress in Kubernetes' own OpenAPI, and in these packages. */
async function loadValidator(apiVersion: string, kind: string): Promise<Validate | undefined> {
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  const capital = (word = '') => word.charAt(0).toUpperCase() + word.slice(1);
  const foreign = packages[group];
  const place = foreign
    ? // The compiled schemas lie beside the entry; only the package of the built-in kinds lists them among its exports.
      new URL(
        `_schemas/${foreign.prefix}${capital(version)}${kind}.js`,
        import.meta.resolve(`@kubernetes-models/${foreign.name}`),
      ).href
    : `kubernetes-models/_schemas/IoK8sApi${capital(group.split('.')[0])}${capital(version)}${kind}`;
  try {
    return ((await import(place)) as { validate: Validate }).validate;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/**
 * The validators pass over fields that they do not know. They are compiled, so they hold no list that could be asked;
 * but they read every field that they know, and what nobody read is unknown.
 */
function watchReads<Value>(value: Value, at: string, unread: Set<string>): Value {
  if (typeof value !== 'object' || value === null) return value;
  const children = new Map<string | symbol, unknown>();
  for (const [key, child] of Object.entries(value)) {
    const field = `${at}/${key}`;
    unread.add(field);
    children.set(key, watchReads(child, field, unread));
  }
  return new Proxy(value, {
    get(target, key) {
      unread.delete(`${at}/${String(key)}`);
      return children.has(key) ? children.get(key) : Reflect.get(target, key);
    },
  });
}

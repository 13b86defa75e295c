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

/** `networking.k8s.io/v1` and `Ingress` are IoK8sApiNetworkingV1Ingress in Kubernetes' own OpenAPI, and in this package. */
async function loadValidator(apiVersion: string, kind: string): Promise<Validate | undefined> {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  const capital = (word = '') => word.charAt(0).toUpperCase() + word.slice(1);
  const schema = `IoK8sApi${capital(group?.split('.')[0])}${capital(version)}${kind}`;
  try {
    return ((await import(`kubernetes-models/_schemas/${schema}`)) as { validate: Validate }).validate;
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

import { describe, expect, it } from 'vitest';
import { keptInstallations } from './installations.ts';
import { type Manifest, parseManifests, readBase, readKept } from './manifests.ts';

const base = readBase();
const find = (all: Manifest[], kind: string, name: string) =>
  all.find((manifest) => manifest.kind === kind && manifest.metadata.name === name)!;
const inFile = (file: string) => base.filter((manifest) => manifest.file === file);

describe('the seven manifests keep what the deployment was specified with', () => {
  it('ingress.yaml', () => {
    const [ingress] = inFile('ingress.yaml');
    expect(ingress).toMatchObject({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'rendermart-ingress' },
    });
    expect(ingress!.spec.rules).toEqual([
      {
        host: 'myapp.example.com',
        http: {
          paths: [
            { path: '/api/', pathType: 'Prefix', backend: { service: { name: 'backend-service', port: { number: 4000 } } } },
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'frontend-service', port: { number: 80 } } } },
          ],
        },
      },
    ]);
    expect(ingress!.spec.ingressClassName).toBe('alb');
    expect(ingress!.metadata.annotations!['alb.ingress.kubernetes.io/target-type']).toBe('ip');
  });

  it.each([
    ['backend-deployment.yaml', 'backend', 4000],
    ['frontend-deployment.yaml', 'frontend', 80],
  ])('%s', (file, app, port) => {
    const [deployment] = inFile(file);
    expect(deployment).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `${app}-deployment` } });
    expect(deployment!.spec.replicas).toBe(2);
    expect(deployment!.spec.selector.matchLabels).toEqual({ app });
    expect(deployment!.spec.template.metadata.labels).toMatchObject({ app });
    expect(deployment!.spec.template.spec.containers[0]).toMatchObject({ name: app, image: `rendermart-${app}` });
    expect(deployment!.spec.template.spec.containers[0].ports).toContainEqual(
      expect.objectContaining({ containerPort: port, protocol: 'TCP' }),
    );
    expect(deployment!.metadata.labels).toMatchObject({ app });
  });

  it.each(['backend', 'frontend'])('the %s image comes from AWS ECR in the overlay for AWS', (app) => {
    const aws = readKept(keptInstallations.find(({ name }) => name === 'aws')!);
    expect(find(aws, 'Deployment', `${app}-deployment`).spec.template.spec.containers[0].image).toMatch(
      new RegExp(`^\\d{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com/rendermart-${app}@sha256:[0-9a-f]{64}$`),
    );
  });

  it.each([
    ['backend-service.yaml', 'backend-service', 'backend', 4000],
    ['frontend-service.yaml', 'frontend-service', 'frontend', 80],
    ['postgres-service.yaml', 'postgres-service', 'postgres', 5432],
  ])('%s', (file, name, app, port) => {
    const service = inFile(file).find((manifest) => manifest.metadata.name === name);
    expect(service).toMatchObject({ apiVersion: 'v1', kind: 'Service', spec: { type: 'ClusterIP', selector: { app } } });
    expect(service!.spec.ports).toEqual([expect.objectContaining({ protocol: 'TCP', port, targetPort: port })]);
  });

  it('postgres-statefulset.yaml', () => {
    const [statefulSet] = inFile('postgres-statefulset.yaml');
    expect(statefulSet).toMatchObject({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'postgres-db' } });
    expect(statefulSet!.spec).toMatchObject({
      serviceName: 'postgres',
      replicas: 1,
      selector: { matchLabels: { app: 'postgres' } },
    });
    const [container] = statefulSet!.spec.template.spec.containers;
    expect(container.ports).toContainEqual(expect.objectContaining({ containerPort: 5432 }));
    expect(container.volumeMounts).toContainEqual({ name: 'postgres-storage', mountPath: '/var/lib/postgresql/data' });
    expect(statefulSet!.spec.volumeClaimTemplates).toEqual([
      {
        metadata: { name: 'postgres-storage' },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'gp2', resources: { requests: { storage: '10Gi' } } },
      },
    ]);
  });

  it('the headless Service that the StatefulSet names exists', () => {
    expect(find(base, 'Service', 'postgres').spec.clusterIP).toBe('None');
  });
});

it('a key that stands twice is an error', () => {
  expect(() => parseManifests('x.yaml', 'kind: A\nkind: B\n')).toThrow(/x\.yaml.*unique/);
});

import { describe, expect, it } from 'vitest';
import { type Manifest, parseManifests, readBase, readOwnFiles } from './manifests.ts';
import { schemaDefects } from './schema.ts';

const base = readBase();
const overlays = ['overlays/local', 'overlays/aws'].flatMap(readOwnFiles);
const defectsOf = async (all: Manifest[]) => (await Promise.all(all.map(schemaDefects))).flat();

describe('every object is one that Kubernetes knows', () => {
  it('of the base', async () => expect(await defectsOf(base)).toEqual([]));

  it('that an overlay adds', async () => {
    expect(overlays.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['Namespace', 'StorageClass', 'PersistentVolumeClaim']),
    );
    expect(await defectsOf(overlays)).toEqual([]);
  });
});

describe('sees the planted defect', () => {
  // oxlint-disable-next-line typescript/no-explicit-any
  type Plant = (object: any) => void;
  const container =
    (plant: Plant): Plant =>
    (object) =>
      plant(object.spec.template.spec.containers[0]);
  it.each<[string, string, Plant]>([
    ['a misspelt probe', 'livenesProbe', container((it) => (it.livenesProbe = it.livenessProbe))],
    ['a misspelt field of a probe', 'periodSecond', container((it) => (it.readinessProbe.periodSecond = 5))],
    ['a field in the wrong place', 'spec/hostNetwork', (it) => (it.spec.hostNetwork = true)],
    [
      'a misspelt security setting',
      'readOnlyRootFileSystem',
      container((it) => (it.securityContext.readOnlyRootFileSystem = true)),
    ],
    ['a field of an object in a list', 'mountpath', container((it) => (it.volumeMounts[0].mountpath = '/x'))],
    ['a number as text', 'containerPort', container((it) => (it.ports[0].containerPort = '4000'))],
    ['a missing selector', 'selector', (it) => delete it.spec.selector],
    ['a version that is gone', 'no Deployment in extensions/v2', (it) => (it.apiVersion = 'extensions/v2')],
  ])('%s', async (_name, word, plant) => {
    const broken = structuredClone(base.find(({ metadata }) => metadata.name === 'backend-deployment')!);
    plant(broken);
    const defects = await schemaDefects(broken);
    expect(defects).not.toEqual([]);
    expect(defects.join('\n')).toContain(word);
  });

  it('a label is no unknown field', async () => {
    const [object] = parseManifests(
      'x.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, labels: {any: thing}}\ndata: {ANY: thing}\n',
    );
    expect(await schemaDefects(object!)).toEqual([]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { everyInstallation, keptInstallations, renderAll } from '../kubernetes/installations.ts';
import { type Manifest, parseManifests, readKept } from '../kubernetes/manifests.ts';
import { policies } from '../kubernetes/policy/index.ts';
import { schemaDefects } from '../kubernetes/schema.ts';

const installations = everyInstallation();
let rendered: Map<string, Manifest[]>;

beforeAll(async () => {
  const texts = await renderAll(installations);
  rendered = new Map([...texts].map(([name, text]) => [name, parseManifests(`${name}.yaml`, text)]));
}, 300_000);

it('knows every combination', () => expect(installations).toHaveLength(24 + 96 + 6));

it.each(keptInstallations.map((installation) => [installation.name, installation] as const))(
  'rendered/%s.yaml is what kustomize makes today (node deploy/kubernetes/render.ts)',
  (_name, installation) => expect(rendered.get(installation.name) ?? 'no such combination').toEqual(readKept(installation)),
);

describe.each(Object.entries(policies))('in every combination: %s', (_name, policy) => {
  it('holds', () => {
    const defects = installations.flatMap(({ name }) => policy(rendered.get(name)!).map((defect) => `${name}: ${defect}`));
    expect(defects).toEqual([]);
  });
});

it('in every combination, every object is one that its API knows', async () => {
  const distinct = new Map(
    [...rendered.values()].flat().map(({ file, ...object }) => [JSON.stringify(object), { file, ...object }]),
  );
  expect((await Promise.all([...distinct.values()].map(schemaDefects))).flat()).toEqual([]);
});

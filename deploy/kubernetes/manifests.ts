import { readFileSync, readdirSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { type Installation, keptFile } from './installations.ts';

/** A Kubernetes object as the file says it; tests look into it by path. */
export interface Manifest {
  file: string;
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  // Manifests are data of many shapes; what a test reads, it asserts.
  // oxlint-disable-next-line typescript/no-explicit-any
  spec: any;
  data?: Record<string, string>;
}

/** Every object of the base, in the order of its files. A key that stands twice, or a syntax error, throws with file and line. */
export function readBase(): Manifest[] {
  const folder = new URL('base/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');
  return files.sort().flatMap((file) => parseManifests(file, readFileSync(new URL(file, folder), 'utf8')));
}

/** Every object of an installation, as kustomize rendered it when rendered/ was last written. */
export function readKept(installation: Installation): Manifest[] {
  return parseManifests(`${installation.name}.yaml`, readFileSync(keptFile(installation), 'utf8'));
}

/** The objects of a YAML text. Throws with the file's name on a syntax error and on a key that stands twice. */
export function parseManifests(file: string, text: string): Manifest[] {
  return parseAllDocuments(text, { merge: true, uniqueKeys: true }).map((document) => {
    if (document.errors[0]) throw new Error(`${file}: ${document.errors[0].message}`);
    return { file, ...(document.toJS() as Omit<Manifest, 'file'>) };
  });
}

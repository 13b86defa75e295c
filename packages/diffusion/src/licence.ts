import { readTextIfAny } from './files.ts';

const files = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'LICENCE.md', 'LICENCE.txt', 'license.txt'];

/** The licence text of a model folder, when it has one. */
export async function readLicenceText(folder: string): Promise<string | undefined> {
  for (const name of files) {
    const text = await readTextIfAny(folder, name);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The licence that a model card names: the key `license` of the front matter of `README.md`, as the hub reads it. */
export async function readCardLicence(folder: string): Promise<string | undefined> {
  const card = await readTextIfAny(folder, 'README.md');
  const frontMatter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card ?? '')?.[1] ?? '';
  const line = (key: string) => new RegExp(`^${key}:\\s*['"]?([^'"\\r\\n]+?)['"]?\\s*$`, 'm').exec(frontMatter)?.[1];
  const id = line('license');
  return id === 'other' ? (line('license_name') ?? id) : id;
}

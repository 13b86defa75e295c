import fs from 'node:fs';
import path from 'node:path';
import { findCycles } from './cycles.ts';
import { listSources, readImports, type Import } from './imports.ts';
import { onlyImporters, packageScope, rooms, type Room } from './map.ts';

/** A wall that an import goes through, in one line for a person. */
export type Breach = string;

interface Place {
  /** Key of the map. */
  key: string;
  /** The folder itself, which for a feature is more than its key says. */
  folder: string;
}

/** Checks every import below `root` against the map; an empty list means that all walls stand. */
export function checkWalls(root: string): Breach[] {
  const files = listSources(root);
  const imports = files.flatMap((file) => readImports(root, file));
  return [
    ...files
      .filter((file) => !placeOf(file))
      .map((file) => `${file}: this folder is no room. Add it to scripts/walls/map.ts, or move the file.`),
    ...imports.flatMap((one) => checkImport(root, one)),
    ...findCycles(imports.filter((one) => !one.typeOnly && !one.lazy).flatMap((one) => edgeOf(root, one))),
  ];
}

function edgeOf(root: string, one: Import): [string, string][] {
  const target = one.specifier.startsWith('.') ? resolve(root, one) : undefined;
  return target === undefined ? [] : [[one.file, target]];
}

function checkImport(root: string, one: Import): Breach[] {
  const from = placeOf(one.file);
  if (!from) return [];
  const complain = (what: string) => [`${one.file}:${one.line} imports ${one.specifier}: ${what}`];
  if (one.specifier === '?')
    return isInside(from.key, ['backend', 'packages', 'frontend']) ? complain('a computed import cannot be checked.') : [];
  if (one.specifier.startsWith('.')) {
    const target = resolve(root, one);
    if (target === undefined) return complain('there is no such file.');
    return checkEdge(one, from, target, complain);
  }
  if (!one.specifier.startsWith(packageScope)) return checkDeclared(root, one, complain);
  const target = resolvePackage(root, one.specifier);
  if (target === undefined) return complain('the package exports no such thing.');
  if (target.startsWith(`${from.folder}/`)) return [];
  return [...checkEdge(one, from, target, complain), ...checkDeclared(root, one, complain)];
}

type Complain = (what: string) => Breach[];

function checkEdge(one: Import, from: Place, target: string, complain: Complain): Breach[] {
  const to = placeOf(target);
  if (!to) return complain('it leads out of all rooms.');
  if (to.folder === from.folder) return [];
  const room = rooms[from.key] as Room;
  const allowed = isTest(one.file) ? [...room.mayUse, ...(room.testsMayUse ?? [])] : room.mayUse;
  if (to.key === from.key) return complain(`rooms of one kind (${to.key}) do not know each other.`);
  if (!allowed.includes(to.key)) return complain(`${from.folder} may not use ${to.folder}.`);
  const only = onlyImporters[to.key];
  const restricted = only && from.folder.startsWith('backend/') && !isTest(one.file) && !only.includes(one.file);
  if (restricted) return complain(`only ${only.join(', ')} may use ${to.folder}.`);
  // Packages are entered by their name, so that what they export is what is used.
  if (to.folder.startsWith('packages/') && one.specifier.startsWith('.'))
    return complain(`write ${packageScope}${path.basename(to.folder)}.`);
  if (!isDoor(to, target)) return complain(`${to.folder} is entered through ${doorsOf(to.key).join(' or ') || 'no file'} only.`);
  return [];
}

function checkDeclared(root: string, one: Import, complain: Complain): Breach[] {
  if (/^(node:|virtual:)/.test(one.specifier) || one.specifier.startsWith('/')) return [];
  const name = one.specifier
    .split('/')
    .slice(0, one.specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const workspace = one.file
    .split('/')
    .slice(0, one.file.startsWith('packages/') ? 2 : 1)
    .join('/');
  // These are no packages of their own: they live on what the root installs and on the workspaces.
  const isRootFolder = ['scripts', 'deploy'].includes(workspace);
  if (isRootFolder && name.startsWith(packageScope)) return [];
  const manifests = [workspace, ...(isTest(one.file) || one.file.endsWith('config.ts') || isRootFolder ? ['.'] : [])];
  if (manifests.some((folder) => declares(path.join(root, folder, 'package.json'), name))) return [];
  return complain(`${workspace}/package.json does not name ${name}.`);
}

function declares(manifest: string, name: string): boolean {
  if (!fs.existsSync(manifest)) return false;
  const content = JSON.parse(fs.readFileSync(manifest, 'utf8')) as Record<string, Record<string, string> | string | undefined>;
  if (content['name'] === name) return true;
  const groups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  return groups.some((group) => name in ((content[group] as Record<string, string> | undefined) ?? {}));
}

/** The room of a file: the longest folder of the map that holds it. */
function placeOf(file: string): Place | undefined {
  const feature = /^(frontend\/src\/features\/[^/]+)\/./.exec(file)?.[1];
  if (feature) return { key: 'feature', folder: feature };
  const key = Object.keys(rooms)
    .filter((folder) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (key === undefined) return undefined;
  // A folder of its own below backend/src or frontend/src must be named; other rooms divide themselves as they like.
  const rest = file.slice(key.length + 1);
  if ((key === 'backend/src' && rest.includes('/')) || (key === 'frontend' && /^src\/.*\//.test(rest))) return undefined;
  return { key, folder: key };
}

function doorsOf(key: string): string[] {
  return rooms[key]?.doors ?? ['index.ts'];
}

function isDoor(to: Place, target: string): boolean {
  const rest = target.slice(to.folder.length + 1);
  return doorsOf(to.key).some((door) => {
    const pattern = door
      .split('*')
      .map((part) => part.replaceAll(/[.[\]()+?]/g, String.raw`\$&`))
      .join('[^/]*');
    return new RegExp(`^${pattern}$`).test(rest);
  });
}

function isTest(file: string): boolean {
  return /\.(test|e2e|deploy|test-support)\.tsx?$/.test(file) || /\/(test|testing)\//.test(file);
}

function isInside(key: string, folders: string[]): boolean {
  return key === 'feature' || folders.some((folder) => key === folder || key.startsWith(`${folder}/`));
}

function resolve(root: string, one: Import): string | undefined {
  const target = path.posix.join(path.posix.dirname(one.file), one.specifier.split('?')[0] as string);
  return fs.existsSync(path.join(root, target)) ? target : undefined;
}

function resolvePackage(root: string, specifier: string): string | undefined {
  const [name = '', ...rest] = specifier.slice(packageScope.length).split('/');
  const folder = ['packages/', '']
    .map((prefix) => `${prefix}${name}`)
    .find((one) => fs.existsSync(path.join(root, one, 'package.json')));
  if (folder === undefined) return undefined;
  const manifest = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8')) as {
    exports?: Record<string, string>;
  };
  const target = manifest.exports?.[['.', ...rest].join('/')];
  return target === undefined ? undefined : path.posix.join(folder, target);
}

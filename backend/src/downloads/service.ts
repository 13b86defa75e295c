import { join } from 'node:path';
import type { DownloadInput, DownloadList, ImportInput, ModelDownload, ModelOffer } from '@rendermart/contract';
import { type DownloadState, downloadCan } from '@rendermart/contract';
import { type Actor, Failure, type Tx, writeAudit } from '../platform/index.ts';
import type { DownloadsDeps } from './deps.ts';
import { ensureWritable, listFolder, listImportable } from './folders.ts';
import { type Repository, readRepository } from './hub.ts';
import { DownloadProblem } from './outbound.ts';
import { presentDownload } from './present.ts';
import { type SourceFile, chooseFiles, fitsDisk, parseRepository, suggestId, totalOf } from './rules.ts';
import * as store from './store.ts';
import { runTask, removeTask } from './task-names.ts';

const askingMs = 20_000;

/** What the hub says, in the contract's words. */
async function askHub(deps: DownloadsDeps, address: string): Promise<Repository> {
  const { hubUrl, outbound: rules } = deps.config;
  const wanted = parseRepository(address, hubUrl);
  if (!wanted)
    throw new Failure('address_not_allowed', {
      field: 'address',
      message: `This is neither owner/name nor the address of a repository on ${hubUrl}. Nothing was downloaded.`,
    });
  try {
    return await readRepository(hubUrl, wanted, { rules, signal: AbortSignal.timeout(askingMs) });
  } catch (error) {
    if (!(error instanceof DownloadProblem)) throw new Failure('hub_unavailable', { cause: error });
    const code = error.code === 'model_unsupported' ? 'repository_unsupported' : error.code;
    if (code !== 'repository_unsupported' && code !== 'address_not_allowed')
      throw new Failure('hub_unavailable', { cause: error });
    throw new Failure(code, { field: 'address', message: `${error.message} Nothing was downloaded.`, cause: error });
  }
}

function chosenOf(files: readonly SourceFile[], field: string): SourceFile[] {
  const chosen = chooseFiles(files);
  if ('files' in chosen) return chosen.files;
  throw new Failure('repository_unsupported', { field, message: `${chosen.problem} Nothing was downloaded.` });
}

/** Free bytes of the folder for added models; null where there is none, or none that can be written. */
async function findRoom({ config, freeBytes, log }: DownloadsDeps): Promise<number | null> {
  if (!config.canAdd) return null;
  try {
    await ensureWritable(config.modelsFolder);
    return await freeBytes(config.modelsFolder);
  } catch (error) {
    log.warn({ error, folder: config.modelsFolder }, 'the folder for added models cannot be used');
    return null;
  }
}

async function needRoom(deps: DownloadsDeps): Promise<number> {
  const freeBytes = await findRoom(deps);
  if (freeBytes === null) throw new Failure('adding_models_off');
  return freeBytes;
}

/** What would be downloaded, and on which terms. Downloads nothing. */
export async function readOffer(deps: DownloadsDeps, address: string): Promise<ModelOffer> {
  const freeBytes = await needRoom(deps);
  const { repository, revision, licence, files } = await askHub(deps, address);
  const chosen = chosenOf(files, 'address');
  const name = repository.split('/')[1]!;
  const taken = await takenIds(deps);
  const totalBytes = totalOf(chosen);
  return {
    repository,
    revision,
    licence,
    modelId: suggestId(name, taken),
    name,
    pageUrl: new URL(repository, `${deps.config.hubUrl.replace(/\/$/, '')}/`).href,
    files: chosen.length,
    totalBytes,
    freeBytes,
    fits: fitsDisk(totalBytes, freeBytes),
  };
}

async function takenIds(deps: DownloadsDeps): Promise<ReadonlySet<string>> {
  const [models, downloads] = await Promise.all([deps.models.ids(), store.listDownloads(deps.database.read)]);
  return new Set([...models, ...downloads.map((row) => row.model_id)]);
}

interface Wanted extends Pick<store.NewDownload, 'source' | 'origin' | 'revision' | 'licence'> {
  modelId: string;
  name: string;
  files: SourceFile[];
}

/** Writes a download down and queues it, all or nothing. */
async function beginDownload(
  deps: DownloadsDeps,
  actor: Actor,
  { modelId, name, files, ...from }: Wanted,
): Promise<ModelDownload> {
  const totalBytes = totalOf(files);
  if (!fitsDisk(totalBytes, await needRoom(deps))) throw new Failure('disk_too_full');
  if ((await takenIds(deps)).has(modelId)) throw new Failure('model_exists', { field: 'modelId' });
  const id = deps.ids.next();
  await deps.database.tx(async (tx) => {
    const row = {
      ...from,
      id,
      model_id: modelId,
      // A folder of its own for each download: what was removed and is added again is never taken for what was there.
      folder: `${modelId}.${id.slice(-8)}`,
      name,
      requested_by: actor.accountId,
      created_at: deps.clock.now(),
      files,
      totalBytes,
    };
    if (!(await store.insertDownload(tx, row))) throw new Failure('model_exists', { field: 'modelId' });
    await deps.tasks.add(tx, runTask, { id });
    const changes = [{ field: from.source, from: null, to: from.revision ? `${from.origin}@${from.revision}` : from.origin }];
    await writeAudit(tx, { actorId: actor.accountId, act: 'model.fetched', subject: `model:${modelId}`, name, changes });
  });
  return presentDownload((await store.readDownload(deps.database.read, id))!);
}

/** Downloads what was offered: the same commit, under the licence that was shown. */
export async function requestDownload(deps: DownloadsDeps, actor: Actor, input: DownloadInput): Promise<ModelDownload> {
  await needRoom(deps);
  const { repository, licence, revision, files } = await askHub(deps, `${input.repository}/tree/${input.revision}`);
  if (licence !== input.licence || revision !== input.revision) throw new Failure('licence_changed');
  const { modelId, name } = input;
  return beginDownload(deps, actor, {
    modelId,
    name,
    source: 'hub',
    origin: repository,
    revision,
    licence,
    files: chosenOf(files, 'repository'),
  });
}

/** Copies a folder that an operator put into the import folder. */
export async function requestImport(deps: DownloadsDeps, actor: Actor, input: ImportInput): Promise<ModelDownload> {
  const { importFolder } = deps.config;
  await needRoom(deps);
  if (!(await listImportable(importFolder)).includes(input.folder)) throw new Failure('not_found', { field: 'folder' });
  const files = chosenOf(await listFolder(join(importFolder, input.folder)), 'folder');
  const { modelId, name, folder } = input;
  return beginDownload(deps, actor, { modelId, name, source: 'folder', origin: folder, revision: null, licence: null, files });
}

export async function listAll(deps: DownloadsDeps): Promise<DownloadList> {
  const { hubUrl, importFolder } = deps.config;
  const modelsFolder = deps.config.canAdd ? deps.config.modelsFolder : null;
  const [rows, importable, freeBytes] = await Promise.all([
    store.listDownloads(deps.database.read),
    listImportable(importFolder),
    findRoom(deps),
  ]);
  const room = { canAdd: freeBytes !== null, freeBytes: freeBytes ?? 0 };
  return { items: rows.map(presentDownload), hub: hubUrl, importFolder, importable, modelsFolder, ...room };
}

/** Changes the state of a download when its present one allows it. */
async function change(
  deps: DownloadsDeps,
  id: string,
  can: (state: DownloadState) => boolean,
  act: (tx: Tx, row: store.DownloadRow) => Promise<void>,
): Promise<ModelDownload> {
  return deps.database.tx(async (tx) => {
    const row = await store.lockDownload(tx, id);
    if (!row) throw new Failure('not_found');
    if (!can(row.state)) throw new Failure('download_state');
    await act(tx, row);
    return presentDownload((await store.lockDownload(tx, id))!);
  });
}

export const stopDownload = (deps: DownloadsDeps, id: string) =>
  change(deps, id, downloadCan.stop, (tx) => store.setState(tx, id, 'cancelled'));

export async function resumeDownload(deps: DownloadsDeps, id: string): Promise<ModelDownload> {
  await needRoom(deps);
  return change(deps, id, downloadCan.resume, async (tx) => {
    await store.setState(tx, id, 'queued');
    await deps.tasks.add(tx, runTask, { id });
  });
}

/** Ends the model, then deletes its files. Pictures that were drawn with it stay. */
export async function requestRemoval(deps: DownloadsDeps, actor: Actor, id: string): Promise<ModelDownload> {
  const row = await store.readDownload(deps.database.read, id);
  if (!row) throw new Failure('not_found');
  if (!downloadCan.remove(row.state)) throw new Failure('download_state');
  // Whatever its state: one that was stopped in its last moment may have become a model all the same.
  await deps.models.retire({ id: row.model_id, folder: row.folder }, actor.accountId);
  return change(deps, id, downloadCan.remove, async (tx) => {
    await store.setState(tx, id, 'removing');
    await deps.tasks.add(tx, removeTask, { id });
    const note = { actorId: actor.accountId, act: 'model.removed', subject: `model:${row.model_id}`, name: row.name } as const;
    await writeAudit(tx, note);
  });
}

import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DownloadFailureCode } from '@rendermart/contract';
import { Failure } from '../platform/index.ts';
import type { DownloadsDeps } from './deps.ts';
import { type FileSource, fetchFile, folderFile, hubFile, receivedOf } from './fetch-file.ts';
import { ensureFolder, placesOf } from './folders.ts';
import { fileAddress } from './hub.ts';
import { DownloadProblem } from './outbound.ts';
import { fitsDisk, totalOf } from './rules.ts';
import * as store from './store.ts';
import type { DownloadRow, FileRow } from './store.ts';

/** Tries at one file without a new byte before the download fails. A person can still go on from there. */
const mostTries = 5;
const firstPauseMs = 500;
/** Progress is written so often at most. */
const tellEveryMs = 500;

/** One worker's work on one download. */
interface Work {
  deps: DownloadsDeps;
  row: DownloadRow;
  /** Ends the work: the time of the task is over, the process stops, or the work is not ours any more. */
  signal: AbortSignal;
  /** The same without the time of the task. */
  proofSignal: AbortSignal;
  places: { whole: string; partial: string };
  /** Bytes that stand on the disk, by file. */
  received: Map<string, number>;
}

const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined;

function sourceOf({ deps, row, signal }: Work, file: FileRow): FileSource {
  const { hubUrl, outbound: rules, importFolder } = deps.config;
  if (row.source === 'folder') return folderFile(join(importFolder, row.origin, file.path));
  const address = fileAddress(hubUrl, { repository: row.origin, revision: row.revision! }, file.path);
  return hubFile(address, file, { rules, signal });
}

const isMismatch = (error: unknown) => error instanceof DownloadProblem && error.code === 'checksum_mismatch';

/**
 * Whether another try may help: a broken connection often, a wrong checksum once. The disk remembers that once under `mark`: what is
 * damaged each time would be fetched for ever by tasks of which each knows of one try.
 */
async function mayTryAgain(error: unknown, tries: number, mark: string): Promise<boolean> {
  if (isMismatch(error)) return isFirst(mark);
  return error instanceof DownloadProblem && error.code === 'hub_unavailable' && tries < mostTries;
}

/** Leaves a mark, or takes it away if there is one. */
async function isFirst(mark: string): Promise<boolean> {
  if (await exists(mark)) {
    await rm(mark);
    return false;
  }
  await writeFile(mark, '');
  return true;
}

async function fetchOne(work: Work, file: FileRow): Promise<void> {
  const { deps, row, signal, proofSignal, places, received } = work;
  const target = join(places.partial, file.path);
  const mark = `${target}.damaged-once`;
  const onBytes = (bytes: number) => void received.set(file.path, bytes);
  for (let tries = 1; ; tries++) {
    const before = await receivedOf(target);
    try {
      if (!(await exists(target))) await fetchFile({ source: sourceOf(work, file), file, target, onBytes, signal, proofSignal });
      await rm(mark, { force: true });
      return await store.finishFile(deps.database.read, row.id, file.path);
    } catch (error) {
      if ((await receivedOf(target)) > before) tries = 1;
      if (!(await mayTryAgain(error, tries, mark))) throw error;
      signal.throwIfAborted();
      deps.log.warn({ error, downloadId: row.id }, 'a download broke off and is tried again');
      await deps.pause(firstPauseMs * 2 ** (tries - 1), signal);
    }
  }
}

async function assertRoom({ deps, received, row }: Work): Promise<void> {
  const missing = Number(row.total_bytes) - sumOf(received);
  const free = await deps.freeBytes(deps.config.modelsFolder);
  if (fitsDisk(missing, free)) return;
  throw new DownloadProblem('disk_full', `${missing} bytes are missing and ${free} are free`);
}

const sumOf = (received: ReadonlyMap<string, number>) => [...received.values()].reduce((sum, bytes) => sum + bytes, 0);

async function fetchAll(work: Work, files: readonly FileRow[]): Promise<void> {
  for (const file of files) {
    work.received.set(file.path, file.done ? file.sizeBytes : await receivedOf(join(work.places.partial, file.path)));
  }
  await assertRoom(work);
  for (const file of files.filter(({ done }) => !done)) await fetchOne(work, file);
}

/** Puts the whole folder in its place and makes a model of it. Each part may have been done before a crash. */
async function offerModel({ deps, row, places, signal }: Work): Promise<void> {
  signal.throwIfAborted();
  if (await exists(places.partial)) await rename(places.partial, places.whole);
  const { model_id: id, name, folder } = row;
  const description = row.source === 'hub' ? `${row.origin}, ${row.licence ?? 'no licence named'}` : '';
  const model = { id, name, description, engine: 'local', engineModel: folder, options: {}, priceCredits: '0', enabled: true };
  try {
    await deps.models.offer(model, row.requested_by);
  } catch (error) {
    await rename(places.whole, places.partial);
    if (!(error instanceof Failure)) throw error;
    throw new DownloadProblem('model_unsupported', error.message, error);
  }
  await withdrawRemoved(deps, row, places);
}

/** Somebody may have stopped and removed it while its engine read the folder: then there was no model to end yet, and nobody else will. */
async function withdrawRemoved({ database, models }: DownloadsDeps, row: DownloadRow, places: Work['places']): Promise<void> {
  const now = await store.readDownload(database.read, row.id);
  if (now !== undefined && now.state !== 'removing') return;
  await models.retire({ id: row.model_id, folder: row.folder }, row.requested_by);
  await rm(places.whole, { recursive: true, force: true });
}

/** Tells the row how far it is while the work goes on; gives the work up when the row says that it is not ours any more. */
async function tellProgress(work: Work, lease: string, stop: AbortController): Promise<void> {
  const { deps, row, received } = work;
  while (!stop.signal.aborted) {
    const isOurs = await store.renew(deps.database.read, row.id, lease, sumOf(received)).catch((error: unknown) => {
      deps.log.warn({ error }, 'the progress of a download could not be written');
      return true;
    });
    if (!isOurs) stop.abort(new Error('The download was stopped, or another worker has it'));
    else await sleep(tellEveryMs, undefined, { signal: stop.signal }).catch(() => {});
  }
}

function failureOf(error: unknown, { source }: DownloadRow): { code: DownloadFailureCode; detail: string } {
  if (error instanceof DownloadProblem) return { code: error.code, detail: error.message };
  const { code, message } = error as NodeJS.ErrnoException;
  return { code: source === 'folder' && code === 'ENOENT' ? 'folder_changed' : 'disk_unwritable', detail: message };
}

/**
 * Works on a download until it ends, is stopped, or `taskSignal` aborts; then it is let go of as far as it is.
 * @returns whether somebody has to go on with it
 */
export async function runDownload(deps: DownloadsDeps, id: string, taskSignal: AbortSignal): Promise<boolean> {
  const lease = deps.ids.next();
  const row = await deps.database.tx((tx) => store.claimDownload(tx, id, lease));
  if (!row) return false;
  const stop = new AbortController();
  const paused = AbortSignal.any([taskSignal, deps.stopping]);
  const work: Work = {
    ...{ deps, row, places: placesOf(deps.config.modelsFolder, row.folder), received: new Map() },
    signal: AbortSignal.any([paused, stop.signal]),
    proofSignal: AbortSignal.any([deps.stopping, stop.signal]),
  };
  const files = await store.listFiles(deps.database.read, id);
  for (const file of files) if (file.done) work.received.set(file.path, file.sizeBytes);
  const telling = tellProgress(work, lease, stop);
  try {
    if (!deps.config.canAdd) throw new DownloadProblem('disk_unwritable', 'ADDED_MODELS_DIR is off');
    await ensureFolder(join(deps.config.modelsFolder, '.partial'));
    await fetchAll(work, files);
    await offerModel(work);
    await deps.database.tx((tx) => store.finish(tx, id, lease, null));
    deps.log.info({ downloadId: id, model: row.model_id, bytes: totalOf(files) }, 'a model was added');
    return false;
  } catch (error) {
    if (stop.signal.aborted) return false;
    if (paused.aborted && !isMismatch(error)) {
      await deps.database.tx((tx) => store.release(tx, id, lease));
      return true;
    }
    deps.log.warn({ error, downloadId: id }, 'a download failed');
    await deps.database.tx((tx) => store.finish(tx, id, lease, failureOf(error, row)));
    return false;
  } finally {
    stop.abort();
    await telling;
  }
}

/** Deletes the files of a model and then its row. */
export async function removeDownload(deps: DownloadsDeps, id: string): Promise<void> {
  const row = await store.readDownload(deps.database.read, id);
  if (row?.state !== 'removing') return;
  const { whole, partial } = placesOf(deps.config.modelsFolder, row.folder);
  for (const place of [whole, partial]) await rm(place, { recursive: true, force: true });
  await deps.database.tx((tx) => store.deleteDownload(tx, id));
}

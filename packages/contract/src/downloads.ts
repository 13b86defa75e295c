import { z } from 'zod';
import { ModelId } from './models.ts';
import { Id, Timestamp } from './primitives.ts';

export const DownloadState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'removing']);
export type DownloadState = z.infer<typeof DownloadState>;

/** Why a download ended without a model. */
export const DownloadFailureCode = z.enum([
  'hub_unavailable',
  'address_not_allowed',
  'checksum_mismatch',
  'disk_full',
  'disk_unwritable',
  'model_unsupported',
  'folder_changed',
]);
export type DownloadFailureCode = z.infer<typeof DownloadFailureCode>;

/** A model on its way into this installation, or one that came in this way. */
export const ModelDownload = z.object({
  id: Id,
  modelId: z.string(),
  name: z.string(),
  source: z.enum(['hub', 'folder']),
  origin: z.string().describe('owner/name on the hub, or the name of the imported folder'),
  revision: z.string().nullable(),
  licence: z.string().nullable(),
  state: DownloadState,
  failure: z.object({ code: DownloadFailureCode, detail: z.string() }).nullable(),
  totalBytes: z.int(),
  receivedBytes: z.int(),
  createdAt: Timestamp,
});
export type ModelDownload = z.infer<typeof ModelDownload>;

/** What the hub says of a repository, before anything is downloaded. */
export const ModelOffer = z.object({
  repository: z.string(),
  revision: z.string().describe('The commit that would be downloaded'),
  modelId: z.string().describe('An id that is free'),
  name: z.string(),
  licence: z.string().nullable().describe('As the repository names it; null when it names none'),
  pageUrl: z.url(),
  files: z.int(),
  totalBytes: z.int(),
  freeBytes: z.int(),
  fits: z.boolean().describe('Whether the disk has room for it'),
});
export type ModelOffer = z.infer<typeof ModelOffer>;

export const DownloadList = z.object({
  items: z.array(ModelDownload),
  hub: z.url().describe('Where repositories are looked for by their id'),
  importFolder: z.string().describe('Folders that stand here on the server can be imported'),
  importable: z.array(z.string()),
  modelsFolder: z
    .string()
    .nullable()
    .describe(
      'Where added models stand on the server, shared by the API and the workers; null where the operator switched it off',
    ),
  canAdd: z
    .boolean()
    .describe('Whether models can be added at all: false where there is no such folder, or it cannot be written'),
  freeBytes: z.int(),
});
export type DownloadList = z.infer<typeof DownloadList>;

const newModel = { modelId: ModelId, name: z.string().trim().min(1).max(80) };

export const DownloadInput = z.strictObject({
  ...newModel,
  repository: z.string().max(200),
  revision: z.string().regex(/^[0-9a-f]{40}$/, 'The commit of the offer'),
  licence: z.string().nullable().describe('The licence that was shown; another one is refused'),
});
export type DownloadInput = z.infer<typeof DownloadInput>;

export const ImportInput = z.strictObject({ ...newModel, folder: z.string().min(1).max(200) });
export type ImportInput = z.infer<typeof ImportInput>;

import { z } from 'zod';
import * as d from '../downloads.ts';
import { IdParams } from '../primitives.ts';
import type { Route } from '../route.ts';

const administration = { room: 'downloads', auth: 'administrator', scope: 'admin' } as const;

/** Models that administrators bring into the installation. Nothing is fetched before one of them asks. */
export const downloadRoutes = {
  adminModelOfferRead: {
    ...administration,
    method: 'GET',
    path: '/api/admin/model-offers',
    summary: 'What the hub says of a repository: licence, size, and whether the disk has room',
    query: z.strictObject({ address: z.string().trim().min(1).max(500).describe('owner/name, or the address of its page') }),
    output: d.ModelOffer,
    failures: ['adding_models_off', 'address_not_allowed', 'repository_unsupported', 'hub_unavailable'],
  },
  adminDownloadList: {
    ...administration,
    method: 'GET',
    path: '/api/admin/model-downloads',
    summary: 'Models that were downloaded or imported, and those on their way, the newest first',
    output: d.DownloadList,
    failures: [],
  },
  adminDownloadCreate: {
    ...administration,
    method: 'POST',
    path: '/api/admin/model-downloads',
    summary: 'Download a model from the hub, as it was offered',
    status: 202,
    input: d.DownloadInput,
    output: d.ModelDownload,
    failures: [
      'adding_models_off',
      'address_not_allowed',
      'repository_unsupported',
      'hub_unavailable',
      'licence_changed',
      'disk_too_full',
      'model_exists',
    ],
  },
  adminImportCreate: {
    ...administration,
    method: 'POST',
    path: '/api/admin/model-imports',
    summary: 'Import a model from a folder on the server',
    status: 202,
    input: d.ImportInput,
    output: d.ModelDownload,
    failures: ['adding_models_off', 'not_found', 'repository_unsupported', 'disk_too_full', 'model_exists'],
  },
  adminDownloadStop: {
    ...administration,
    method: 'POST',
    path: '/api/admin/model-downloads/:id/stop',
    summary: 'Stop a download; what has arrived is kept',
    params: IdParams,
    status: 200,
    output: d.ModelDownload,
    failures: ['not_found', 'download_state'],
  },
  adminDownloadResume: {
    ...administration,
    method: 'POST',
    path: '/api/admin/model-downloads/:id/resume',
    summary: 'Go on with a download that failed or was stopped',
    params: IdParams,
    status: 202,
    output: d.ModelDownload,
    failures: ['not_found', 'download_state', 'adding_models_off'],
  },
  adminDownloadRemove: {
    ...administration,
    method: 'DELETE',
    path: '/api/admin/model-downloads/:id',
    summary: 'Remove a model with its files; pictures that were drawn with it stay',
    params: IdParams,
    status: 202,
    output: d.ModelDownload,
    failures: ['not_found', 'download_state', 'model_is_default'],
  },
} as const satisfies Record<string, Route>;

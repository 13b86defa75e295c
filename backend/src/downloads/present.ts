import type { ModelDownload } from '@rendermart/contract';
import type { DownloadRow } from './store.ts';

export function presentDownload(row: DownloadRow): ModelDownload {
  return {
    id: row.id,
    modelId: row.model_id,
    name: row.name,
    source: row.source,
    origin: row.origin,
    revision: row.revision,
    licence: row.licence,
    state: row.state,
    failure: row.failure_code === null ? null : { code: row.failure_code, detail: row.failure_detail ?? '' },
    totalBytes: Number(row.total_bytes),
    receivedBytes: Number(row.received_bytes),
    createdAt: row.created_at.toISOString(),
  };
}

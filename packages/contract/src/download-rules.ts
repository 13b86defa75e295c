import type { DownloadState } from './downloads.ts';

// Values without a schema stand apart, so that a page that uses them does not carry the schemas to its readers.

/** Which states allow which act: the server and the button read the same line. */
export const downloadCan = {
  stop: (state: DownloadState) => state === 'queued' || state === 'running',
  resume: (state: DownloadState) => state === 'failed' || state === 'cancelled',
  remove: (state: DownloadState) => state === 'succeeded' || state === 'failed' || state === 'cancelled',
};

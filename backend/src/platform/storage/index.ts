import type { S3Config } from './s3.ts';
import type { Storage } from './storage.ts';

export type StorageConfig = { driver: 'filesystem'; root: string } | ({ driver: 's3' } & S3Config);

/** Opens the image store and proves that it reads and writes; throws at once when it does not. */
export async function openStorage(config: StorageConfig): Promise<Storage> {
  const storage = await makeStorage(config);
  await storage.check();
  return storage;
}

/** Loaded on demand: Amazon's SDK takes half a second that an installation on a disk need not wait for. */
export async function makeStorage(config: StorageConfig): Promise<Storage> {
  if (config.driver === 'filesystem') return (await import('./filesystem.ts')).makeFilesystemStorage(config);
  return (await import('./s3.ts')).makeS3Storage(config);
}

export type { S3Config } from './s3.ts';
export type { SignedUrl, Storage } from './storage.ts';
export { attachment } from './disposition.ts';
export { refuseFull } from './full.ts';
export { watchStorage } from './watched.ts';

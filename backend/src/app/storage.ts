import { join, resolve } from 'node:path';
import { type Library, installationKey } from '../library/index.ts';
import { type Storage, type StorageConfig, makeStorage, openStorage } from '../platform/index.ts';
import { type Config, ConfigError } from './config.ts';

/** The images' store, after it has shown that it reads and writes. */
export async function checkStorage(config: Config): Promise<Storage> {
  const where = imagesAt(config);
  try {
    return await openStorage(where);
  } catch (error) {
    throw new ConfigError(where.driver === 's3' ? s3Complaint(error, where, 'S3_BUCKET') : folderComplaint(error, where.root));
  }
}

/** Throws a ConfigError when the store belongs to another database: this one knows none of its images, and would sweep them away. */
export async function refuseForeignStore(library: Pick<Library, 'tieStore'>, config: Config): Promise<void> {
  if ((await library.tieStore()) === 'own') return;
  const where = imagesAt(config);
  const [store, other] =
    where.driver === 's3'
      ? [`the bucket ${where.bucket} (S3_BUCKET, under ${where.prefix || '/'})`, 'S3_PREFIX or S3_BUCKET']
      : [`the folder ${where.root} (DATA_DIR)`, 'DATA_DIR'];
  throw new ConfigError(
    `DATABASE_URL leads to a database that does not belong to ${store}: that holds the images of another one, as ${installationKey} in it says or because this one knows none of them. Lead DATABASE_URL to the database that does, or ${other} to a store of this one's own; docs/operations.md says how to join the two by hand.`,
  );
}

/** Where images live. */
export function imagesAt(config: Config): StorageConfig {
  if (config.S3_BUCKET === undefined) return { driver: 'filesystem', root: resolve(join(config.DATA_DIR, 'images')) };
  return bucketAt(config, config.S3_BUCKET, config.S3_PREFIX);
}

/** Where backups go: `s3://bucket/prefix`, on the images' server and with its keys, or a folder. */
export function backupsAt(config: Config): StorageConfig {
  if (config.BACKUP_TO === undefined)
    throw new ConfigError('BACKUP_TO is missing. Set it to a folder, or to a bucket such as s3://my-backups/rendermart');
  const s3 = /^s3:\/\/([a-z0-9.-]+)\/?(.*)$/.exec(config.BACKUP_TO);
  if (!s3) return { driver: 'filesystem', root: resolve(config.BACKUP_TO) };
  const [, bucket = '', prefix = ''] = s3;
  return bucketAt(config, bucket, prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`);
}

/**
 * A store that only has to answer: what makes backups may not delete, and so could not clean up after a probe.
 * @param variable what names it, for the complaint
 */
export async function reachStorage(where: StorageConfig, variable: 'S3_BUCKET' | 'BACKUP_TO'): Promise<Storage> {
  const storage = await makeStorage(where);
  // A folder for backups is made when the first one comes.
  if (where.driver === 'filesystem') return storage;
  await storage.reach().catch((error: unknown) => {
    throw new ConfigError(s3Complaint(error, where, variable));
  });
  return storage;
}

function bucketAt(config: Config, bucket: string, prefix: string): StorageConfig & { driver: 's3' } {
  return {
    driver: 's3',
    bucket,
    region: config.S3_REGION,
    prefix,
    forcePathStyle: config.S3_FORCE_PATH_STYLE,
    endpoint: config.S3_ENDPOINT,
    publicEndpoint: config.S3_PUBLIC_ENDPOINT,
    accessKeyId: config.S3_ACCESS_KEY_ID,
    secretAccessKey: config.S3_SECRET_ACCESS_KEY,
  };
}

function folderComplaint(error: unknown, root: string): string {
  return `DATA_DIR leads to a folder where images cannot be stored (${root}): ${(error as Error).message}. Give the program's user the right to write there, or set another.`;
}

/** One line with the variable that is wrong and the cure, by what the server or the network said. */
function s3Complaint(
  error: unknown,
  { bucket, endpoint, region }: StorageConfig & { driver: 's3' },
  variable: 'S3_BUCKET' | 'BACKUP_TO',
): string {
  const { name, message, cause } = error as Error;
  const server = endpoint ?? `Amazon S3 in ${region}`;
  if (name === 'NoSuchBucket')
    return `${variable} names ${bucket}, which does not exist at ${server}. Make it, or correct the name.`;
  if (/^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken)$|UserNotFound$/.test(name))
    return `S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are refused by ${server} (${name}). Correct them, or leave both out to use the role of the machine.`;
  if (name === 'CredentialsProviderError')
    return 'S3_ACCESS_KEY_ID is missing, and the machine has no role that gives access to the bucket. Set it and S3_SECRET_ACCESS_KEY, or attach a role.';
  if (/^(AccessDenied|Forbidden|403)$/.test(name))
    return `${variable} ${bucket} may not be used with these keys (${name}). Allow s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket.`;
  if (/^(PermanentRedirect|AuthorizationHeaderMalformed|301)$/.test(name))
    return `S3_REGION is ${region}, and the bucket ${bucket} is in another region. Set it to the bucket's.`;
  if (cause !== undefined)
    return `S3_ENDPOINT leads to ${server}, which does not answer: ${(cause as Error).message || (cause as Error).name}. Is the address right, and may this machine reach it?`;
  return `${variable} ${bucket} cannot be used: ${name} ${message}`.trim();
}

import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { assertOutsideTransaction } from '../database.ts';
import { Failure } from '../failure.ts';
import { attachment } from './disposition.ts';
import { checkKey, checkPrefix } from './keys.ts';
import type { Storage } from './storage.ts';

export interface S3Config {
  bucket: string;
  region: string;
  /** Absent: Amazon's own. */
  endpoint?: string | undefined;
  /** The endpoint as browsers reach it, when that is another name for the same server: signed addresses lead there. */
  publicEndpoint?: string | undefined;
  /** Both absent: the role of the machine. */
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  forcePathStyle: boolean;
  /** Put before every key, such as `rendermart/`; empty for none. */
  prefix: string;
  /** What carries the requests; absent: the SDK's own. */
  requestHandler?: S3ClientConfig['requestHandler'];
}

const callMs = 60_000;
const noAnswer = 'The image store does not answer. Try again in a moment.';

/**
 * Keeps every key as one object of a bucket: Amazon S3, or any server that speaks its protocol.
 * @param readSilenceMs how long the server may say nothing to `get`, before its answer and within it
 */
export function makeS3Storage(config: S3Config, readSilenceMs = callMs): Storage & { close(): void } {
  const client = makeClient(config, config.endpoint);
  const signer = config.publicEndpoint === undefined ? client : makeClient(config, config.publicEndpoint);
  const at = (key: string) => {
    checkKey(key);
    return { Bucket: config.bucket, Key: config.prefix + key };
  };
  const storage: Storage = {
    driver: 's3',
    async put(key, bytes, mediaType) {
      assertOutsideTransaction('storage.put');
      // A Buffer has a known length and is sent as it is; a stream would travel in signed pieces that several servers refuse.
      const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      await answered(client.send(new PutObjectCommand({ ...at(key), Body: body, ContentType: mediaType }), limited()));
    },
    async putStream(key, stream, mediaType) {
      assertOutsideTransaction('storage.putStream');
      await answered(putParts(client, stream, { ...at(key), ContentType: mediaType }));
    },
    // What a bucket has taken is safe, so there is nothing to save.
    putDerived: (key, bytes, mediaType) => storage.put(key, bytes, mediaType),
    async get(key) {
      assertOutsideTransaction('storage.get');
      const end = new AbortController();
      // Ends with the headers: a signal that goes on would cut the body of a large picture, or of a slow reader.
      const timer = setTimeout(() => end.abort(), readSilenceMs);
      const asked = client.send(new GetObjectCommand(at(key)), { abortSignal: end.signal });
      const found = await unlessMissing(asked.finally(() => clearTimeout(timer)));
      return found && { stream: unlessSilent(found.Body as Readable, readSilenceMs), sizeBytes: found.ContentLength ?? 0 };
    },
    async exists(key) {
      assertOutsideTransaction('storage.exists');
      return (await unlessMissing(client.send(new HeadObjectCommand(at(key)), limited()))) !== null;
    },
    async remove(key) {
      assertOutsideTransaction('storage.remove');
      // One by one: several servers refuse or misread the batch.
      await unlessMissing(client.send(new DeleteObjectCommand(at(key)), limited()));
    },
    list(prefix) {
      assertOutsideTransaction('storage.list');
      checkPrefix(prefix);
      return listObjects(client, config, prefix);
    },
    signedUrl(key, { expiresInSeconds, sameForSeconds = 0, fileName, mediaType }) {
      const disposition = fileName === undefined ? {} : { ResponseContentDisposition: attachment(fileName) };
      return getSignedUrl(signer, new GetObjectCommand({ ...at(key), ResponseContentType: mediaType, ...disposition }), {
        expiresIn: expiresInSeconds + sameForSeconds,
        ...(sameForSeconds === 0 ? {} : { signingDate: new Date(Date.now() - (Date.now() % (sameForSeconds * 1000))) }),
      });
    },
    freeBytes: () => Promise.resolve(null),
    async reach() {
      assertOutsideTransaction('storage.reach');
      // HEAD answers 404 for a missing bucket as for a missing key; a list tells them apart.
      await answered(
        client.send(
          new ListObjectsV2Command({ Bucket: config.bucket, Prefix: `${config.prefix}checks/`, MaxKeys: 1 }),
          limited(),
        ),
      );
    },
    check: () => proveStore(storage, config.bucket),
  };
  const close = () => {
    client.destroy();
    signer.destroy();
  };
  return { ...storage, close };
}

async function proveStore(storage: Storage, bucket: string): Promise<void> {
  const key = `checks/${randomUUID()}`;
  await storage.put(key, Buffer.from('probe'), 'text/plain');
  const found = await storage.get(key);
  found?.stream.destroy();
  await storage.remove(key);
  if (found === null) throw new Error(`The bucket ${bucket} does not give back what was stored in it.`);
}

/**
 * In parts of 8 MiB, of which two are in memory at a time: each has a known length, like `put`'s. What fits one part is sent
 * as one object. A part that fails for good removes those that came before it. A store that takes nothing is given up, but a
 * source may be slow: the list of a backup grows as fast as its files are copied.
 */
async function putParts(client: S3Client, source: Readable, params: PutObjectCommandInput): Promise<void> {
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(() => end.abort(), callMs);
  };
  const heard = async function* () {
    for await (const piece of source) {
      restart();
      yield piece as Buffer;
    }
  };
  const body = { ...params, Body: Readable.from(heard()) };
  const upload = new Upload({ client, params: body, partSize: 8 * 1024 * 1024, queueSize: 2, abortController: end });
  restart();
  upload.on('httpUploadProgress', restart);
  await upload.done().finally(() => clearTimeout(timer));
}

function makeClient(config: S3Config, endpoint: string | undefined): S3Client {
  const { accessKeyId, secretAccessKey, requestHandler } = config;
  return new S3Client({
    region: config.region,
    forcePathStyle: config.forcePathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(requestHandler === undefined ? {} : { requestHandler }),
    ...(accessKeyId === undefined || secretAccessKey === undefined ? {} : { credentials: { accessKeyId, secretAccessKey } }),
    // Amazon takes nothing without a checksum into a bucket with Object Lock, as that of the backups is. Many other servers that
    // speak S3 do not know the SDK's own checksums.
    requestChecksumCalculation: endpoint === undefined ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
  });
}

/** A server that stops answering must not keep a request, or a worker's lease, for ever. */
function limited(): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(callMs) };
}

/** The same bytes, until the server says nothing for `silenceMs` while they are waited for: a slow reader takes its time. */
function unlessSilent(body: Readable, silenceMs: number): Readable {
  async function* read() {
    const giveUp = () => setTimeout(() => body.destroy(new Failure('unavailable', { message: noAnswer })), silenceMs);
    let timer = giveUp();
    try {
      for await (const chunk of body) {
        clearTimeout(timer);
        yield chunk;
        timer = giveUp();
      }
    } finally {
      clearTimeout(timer);
    }
  }
  // A connection that breaks before the reader begins is told to the reader, not thrown at the process.
  body.on('error', () => {});
  const stream = Readable.from(read(), { objectMode: false });
  // A reader that goes away before its first byte never starts `read`, which would leave the connection open.
  return stream.once('close', () => body.destroy());
}

async function* listObjects(client: S3Client, config: S3Config, prefix: string) {
  let token: string | undefined;
  do {
    const page = await answered(
      client.send(
        new ListObjectsV2Command({
          Bucket: config.bucket,
          Prefix: config.prefix + prefix,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
        limited(),
      ),
    );
    for (const { Key: key = '', Size: sizeBytes = 0, LastModified: modifiedAt = new Date() } of page.Contents ?? []) {
      yield { key: key.slice(config.prefix.length), sizeBytes, modifiedAt };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

async function unlessMissing<Result>(asked: Promise<Result>): Promise<Result | null> {
  return asked.catch((error: unknown) => {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404 && error.name !== 'NoSuchBucket')
      return null;
    throw translated(error);
  });
}

async function answered<Result>(asked: Promise<Result>): Promise<Result> {
  return asked.catch((error: unknown) => {
    throw translated(error);
  });
}

const full = new Set(['QuotaExceeded', 'XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded', 'InsufficientStorage']);

/** What the contract has a word for is said in it; refused keys and missing buckets stay what they are: mistakes of the set-up. */
function translated(error: unknown): unknown {
  if (!(error instanceof S3ServiceException)) return new Failure('unavailable', { message: noAnswer, cause: error });
  const status = error.$metadata.httpStatusCode ?? 0;
  if (full.has(error.name) || status === 507) return new Failure('storage_full', { cause: error });
  if (status >= 500) return new Failure('unavailable', { message: noAnswer, cause: error });
  return error;
}

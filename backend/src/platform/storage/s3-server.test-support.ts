import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestS3 {
  endpoint: string;
  objects: Map<string, { bytes: Buffer; mediaType: string; modifiedAt: Date }>;
  /** How many objects in parts were begun and neither completed nor given up. */
  unfinished(): number;
  /** The next answers, before anything else is looked at. */
  failNext(answer: { status: number; code: string }): void;
  close(): Promise<void>;
}

interface Account {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  bucket: string;
}

const pageSize = 2;

/**
 * A server that speaks as much of the S3 protocol as the driver uses, path style, and checks every signature (SigV4)
 * as Amazon describes it: the wrong secret, a changed header, a changed body or an expired address is refused with 403.
 * Signed pieces (aws-chunked) and checksum trailers are refused, as by Swift and older Ceph.
 */
export async function startTestS3(account: Account): Promise<TestS3> {
  const objects: TestS3['objects'] = new Map();
  const uploads: Uploads = new Map();
  const failures: { status: number; code: string }[] = [];
  const server = createServer((request, response) => {
    answer(account, objects, uploads, failures, request, response).catch((error: unknown) =>
      refuse(response, 500, String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    unfinished: () => uploads.size,
    failNext: (failure) => void failures.push(failure),
    close: () => closeServer(server),
  };
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function answer(
  account: Account,
  objects: TestS3['objects'],
  uploads: Uploads,
  failures: { status: number; code: string }[],
  request: IncomingMessage,
  response: ServerResponse,
) {
  const body = Buffer.concat(await request.toArray());
  const failure = failures.shift();
  if (failure) return refuse(response, failure.status, failure.code);
  const url = new URL(request.url ?? '/', 'http://host');
  const refusal = whyNotSigned(account, request, url, body);
  if (refusal) return refuse(response, 403, refusal);
  if (request.headers['content-encoding']?.includes('aws-chunked') || request.headers['x-amz-trailer'])
    return refuse(response, 501, 'NotImplemented');
  const [, bucket, ...rest] = decodeURIComponent(url.pathname).split('/');
  if (bucket !== account.bucket) return refuse(response, 404, 'NoSuchBucket');
  const key = rest.join('/');
  if (key === '') return list(objects, url, response);
  if (url.searchParams.has('uploads') || url.searchParams.has('uploadId'))
    return onParts(uploads, objects, key, request, body, url, response);
  return onObject(objects, key, request, body, url, response);
}

type Uploads = Map<string, { mediaType: string; parts: Map<number, Buffer> }>;

/** An object in parts: begun, filled part by part in any order, then completed or given up. */
function onParts(
  uploads: Uploads,
  objects: TestS3['objects'],
  key: string,
  request: IncomingMessage,
  body: Buffer,
  url: URL,
  response: ServerResponse,
) {
  const xml = (text: string) =>
    response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${text}`);
  if (request.method === 'POST' && url.searchParams.has('uploads')) {
    const id = randomUUID();
    uploads.set(id, { mediaType: request.headers['content-type'] ?? '', parts: new Map() });
    return void xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
  }
  const id = url.searchParams.get('uploadId')!;
  const upload = uploads.get(id);
  if (!upload) return refuse(response, 404, 'NoSuchUpload');
  if (request.method === 'PUT') {
    upload.parts.set(Number(url.searchParams.get('partNumber')), body);
    return void response.writeHead(200, { etag: `"${createHash('md5').update(body).digest('hex')}"` }).end();
  }
  uploads.delete(id);
  if (request.method === 'DELETE') return void response.writeHead(204).end();
  const bytes = Buffer.concat([...upload.parts].sort(([one], [other]) => one - other).map(([, part]) => part));
  objects.set(key, { bytes, mediaType: upload.mediaType, modifiedAt: new Date() });
  return void xml('<CompleteMultipartUploadResult></CompleteMultipartUploadResult>');
}

function onObject(
  objects: TestS3['objects'],
  key: string,
  request: IncomingMessage,
  body: Buffer,
  url: URL,
  response: ServerResponse,
) {
  if (request.method === 'PUT') {
    objects.set(key, { bytes: body, mediaType: request.headers['content-type'] ?? '', modifiedAt: new Date() });
    return void response.writeHead(200, { etag: `"${createHash('md5').update(body).digest('hex')}"` }).end();
  }
  if (request.method === 'DELETE') {
    objects.delete(key);
    return void response.writeHead(204).end();
  }
  const found = objects.get(key);
  if (!found) return refuse(response, 404, 'NoSuchKey');
  const disposition = url.searchParams.get('response-content-disposition');
  response.writeHead(200, {
    'content-length': found.bytes.length,
    'content-type': url.searchParams.get('response-content-type') ?? found.mediaType,
    ...(disposition === null ? {} : { 'content-disposition': disposition }),
  });
  response.end(request.method === 'HEAD' ? undefined : found.bytes);
}

function list(objects: TestS3['objects'], url: URL, response: ServerResponse) {
  const prefix = url.searchParams.get('prefix') ?? '';
  const after = url.searchParams.get('continuation-token') ?? '';
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, pageSize);
  const more = keys.length > page.length;
  const contents = page.map((key) => {
    const { bytes, modifiedAt } = objects.get(key)!;
    return `<Contents><Key>${key}</Key><LastModified>${modifiedAt.toISOString()}</LastModified><Size>${bytes.length}</Size></Contents>`;
  });
  const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0"?><ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
  );
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

interface Claim {
  accessKeyId: string;
  scope: string;
  signedHeaders: string[];
  signature: string;
  amzDate: string;
  payloadHash: string;
  query: URLSearchParams;
}

/** The code of the refusal, or undefined when the signature is right. */
function whyNotSigned(account: Account, request: IncomingMessage, url: URL, body: Buffer): string | undefined {
  const claim = url.searchParams.has('X-Amz-Signature') ? claimOfAddress(url) : claimOfHeaders(request, url);
  if (!claim) return 'AccessDenied';
  if (claim.accessKeyId !== account.accessKeyId) return 'InvalidAccessKeyId';
  if (isStale(claim, url)) return 'AccessDenied';
  if (!claim.signedHeaders.includes('host')) return 'AccessDenied';
  const plain = claim.payloadHash === 'UNSIGNED-PAYLOAD';
  if (!plain && claim.payloadHash !== createHash('sha256').update(body).digest('hex')) return 'XAmzContentSHA256Mismatch';
  const expected = Buffer.from(signatureOf(account, request, url, claim));
  const given = Buffer.from(claim.signature);
  return expected.length === given.length && timingSafeEqual(expected, given) ? undefined : 'SignatureDoesNotMatch';
}

function isStale(claim: Claim, url: URL): boolean {
  const at = Date.parse(claim.amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const allowedMs = 1_000 * Number(url.searchParams.get('X-Amz-Expires') ?? 900);
  return !(Math.abs(Date.now() - at) < allowedMs);
}

function claimOfHeaders(request: IncomingMessage, url: URL): Claim | undefined {
  const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]+)$/.exec(
    request.headers.authorization ?? '',
  );
  const amzDate = request.headers['x-amz-date'];
  const payloadHash = request.headers['x-amz-content-sha256'];
  if (!match || typeof amzDate !== 'string' || typeof payloadHash !== 'string') return undefined;
  return {
    accessKeyId: match[1]!,
    scope: match[2]!,
    signedHeaders: match[3]!.split(';'),
    signature: match[4]!,
    amzDate,
    payloadHash,
    query: url.searchParams,
  };
}

function claimOfAddress(url: URL): Claim | undefined {
  const query = new URLSearchParams(url.searchParams);
  const [accessKeyId = '', ...scope] = (query.get('X-Amz-Credential') ?? '').split('/');
  const signature = query.get('X-Amz-Signature') ?? '';
  query.delete('X-Amz-Signature');
  const signedHeaders = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  return {
    accessKeyId,
    scope: scope.join('/'),
    signedHeaders,
    signature,
    amzDate: query.get('X-Amz-Date') ?? '',
    payloadHash: 'UNSIGNED-PAYLOAD',
    query,
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function signatureOf(account: Account, request: IncomingMessage, url: URL, claim: Claim): string {
  const scope = `${claim.amzDate.slice(0, 8)}/${account.region}/s3/aws4_request`;
  const query = [...claim.query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const headers = claim.signedHeaders
    .map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replaceAll(/ +/g, ' ')}\n`,
    )
    .join('');
  const canonical = [request.method, url.pathname, query, headers, claim.signedHeaders.join(';'), claim.payloadHash].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', claim.amzDate, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [...scope.split('/')].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${account.secretAccessKey}`,
  );
  return createHmac('sha256', key).update(toSign).digest('hex');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

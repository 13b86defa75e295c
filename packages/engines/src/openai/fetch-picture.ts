import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isLiteralAddress, isPublicAddress, publicLookup } from '@rendermart/addresses';
import { EngineError } from '@rendermart/engine';
import { TooLarge } from './bounded-fetch.ts';

export interface PictureSource {
  /** The origin that the administrator configured: the only one that may be private. */
  trustedOrigin: string;
  maxBytes: number;
  signal: AbortSignal;
}

const maxRedirects = 3;
const guardedLookup = publicLookup(
  (hostname) => new EngineError('engine_failed', `The server answered with the address ${hostname}, which is private`),
);

function assertAllowed(url: URL, { trustedOrigin }: PictureSource): void {
  if (url.origin === trustedOrigin) return;
  const what = `The server answered with the address ${url.origin}`;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new EngineError('engine_failed', `${what}, which is not HTTP`);
  if (isLiteralAddress(url.hostname) && !isPublicAddress(url.hostname))
    throw new EngineError('engine_failed', `${what}, which is private`);
}

function open(url: URL, source: PictureSource): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const guard = url.origin === source.trustedOrigin ? {} : { lookup: guardedLookup };
  return new Promise((resolve, reject) => {
    request(url, { signal: source.signal, ...guard }, resolve)
      .on('error', reject)
      .end();
  });
}

async function readAll(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new TooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Fetches a picture that a server answered with as an address. Addresses other than the configured server's own must
 * lead to the public internet, at every redirect: a server must not be able to make this one read its neighbours.
 */
export async function fetchPicture(address: string, source: PictureSource): Promise<Buffer> {
  let url = new URL(address, source.trustedOrigin);
  for (let hop = 0; hop <= maxRedirects; hop++) {
    assertAllowed(url, source);
    const response = await open(url, source);
    const status = response.statusCode ?? 0;
    const { location } = response.headers;
    if (status >= 200 && status < 300) return readAll(response, source.maxBytes);
    response.destroy();
    if (status < 300 || status >= 400 || location === undefined)
      throw new EngineError('engine_failed', `The picture's address answered ${status}`);
    url = new URL(location, url);
  }
  throw new EngineError('engine_failed', `The picture's address redirected more than ${maxRedirects} times`);
}

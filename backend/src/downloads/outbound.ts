import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { publicLookup } from '@rendermart/addresses';
import type { DownloadFailureCode } from '@rendermart/contract';
import { type OutboundRules, addressProblem } from './addresses.ts';

/** Why a download cannot go on. */
export class DownloadProblem extends Error {
  override readonly name = 'DownloadProblem';
  readonly code: DownloadFailureCode;

  constructor(code: DownloadFailureCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const mostRedirects = 5;
/** A hub that says nothing for so long is taken for lost. */
const silenceMs = 30_000;

/** Names must lead to the public internet, for the very connection that is made. */
const guardedLookup = publicLookup(
  (hostname, address) =>
    new DownloadProblem('address_not_allowed', `${hostname} leads to ${address}, which is not in the public internet`),
);

export interface OutboundRequest {
  rules: OutboundRules;
  headers?: Record<string, string>;
  signal: AbortSignal;
}

/** What a server answered, at the end of all redirects. The body must be read or destroyed. */
export interface Answer {
  status: number;
  /** Headers of the last answer, over those that the redirects on the way gave: the hub names checksums there. */
  headers: Record<string, string | undefined>;
  body: IncomingMessage;
}

function send(url: URL, { rules, headers, signal }: OutboundRequest): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      headers: { 'user-agent': 'RenderMart', 'accept-encoding': 'identity', ...headers },
      ...(!rules.allowPrivate && { lookup: guardedLookup }),
      agent: false,
      signal,
      timeout: silenceMs,
    });
    sent.on('timeout', () => sent.destroy(new DownloadProblem('hub_unavailable', `${url.host} said nothing for 30 seconds`)));
    sent.on('response', resolve);
    sent.on('error', (error) =>
      reject(
        error instanceof DownloadProblem || signal.aborted
          ? error
          : new DownloadProblem('hub_unavailable', `${url.host} cannot be reached: ${error.message}`, error),
      ),
    );
    sent.end();
  });
}

const single = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

/**
 * Asks an address by GET and follows redirects; each one is held to the same rules as the first.
 * Throws a DownloadProblem: `address_not_allowed` or `hub_unavailable`.
 */
export async function askAddress(address: string, outbound: OutboundRequest): Promise<Answer> {
  const passed: Record<string, string | undefined> = {};
  let url = new URL(address);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const problem = addressProblem(url, outbound.rules);
    if (problem !== undefined) throw new DownloadProblem('address_not_allowed', problem);
    const body = await send(url, outbound);
    for (const [name, value] of Object.entries(body.headers)) passed[name] = single(value);
    const status = body.statusCode ?? 0;
    if (status < 300 || status >= 400 || body.headers.location === undefined) return { status, headers: passed, body };
    body.destroy();
    url = new URL(body.headers.location, url);
  }
  throw new DownloadProblem('hub_unavailable', `${new URL(address).host} redirects without end`);
}

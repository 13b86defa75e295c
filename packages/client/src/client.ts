import type { Image, Mask, RouteName, Routes } from '@rendermart/contract';
import { readEvents } from './events.ts';
import type { EventOptions, ReceivedEvent } from './events.ts';
import { ApiFailure, failureOf } from './failure.ts';
import { lines } from './lines.ts';

type Input<Schema> = Schema extends { _zod: { input: infer T } } ? T : never;
type Output<Schema> = Schema extends { _zod: { output: infer T } } ? T : undefined;
type Part<Route, Key extends PropertyKey, Name extends string> = Route extends { [K in Key]: infer Schema }
  ? Record<string, never> extends Input<Schema>
    ? { [K in Name]?: Input<Schema> }
    : { [K in Name]: Input<Schema> }
  : unknown;
type QueryValue = string | number | boolean | undefined | null;
/** A query as the caller writes it: numbers and booleans need not be turned into text. */
type LooseQuery<Route> = Route extends { query: infer Schema }
  ? { query?: { [K in keyof Input<Schema>]?: QueryValue } }
  : unknown;

/** What a call takes: the route's `params`, `query` and `body`, an idempotency key where the route needs one, a signal. */
export type CallOf<Name extends RouteName> = Part<Routes[Name], 'params', 'params'> &
  LooseQuery<Routes[Name]> &
  Part<Routes[Name], 'input', 'body'> &
  (Routes[Name] extends { idempotent: true } ? { idempotencyKey: string } : unknown) & { signal?: AbortSignal };
/** What a call answers, as the contract says it. */
export type AnswerOf<Name extends RouteName> = Output<Routes[Name]['output']>;

type RawName = { [Name in RouteName]: Routes[Name] extends { raw: string } ? Name : never }[RouteName];
type JsonName = Exclude<RouteName, RawName>;
type Method<Name extends JsonName> =
  Record<string, never> extends CallOf<Name>
    ? (call?: CallOf<Name>) => Promise<AnswerOf<Name>>
    : (call: CallOf<Name>) => Promise<AnswerOf<Name>>;

interface Upload {
  body: Blob | Uint8Array<ArrayBuffer>;
  mediaType?: string;
  signal?: AbortSignal;
}

/** One method for each route of the contract, and the few that are not JSON. */
export type Client = { [Name in JsonName]: Method<Name> } & {
  /** Sends a picture as it is. Takes what `fetch` takes as a body. */
  imageUpload(call: Upload): Promise<Image>;
  /** The same for a mask of an image. */
  imageMaskUpload(call: Upload & CallOf<'imageMaskUpload'>): Promise<Mask>;
  /** The bytes of an image, unread. */
  imageFile(call: CallOf<'imageFile'>): Promise<Response>;
  archiveFile(call: CallOf<'archiveFile'>): Promise<Response>;
  /** Events of the account, for as long as the loop runs; reconnects and resumes by itself. */
  events(options?: EventOptions): AsyncGenerator<ReceivedEvent, void, undefined>;
  /** The address of a route, for `<img src>`, links and downloads. */
  url<Name extends RouteName>(name: Name, call?: Pick<AnyCall, 'params' | 'query'>): string;
};

type Send = (url: string, init: RequestInit, route: RouteName) => Promise<Response>;

export interface ClientOptions {
  /** Where RenderMart is, without a slash at the end. Empty (the page's own origin) in a browser. */
  baseUrl?: string;
  /** An API key; a browser session needs none. */
  apiKey?: string;
  /** Sends a call in another way than by the global `fetch`. It is also told which route is called. */
  fetch?: Send;
  /**
   * How long a call of JSON may take until all of its answer is there; then it fails as `unreachable`. A minute unless said otherwise.
   * Events and the bytes of pictures and archives, up or down, take as long as they need.
   */
  timeoutMs?: number;
  /** Told of every failure before it is thrown; the page uses it to notice that a session ended. */
  onFailure?: (failure: ApiFailure, route: RouteName) => void;
}

interface AnyCall {
  params?: Record<string, string>;
  query?: Record<string, QueryValue>;
  body?: unknown;
  mediaType?: string;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** Makes a client of one RenderMart. Every method throws `ApiFailure`, or the signal's reason when it was aborted. */
export function makeClient({
  baseUrl = '',
  apiKey,
  fetch: sendIt = (url, init) => fetch(url, init),
  timeoutMs = 60_000,
  onFailure,
}: ClientOptions = {}): Client {
  const url = (name: RouteName, call: AnyCall = {}) => baseUrl + pathOf(name, call);
  const headers = apiKey ? { authorization: `Bearer ${apiKey}` } : {};

  async function ask(name: RouteName, call: AnyCall, extra: Record<string, string> = {}): Promise<Response> {
    const response = await reach(sendIt, name, url(name, call), {
      method: lines[name].split(' ', 1)[0]!,
      ...bodyOf(call, { ...headers, ...extra }),
      signal: call.signal ?? null,
    });
    if (response.ok) return response;
    throw await failureOf(response);
  }
  async function askJson(name: RouteName, call: AnyCall): Promise<unknown> {
    const response = await ask(name, call);
    return response.status === 204 ? undefined : response.json();
  }
  async function telling<Answer>(name: RouteName, asking: Promise<Answer>): Promise<Answer> {
    try {
      return await asking;
    } catch (error) {
      if (error instanceof ApiFailure) onFailure?.(error, name);
      throw error;
    }
  }
  const send = (name: RouteName, call: AnyCall, extra?: Record<string, string>) => telling(name, ask(name, call, extra));
  const json =
    (name: RouteName) =>
    (call: AnyCall = {}): Promise<unknown> => {
      const asked = isBytes(call.body)
        ? askJson(name, call)
        : inTime(timeoutMs, call.signal, (signal) => askJson(name, { ...call, signal }));
      return telling(name, asked);
    };
  const methods = Object.fromEntries(Object.keys(lines).map((name) => [name, json(name as RouteName)]));
  return {
    ...methods,
    imageFile: (call: AnyCall) => send('imageFile', call),
    archiveFile: (call: AnyCall) => send('archiveFile', call),
    events: (options: EventOptions = {}) => readEvents((signal, extra) => send('eventStream', { signal }, extra), options),
    url,
  } as unknown as Client;
}

async function reach(sendIt: Send, name: RouteName, url: string, init: RequestInit): Promise<Response> {
  try {
    return await sendIt(url, init, name);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiFailure('unreachable', 'RenderMart cannot be reached. Check the connection and try again.', { cause });
  }
}

/** Does `work` with a signal that aborts with the caller's own, or with a failure when the time is over. */
async function inTime<Answer>(
  timeoutMs: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    const seconds = Math.round(timeoutMs / 1000);
    const message = `RenderMart did not answer within ${seconds} s. Look whether it was done all the same, then try again.`;
    late.abort(new ApiFailure('unreachable', message));
  }, timeoutMs);
  try {
    return await work(outer ? AbortSignal.any([outer, late.signal]) : late.signal);
  } finally {
    clearTimeout(timer);
  }
}

const isBytes = (body: unknown): body is Blob | Uint8Array => body instanceof Blob || body instanceof Uint8Array;

function pathOf(name: RouteName, { params = {}, query = {} }: AnyCall): string {
  const path = lines[name]
    .slice(lines[name].indexOf(' ') + 1)
    .replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value));
  return search.size > 0 ? `${path}?${search.toString()}` : path;
}

function bodyOf({ body, mediaType, idempotencyKey }: AnyCall, headers: Record<string, string>): RequestInit {
  const key = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
  if (body === undefined) return { headers: { ...headers, ...key } };
  if (isBytes(body)) {
    const type = mediaType ?? (body instanceof Blob && body.type ? body.type : 'application/octet-stream');
    return { headers: { ...headers, 'content-type': type }, body: body as NonNullable<RequestInit['body']> };
  }
  return { headers: { ...headers, ...key, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

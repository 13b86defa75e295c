import { context, propagation } from '@opentelemetry/api';
import { Agent } from 'undici';

/** An answer went on past the limit. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
  constructor(maxBytes: number) {
    super(`The server's answer is larger than ${maxBytes} bytes`);
  }
}

function limited(body: ReadableStream<Uint8Array>, maxBytes: number): ReadableStream<Uint8Array> {
  let seen = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      seen += chunk.byteLength;
      if (seen > maxBytes) controller.error(new TooLarge(maxBytes));
      else controller.enqueue(chunk);
    },
  });
  return body.pipeThrough(counter);
}

/**
 * Node's own gives up on a server that has not begun its answer after 300 s, which is less than a model may take. How
 * long is waited for the headers is the caller's decision (`timeoutMs`); an answer that has begun may pause for 300 s.
 */
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 300_000 });
// Node's types are those of another version of the same class.
const dispatcher = agent as unknown as NonNullable<RequestInit['dispatcher']>;

/**
 * `fetch` for servers that are not trusted with our memory: an answer is cut at `maxBytes` while it is read, and a
 * redirect is an error, because an API has no reason to send a key and a prompt elsewhere.
 * @param authorized whether an Authorization header may be sent; servers without keys get none
 */
export function boundedFetch(maxBytes: number, authorized: boolean): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    if (!authorized) headers.delete('authorization');
    // W3C trace context, so that a server that is traced too continues the same trace; nothing when none is recorded.
    propagation.inject(context.active(), headers, { set: (carrier, name, value) => carrier.set(name, value) });
    const response = await fetch(input, { ...init, headers, redirect: 'error', dispatcher });
    if (!response.body) return response;
    const { status, statusText } = response;
    return new Response(limited(response.body, maxBytes), { status, statusText, headers: response.headers });
  };
}

import { context, propagation } from '@opentelemetry/api';

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
    const response = await fetch(input, { ...init, headers, redirect: 'error' });
    if (!response.body) return response;
    const { status, statusText } = response;
    return new Response(limited(response.body, maxBytes), { status, statusText, headers: response.headers });
  };
}

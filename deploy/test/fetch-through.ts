import http from 'node:http';
import { Readable } from 'node:stream';

/** `fetch` for one port of this machine under a site's name: Node's own sets the Host header by the address. */
export function fetchThrough(port: number, host: string): typeof fetch {
  return (address, { method = 'GET', headers, body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const sent = { ...(headers as Record<string, string>), host };
      const request = http.request(
        { host: '127.0.0.1', port, path: address as string, method, headers: sent, ...(signal && { signal }) },
        (reply) => {
          const told = new Headers();
          for (let index = 0; index < reply.rawHeaders.length; index += 2)
            told.append(reply.rawHeaders[index]!, reply.rawHeaders[index + 1]!);
          const status = reply.statusCode ?? 502;
          if (status === 204 || status === 304) reply.resume();
          const bytes = status === 204 || status === 304 ? null : (Readable.toWeb(reply) as ReadableStream<Uint8Array>);
          resolve(new Response(bytes, { status, headers: told }));
        },
      );
      request.on('error', reject);
      request.end(body as string | Uint8Array | undefined);
    });
}

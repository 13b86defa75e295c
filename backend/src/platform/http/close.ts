import type { FastifyInstance } from 'fastify';

const sweepMs = 50;

/**
 * Takes no new requests and waits for those that are being answered, for `graceMs` at most. What is still open then is cut:
 * a body that its sender never finishes, such as an upload that was refused half-way, would keep the process until it is killed.
 */
export async function closeInTime(server: FastifyInstance, graceMs: number): Promise<void> {
  // Node closes the connections that are idle now. One that was answering is kept for a next request, which never comes.
  const sweep = setInterval(() => server.server.closeIdleConnections(), sweepMs);
  const late = setTimeout(() => server.server.closeAllConnections(), graceMs);
  await server.close().finally(() => {
    clearInterval(sweep);
    clearTimeout(late);
  });
}

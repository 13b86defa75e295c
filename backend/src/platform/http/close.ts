import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const sweepMs = 50;
const lingerMs = 2_000;

/**
 * Ends the connection of a request that is answered before its body arrived whole, such as a refused upload: nobody will read the
 * rest. Our side closes at once; what is still on its way is thrown away for a moment, since a connection that is cut with bytes
 * unread takes the answer with it (RFC 9112, 9.6).
 */
export function closeUnread({ raw: request }: FastifyRequest, reply: FastifyReply): void {
  if (request.complete) return;
  void reply.header('connection', 'close');
  const { socket } = request;
  // Node calls this once the answer is written, and would cut the connection.
  socket.destroySoon = () => {
    socket.end();
    const late = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(late));
  };
}

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

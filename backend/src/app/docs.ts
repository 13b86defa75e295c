import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { makeOpenApi } from '@rendermart/contract/openapi';
import type { FastifyInstance } from 'fastify';

/** Shows the contract under /api/docs, to read and to try, and answers it under /api/openapi.json. No other host is asked for anything. */
export async function serveDocs(server: FastifyInstance, version: string): Promise<void> {
  const document = makeOpenApi(version);
  server.get('/api/openapi.json', async () => document);
  await server.register(fastifySwagger, { mode: 'static', specification: { document: document as never } });
  await server.register(fastifySwaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: true,
    uiConfig: { deepLinking: true, displayOperationId: true, tryItOutEnabled: false },
    theme: { title: 'RenderMart API' },
  });
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ConfigError } from './config.ts';

/** Sets the headers that every answer has. `imageSources` are other origins that pictures may come from, such as a bucket. */
export function addSecurityHeaders(server: FastifyInstance, imageSources: readonly string[]): void {
  const policy = [
    "default-src 'self'",
    `img-src 'self' data: blob: ${imageSources.join(' ')}`.trim(),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  server.addHook('onSend', async (_request, reply) => {
    // The API's documentation brings a policy of its own.
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', policy);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'same-origin');
    reply.header('cross-origin-opener-policy', 'same-origin');
  });
}

/**
 * Serves the built page, so that one machine needs no Nginx. Files with a hash in their name are cached for a year;
 * index.html never is; an address that is no file is a page of the application.
 */
export async function servePage(server: FastifyInstance, pageDir: string): Promise<void> {
  const root = resolve(pageDir);
  if (!existsSync(resolve(root, 'index.html'))) {
    throw new ConfigError(`PAGE_DIR ${root} has no index.html. Build the page first (npm start does), or leave PAGE_DIR out.`);
  }
  await server.register(fastifyStatic, {
    root,
    preCompressed: true,
    cacheControl: false,
    index: false,
    setHeaders: (reply, path) => {
      reply.header('cache-control', /[/\\]assets[/\\]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  server.get('/', (_request, reply) => reply.sendFile('index.html'));
}

/** Whether an address that matched nothing belongs to the page. */
export function isPagePath(method: string, path: string): boolean {
  return (method === 'GET' || method === 'HEAD') && !/^\/api(\/|$|\?)/.test(path) && !/\.\w{2,5}(\?|$)/.test(path);
}

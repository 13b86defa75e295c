import { z } from 'zod';
import { PageTrace } from '../traces.ts';
import type { Route } from '../route.ts';

export const platformRoutes = {
  healthLive: {
    method: 'GET',
    path: '/api/health/live',
    summary: 'The process is alive',
    room: 'platform',
    auth: 'none',
    output: z.object({ status: z.literal('live') }),
    failures: [],
  },
  healthReady: {
    method: 'GET',
    path: '/api/health/ready',
    summary: 'The process can serve: its database answers and its schema fits',
    room: 'platform',
    auth: 'none',
    output: z.object({ status: z.literal('ready'), version: z.string() }),
    failures: ['unavailable'],
  },
  openapi: {
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This contract as OpenAPI 3.1',
    room: 'platform',
    auth: 'none',
    output: z.record(z.string(), z.unknown()),
    failures: [],
  },
  docs: {
    method: 'GET',
    path: '/api/docs',
    summary: 'The contract, to read and to try',
    room: 'platform',
    auth: 'none',
    output: null,
    raw: 'html',
    failures: [],
  },
  pageTraceCreate: {
    method: 'POST',
    path: '/api/traces',
    summary: 'Hand over what the page has recorded of its acts, where this installation records traces',
    room: 'platform',
    auth: 'member',
    input: PageTrace,
    output: null,
    failures: ['not_found', 'rate_limited'],
  },
} as const satisfies Record<string, Route>;

import { z } from 'zod';
import { FailureBody, failures } from './failures.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';

type Json = Record<string, unknown>;

/** The contract as an OpenAPI 3.1 document: JSON Schema 2020-12, inputs as clients send them, outputs as they come. */
export function makeOpenApi(version = '1.0.0'): Json {
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'RenderMart', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ session: [] }, { apiKey: [] }],
    paths,
    components: {
      schemas: { Failure: schema(FailureBody, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'rendermart.session_token' },
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer rm_…`' },
      },
    },
  };
}

function operation(name: string, route: Route): Json {
  const body = route.raw === 'upload' ? binary('image/*') : route.input && json(schema(route.input, 'input'));
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.room],
    ...(route.auth === 'none' ? { security: [] } : {}),
    ...(route.scope ? { 'x-api-key-scope': route.scope } : {}),
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query'), ...idempotencyKey(route)],
    ...(body ? { requestBody: { required: true, content: body } } : {}),
    responses: {
      ...success(route),
      default: { description: failureList(route), content: json({ $ref: '#/components/schemas/Failure' }) },
    },
  };
}

function success(route: Route): Json {
  const status = route.status ?? (route.output || route.raw ? 200 : 204);
  const content =
    route.raw === 'bytes'
      ? binary('application/octet-stream')
      : route.raw === 'html'
        ? binary('text/html')
        : route.raw === 'event-stream'
          ? { 'text/event-stream': { schema: schema(route.output!, 'output') } }
          : route.output && json(schema(route.output, 'output'));
  return { [status]: { description: route.summary, ...(content ? { content } : {}) } };
}

function failureList(route: Route): string {
  const lines = route.failures.map((code) => `- \`${code}\`: ${failures[code].message}`);
  return ['A failure, always in the same form.', ...lines].join('\n');
}

function parameters(object: z.ZodObject | undefined, where: 'path' | 'query'): Json[] {
  if (!object) return [];
  const { properties = {}, required = [] } = schema(object, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }));
}

function idempotencyKey(route: Route): Json[] {
  if (!route.idempotent) return [];
  return [{ name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string', minLength: 1, maxLength: 100 } }];
}

const json = (value: Json) => ({ 'application/json': { schema: value } });
const binary = (type: string) => ({ [type]: { schema: { type: 'string', format: 'binary' } } });

function schema(type: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(type, { io, target: 'draft-2020-12', unrepresentable: 'any' }) as Json;
  return rest;
}

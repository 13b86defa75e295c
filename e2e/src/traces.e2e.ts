import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';
import { generate, picturesOf } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { enterAsAdministrator, leave } from './people.ts';

// What stands where a collector would: OTLP/HTTP with JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}
interface Export {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Span[] }[];
  }[];
}

let collector: Server;
const exports: Export[] = [];
let program: RunningProgram;
let browser: TestBrowser;

beforeAll(async () => {
  collector = createServer((request, response) => {
    void text(request).then((body) => {
      exports.push(JSON.parse(body) as Export);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` };
  [program, browser] = await Promise.all([startProgram({ engines: 'local', env }), openBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
  collector.close();
});

/** All spans, each with the service that it was sent under. */
const spans = () =>
  exports.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ resource, scopeSpans }) => {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue;
      return scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service })));
    }),
  );

test('a click in the browser is the first span of one trace through the API and the worker into the engine’s process', async () => {
  const { page, ...visit } = await enterAsAdministrator(browser, { baseUrl: program.baseUrl });
  await page.goto('/studio');
  await picturesOf(await generate(page, 'a red fox'))
    .first()
    .waitFor();
  const click = () => spans().find(({ name }) => name === 'page generationCreate');
  await expect.poll(click).toBeDefined();
  const mine = () => spans().filter(({ traceId }) => traceId === click()!.traceId);
  const way = [
    'rendermart-page: page generationCreate',
    'rendermart-api: POST /api/generations',
    'rendermart-api: generation queue',
    'rendermart-worker: generation run',
    'rendermart-worker: engine generate',
    'rendermart-worker: inference draw',
    'rendermart-worker: inference denoiser',
  ];
  await expect.poll(() => mine().map(({ service, name }) => `${service}: ${name}`)).toEqual(expect.arrayContaining(way));
  const found = (name: string) => mine().find((span) => span.name === name)!;
  const steps = way.map((line) => found(line.split(': ')[1]!));
  expect(steps.map(({ parentSpanId }) => parentSpanId)).toEqual([undefined, ...steps.slice(0, -1).map(({ spanId }) => spanId)]);
  // The click lasts until its answer came, which is after the request was answered: one machine has one clock.
  expect(BigInt(click()!.endTimeUnixNano)).toBeGreaterThan(BigInt(found('POST /api/generations').startTimeUnixNano));
  await leave({ page, ...visit });
});

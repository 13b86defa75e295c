import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A span as OTLP/HTTP's JSON says it (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  /** The `service.name` that it was sent under. */
  service: unknown;
}

interface Export {
  resourceSpans: { resource: { attributes: Span['attributes'] }; scopeSpans: { spans: Span[] }[] }[];
}

/** Something that takes traces as a collector does, and keeps them. */
export interface Collector {
  endpoint: string;
  /** Bodies as they came. */
  received: string[];
  spans(): Span[];
  close(): void;
}

export async function openCollector(): Promise<Collector> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.url === '/v1/traces') received.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    spans: () => received.flatMap((body) => (JSON.parse(body) as Export).resourceSpans).flatMap(spansOf),
    close: () => void server.close(),
  };
}

function spansOf({ resource, scopeSpans }: Export['resourceSpans'][number]): Span[] {
  const service = resource.attributes.find(({ key }) => key === 'service.name')?.value['stringValue'];
  return scopeSpans.flatMap(({ spans }) => spans).map((span) => ({ ...span, service }));
}

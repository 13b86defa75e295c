import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  context,
  propagation,
  trace,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Failure } from './failure.ts';

/** What a process needs to send its traces somewhere. */
export interface TracingConfig {
  /** An OTLP/HTTP receiver, without /v1/traces. */
  endpoint: string;
  service: string;
  /** What the spans of people's pages are told under. */
  pageService: string;
  version: string;
  /** The share of traces that are kept, 0 to 1, decided by the trace's id: every process decides the same. */
  ratio: number;
}

/** Sends what was not sent yet, and stops. */
export type StopTracing = () => Promise<void>;

/** A span that a page has finished: the first of its trace. */
export interface PageSpan {
  traceId: string;
  spanId: string;
  name: string;
  /** Unix time. */
  startedAtMs: number;
  durationMs: number;
  attributes: SpanAttributes;
  failed: boolean;
}

/** OpenTelemetry's own packages at work in this process. */
export interface TracingSdk {
  recordPageSpan(span: PageSpan): void;
  stop: StopTracing;
}

/** Starts to record. Loaded on demand: without it every function below costs a few microseconds and records nothing. */
export async function startTracing(config: TracingConfig): Promise<StopTracing> {
  const started = (await import('./tracing-sdk.ts')).startSdk(config);
  sdk = started;
  return async () => {
    sdk = undefined;
    await started.stop();
  };
}

const tracer = () => trace.getTracer('rendermart');

/** Attributes say what was done to what: ids, names of models, counts, codes. Never what somebody wrote, and never a key. */
export type SpanAttributes = Attributes;

/** Runs `work` inside a span. A failure is told by its code or its name; its message may quote what a person wrote. */
export async function inSpan<Result>(
  name: string,
  attributes: SpanAttributes,
  work: (span: Span) => Promise<Result>,
  kind: SpanKind = SpanKind.INTERNAL,
): Promise<Result> {
  return tracer().startActiveSpan(name, { attributes, kind }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Runs each step of an iteration inside one span, which ends with it. */
export async function* inSpanEach<Item>(
  name: string,
  attributes: SpanAttributes,
  work: () => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  const span = tracer().startSpan(name, { attributes, kind: SpanKind.CLIENT });
  const inside = trace.setSpan(context.active(), span);
  try {
    const iterator = context.with(inside, () => work()[Symbol.asyncIterator]());
    try {
      for (;;) {
        const next = await context.with(inside, () => iterator.next());
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

function failSpan(span: Span, error: unknown): void {
  const code = error instanceof Failure ? error.code : ((error as { kind?: string }).kind ?? (error as Error).name);
  span.setStatus({ code: SpanStatusCode.ERROR, message: code });
}

/** The running trace as a W3C `traceparent`, to be handed on with the work; undefined when nothing is recorded. */
export function currentTraceparent(): string | undefined {
  if (!trace.getActiveSpan()?.isRecording()) return undefined;
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'];
}

let sdk: TracingSdk | undefined;

/** Whether this process records traces at all. */
export const isTracing = (): boolean => sdk !== undefined;

/** Passes on what a page has recorded, if its trace is among those that are kept. Does nothing while none is recorded. */
export const recordPageSpan = (span: PageSpan): void => sdk?.recordPageSpan(span);

/** Runs `work` as part of the trace that a `traceparent` names; of a new one when there is none. */
export function continueTrace<Result>(traceparent: string | undefined, work: () => Promise<Result>): Promise<Result> {
  if (traceparent === undefined) return work();
  return context.with(propagation.extract(context.active(), { traceparent }), work);
}

const spans = new WeakMap<FastifyRequest, { span: Span; inside: Context }>();
// Asked every few seconds, open for hours, or about traces: none of it is work that somebody waits for.
const untraced = /^\/api\/(health\/|events$|traces$)/;

/**
 * Records each request as a part of the trace that its `traceparent` names (https://www.w3.org/TR/trace-context/), and answers with a
 * `traceresponse` (https://w3c.github.io/trace-context/#traceresponse-header): a page learns by it that its own span is wanted.
 */
export function traceRequests(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.url;
    if (route === undefined || untraced.test(route)) return;
    const { traceparent } = request.headers;
    const outside = typeof traceparent === 'string' ? propagation.extract(context.active(), { traceparent }) : context.active();
    const attributes = { 'http.request.method': request.method, 'http.route': route, 'rendermart.request.id': request.id };
    const span = tracer().startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes }, outside);
    spans.set(request, { span, inside: trace.setSpan(outside, span) });
    const { traceId, spanId } = span.spanContext();
    if (span.isRecording()) reply.header('traceresponse', `00-${traceId}-${spanId}-01`);
  });
  // Not earlier: the pieces of a body arrive outside of whatever ran when the request began.
  server.addHook('preHandler', (request, _reply, done) => {
    const kept = spans.get(request);
    if (kept) context.with(kept.inside, done);
    else done();
  });
  server.addHook('onResponse', async (request, reply) => {
    const kept = spans.get(request);
    if (!kept) return;
    kept.span.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) kept.span.setStatus({ code: SpanStatusCode.ERROR });
    kept.span.end();
  });
}

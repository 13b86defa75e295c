import { ROOT_CONTEXT, SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';
import type { PageSpan, TracingConfig, TracingSdk } from './tracing.ts';

/**
 * Sets up OpenTelemetry's own packages for this process. Headers for the receiver come from OTEL_EXPORTER_OTLP_HEADERS, which
 * the exporter reads itself. A receiver that is away costs spans, never requests.
 */
export function startSdk(config: TracingConfig): TracingSdk {
  const provider = providerOf(config, config.service);
  const page = makePageRecorder(config);
  const manager = new AsyncLocalStorageContextManager().enable();
  context.setGlobalContextManager(manager);
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    recordPageSpan: page.record,
    async stop() {
      // What could not be sent is lost; a receiver that is away must not keep a process from ending well.
      await Promise.allSettled([provider.shutdown(), page.provider.shutdown()]);
      trace.disable();
      propagation.disable();
      context.disable();
    },
  };
}

/** Each provider has a queue of its own, so that pages cannot push the spans of this process out of it. */
function providerOf(config: TracingConfig, service: string, more: TracerProviderOptions = {}): TracerProvider {
  // A visitor's `traceparent` may ask to be kept: the share decides all the same, by the id that both agree on.
  const share = new TraceIdRatioBasedSampler(config.ratio);
  return new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.version': config.version }),
    sampler: new ParentBasedSampler({ root: share, remoteParentSampled: share, remoteParentNotSampled: share }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${config.endpoint.replace(/\/+$/, '')}/v1/traces` }),
        scheduledDelayMillis: 1_000,
      }),
    ],
    ...more,
  });
}

/** Makes spans that began and ended elsewhere, under the ids that they have there. */
function makePageRecorder(config: TracingConfig): { provider: TracerProvider; record: (span: PageSpan) => void } {
  let told: PageSpan | undefined;
  const provider = providerOf(config, config.pageService, {
    // Asked while a span begins, which is at once: `told` is the one.
    idGenerator: { generateTraceId: () => told!.traceId, generateSpanId: () => told!.spanId },
  });
  const tracer = provider.getTracer('rendermart');
  return {
    provider,
    record(span) {
      told = span;
      const { name, attributes, startedAtMs: startTime } = span;
      const made = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, startTime, root: true }, ROOT_CONTEXT);
      if (span.failed) made.setStatus({ code: SpanStatusCode.ERROR });
      made.end(startTime + span.durationMs);
    },
  };
}

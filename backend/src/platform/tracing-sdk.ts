import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { StopTracing, TracingConfig } from './tracing.ts';

/**
 * Sets up OpenTelemetry's own packages for this process. Headers for the receiver come from OTEL_EXPORTER_OTLP_HEADERS, which
 * the exporter reads itself. A receiver that is away costs spans, never requests.
 */
export function startSdk(config: TracingConfig): StopTracing {
  // A visitor's `traceparent` may ask to be kept: the share decides all the same, by the id that both agree on.
  const share = new TraceIdRatioBasedSampler(config.ratio);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': config.service, 'service.version': config.version }),
    sampler: new ParentBasedSampler({ root: share, remoteParentSampled: share, remoteParentNotSampled: share }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${config.endpoint.replace(/\/+$/, '')}/v1/traces` }),
        scheduledDelayMillis: 1_000,
      }),
    ],
  });
  const manager = new AsyncLocalStorageContextManager().enable();
  context.setGlobalContextManager(manager);
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return async () => {
    // What could not be sent is lost; a receiver that is away must not keep a process from ending well.
    await provider.shutdown().catch(() => {});
    trace.disable();
    propagation.disable();
    context.disable();
  };
}

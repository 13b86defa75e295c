import { type Context, context, trace } from '@opentelemetry/api';
import type { WorkOptions } from '@rendermart/diffusion';

type Timings = Parameters<NonNullable<WorkOptions['onTimings']>>[0];

/**
 * Makes spans of what the inference process tells, as children of the span that runs now: the process itself holds no SDK and
 * opens no connection. Nothing is timed, and nothing is sent between the processes, while that span is not recorded.
 * @param name such as `inference draw`; its parts are called `inference load`, `inference unet` and so on
 */
export function tellInference(name: string): Pick<WorkOptions, 'onTimings'> {
  const parent = context.active();
  if (!trace.getSpan(parent)?.isRecording()) return {};
  return { onTimings: (timings) => recordInference(name, timings, parent) };
}

function recordInference(name: string, { startedAtMs, durationMs, parts, omittedParts }: Timings, parent: Context): void {
  const tracer = trace.getTracer('rendermart');
  const attributes = omittedParts > 0 ? { 'rendermart.inference.omitted_parts': omittedParts } : {};
  const work = tracer.startSpan(name, { startTime: startedAtMs, attributes }, parent);
  const inside = trace.setSpan(parent, work);
  for (const part of parts) {
    const startTime = startedAtMs + part.startMs;
    tracer.startSpan(`inference ${part.name}`, { startTime }, inside).end(startTime + part.durationMs);
  }
  work.end(startedAtMs + durationMs);
}

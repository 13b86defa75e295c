import { type PageSpan, type PageTrace, type Route, routes } from '@rendermart/contract';
import { type Database, Failure, type Handlers, isTracing, makeRateLimits, recordPageSpan } from '../platform/index.ts';

// A page hands its spans over at most every two seconds; an account may have several pages open.
const limit = {
  traces: { account: { tries: 120, perSeconds: 60 }, address: { tries: 600, perSeconds: 60 } },
} as const;
// Clocks that are set by the network differ by less; a page whose clock differs by more is measured by ours.
const sameClockMs = 2_000;

/**
 * Takes the spans of people's own pages, which may talk to no other host, and passes them on to the collector. What is taken
 * is a closed list: ids, times, a status and the name of one of our routes, so nobody can write text into it. Only people who are
 * signed in may send it, so often and so much.
 */
export function makePageTraces(database: Database): { handlers: Handlers<'pageTraceCreate'> } {
  const limits = makeRateLimits(database, limit);
  return {
    handlers: {
      async pageTraceCreate({ actor, ipAddress, body }) {
        if (!isTracing()) throw new Failure('not_found');
        const calls = body.spans.map(calledRoute);
        await limits.count('traces', { account: actor.accountId, ipAddress });
        const sentAtMs = onOurClock(body, Date.now());
        body.spans.forEach((span, index) => recordPageSpan(toSpan(span, calls[index]!, sentAtMs)));
      },
    },
  };
}

function calledRoute({ call }: PageSpan, index: number): Route {
  if (!Object.hasOwn(routes, call))
    throw new Failure('invalid_input', {
      field: `spans.${index}.call`,
      message: 'There is no route of this name. Nothing was kept.',
    });
  return routes[call as keyof typeof routes];
}

/** Pure: when a page sent its spans. Its own clock counts while it goes about right, because ours also counts the way here. */
export function onOurClock({ sentAtMs }: Pick<PageTrace, 'sentAtMs'>, receivedAtMs: number): number {
  return Math.abs(receivedAtMs - sentAtMs) <= sameClockMs ? sentAtMs : receivedAtMs;
}

function toSpan({ traceId, spanId, call, startedAgoMs, durationMs, status }: PageSpan, { method }: Route, sentAtMs: number) {
  const startedAtMs = sentAtMs - startedAgoMs;
  const attributes = { 'rendermart.call': call, 'http.request.method': method, 'http.response.status_code': status };
  // A status of 400 or more is an error to who asked (OpenTelemetry's conventions for HTTP clients).
  return { traceId, spanId, name: `page ${call}`, startedAtMs, durationMs, attributes, failed: status >= 400 };
}

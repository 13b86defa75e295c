import type { PageSpan, RouteName, Routes } from '@rendermart/contract';

type Send = (url: string, init: RequestInit) => Promise<Response>;
type Finished = Omit<PageSpan, 'startedAgoMs'> & { startedAt: number };

const address: Routes['pageTraceCreate']['path'] = '/api/traces';
const betweenHandOversMs = 2_000;
// What the API takes at once. More acts than that in two seconds are no person's.
const mostSpans = 32;

/**
 * Makes every act on the page the first span of a trace (W3C Trace Context). The span is kept only when the server answers that it
 * records that trace, and is handed to our own API afterwards, because a page may talk to no other host. Where no traces are
 * recorded nothing is kept and nothing is sent.
 */
export function makeTracedSend(send: Send): (url: string, init: RequestInit, call: RouteName) => Promise<Response> {
  let finished: Finished[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function handOver(): void {
    clearTimeout(timer);
    timer = undefined;
    if (finished.length === 0) return;
    const now = performance.now();
    const spans = finished.map(({ startedAt, ...span }): PageSpan => ({ ...span, startedAgoMs: now - startedAt }));
    finished = [];
    // It outlives a page that is closed; one that gets lost is no loss to the person.
    void send(address, {
      method: 'POST',
      keepalive: true,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sentAtMs: Date.now(), spans }),
    }).catch(() => {});
  }

  function keep(span: Finished): void {
    if (finished.length === mostSpans) return;
    finished.push(span);
    timer ??= setTimeout(handOver, betweenHandOversMs);
    addEventListener('pagehide', handOver, { once: true });
  }

  return async (url, init, call) => {
    const traceId = hex(16);
    const spanId = hex(8);
    const startedAt = performance.now();
    const headers = { ...(init.headers as Record<string, string>), traceparent: `00-${traceId}-${spanId}-01` };
    const response = await send(url, { ...init, headers });
    const durationMs = performance.now() - startedAt;
    if (response.headers.get('traceresponse')?.startsWith(`00-${traceId}-`))
      keep({ traceId, spanId, call, startedAt, durationMs, status: response.status });
    return response;
  };
}

function hex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

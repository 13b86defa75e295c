import { PageTrace } from '@rendermart/contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeTracedSend } from './traces.ts';

/** A server as the page sees it: it answers with the status asked for, and records traces or not. */
function makeServer(records: boolean) {
  const handedOver: PageTrace[] = [];
  const traceparents: string[] = [];
  const act = makeTracedSend(async (url, init) => {
    const { traceparent, ...rest } = init.headers as Record<string, string>;
    if (url === '/api/traces') {
      expect(init).toMatchObject({ method: 'POST', keepalive: true, headers: { 'content-type': 'application/json' } });
      handedOver.push(PageTrace.parse(JSON.parse(init.body as string)));
      return new Response(null, { status: 204 });
    }
    expect(rest).toEqual({ 'accept-language': 'fr' });
    traceparents.push(traceparent!);
    if (url === '/away') throw new TypeError('Failed to fetch');
    const answer = records ? { traceresponse: `${traceparent!.slice(0, 36)}00f067aa0ba902b7-01` } : {};
    return new Response(null, { status: 202, headers: answer });
  });
  const click = (url = '/api/generations') => act(url, { headers: { 'accept-language': 'fr' } }, 'generationCreate');
  return { handedOver, traceparents, click };
}

let leavePage: (() => void) | undefined;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('addEventListener', (_event: string, listener: () => void) => (leavePage = listener));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('an act whose trace is recorded is handed over a little later, under the ids that it was sent with', async () => {
  const { handedOver, traceparents, click } = makeServer(true);
  await Promise.all([click(), click()]);
  expect(handedOver).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(handedOver).toHaveLength(1);
  const { spans } = handedOver[0]!;
  expect(spans.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`)).toEqual(traceparents);
  expect(new Set(traceparents).size).toBe(2);
  expect(spans[0]).toMatchObject({ call: 'generationCreate', status: 202, startedAgoMs: 2_000 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(handedOver).toHaveLength(1);
});

test('what waits is handed over when the page is left', async () => {
  const { handedOver, click } = makeServer(true);
  await click();
  leavePage!();
  expect(handedOver).toHaveLength(1);
});

test('no more than the API takes at once is kept', async () => {
  const { handedOver, click } = makeServer(true);
  for (let n = 0; n < 40; n++) await click();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(handedOver.map(({ spans }) => spans.length)).toEqual([32]);
});

test('where no traces are recorded nothing is handed over, and a server that is away fails as ever', async () => {
  const { handedOver, click } = makeServer(false);
  await click();
  await expect(click('/away')).rejects.toThrow('Failed to fetch');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(handedOver).toEqual([]);
});

import { expect, test } from 'vitest';
import { recordPageSpan, startTracing } from '../platform/index.ts';
import { openCollector } from './collector.test-support.ts';
import { onOurClock } from './page-traces.ts';

test.each([
  ['right', 1_000_000, 1_000_050, 1_000_000],
  ['a little fast', 1_001_900, 1_000_000, 1_001_900],
  ['an hour slow', 1_000_000, 4_600_000, 4_600_000],
  ['never set', 0, 1_800_000_000_000, 1_800_000_000_000],
])('a page whose clock is %s', (_what, sentAtMs, receivedAtMs, expected) => {
  expect(onOurClock({ sentAtMs }, receivedAtMs)).toBe(expected);
});

test('a span is passed on under the ids and at the times that it had, if its trace is among the share that is kept', async () => {
  const collector = await openCollector();
  const { endpoint } = collector;
  const stop = await startTracing({ endpoint, service: 'api', pageService: 'page', version: '1', ratio: 0.5 });
  const [kept, left] = [`${'0'.repeat(31)}1`, `8${'0'.repeat(30)}1`];
  for (const traceId of [kept, left])
    recordPageSpan({
      ...{ traceId, spanId: 'b7ad6b7169203331', name: 'page x', attributes: {}, failed: true },
      ...{ startedAtMs: 1_800_000_000_000, durationMs: 250 },
    });
  await stop();
  collector.close();
  expect(collector.spans()).toMatchObject([
    {
      ...{ traceId: kept, spanId: 'b7ad6b7169203331', service: 'page', kind: 3, status: { code: 2 } },
      ...{ startTimeUnixNano: '1800000000000000000', endTimeUnixNano: '1800000000250000000' },
    },
  ]);
});

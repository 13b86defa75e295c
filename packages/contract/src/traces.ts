import { z } from 'zod';

const longestMs = 3_600_000;

/** An act on the page, from the click to the answer: the first span of its trace (https://www.w3.org/TR/trace-context/). */
export const PageSpan = z.strictObject({
  traceId: z.string().regex(/^(?!0{32})[0-9a-f]{32}$/, 'a trace id: 32 hexadecimal digits, not all zero'),
  spanId: z.string().regex(/^(?!0{16})[0-9a-f]{16}$/, 'a span id: 16 hexadecimal digits, not all zero'),
  call: z.string().max(60).describe('The name of the route that was called, such as generationCreate'),
  startedAgoMs: z.number().min(0).max(longestMs).describe('How long before `sentAtMs` it began'),
  durationMs: z.number().min(0).max(longestMs),
  status: z.int().min(100).max(599).describe('The status of the answer'),
});
export type PageSpan = z.infer<typeof PageSpan>;

/** Spans that a page has finished. Nothing in them is text of a person: ids, a name of this contract, times and a status. */
export const PageTrace = z.strictObject({
  sentAtMs: z.number().min(0).max(8.64e15).describe("Unix time of the page's own clock when it sends this"),
  spans: z.array(PageSpan).min(1).max(32),
});
export type PageTrace = z.infer<typeof PageTrace>;

import { expect, test } from 'vitest';
import { toShow } from './logs.ts';

test.each([
  ['{"level":30,"msg":"ready"}', undefined],
  ['', undefined],
  [
    '{"level":40,"time":"t","role":"api","msg":"no mail server","link":"http://x/reset?token=1"}',
    'no mail server {"link":"http://x/reset?token=1"}',
  ],
  ['{"level":50,"msg":"failed","error":{"message":"no","stack":"long"}}', 'failed {"error":"no"}'],
  ['{"level":50,"msg":"failed"}', 'failed'],
  ['DATABASE_URL is missing', 'DATABASE_URL is missing'],
  ['{"half a record', '{"half a record'],
])('of %s a person sees %s', (line, shown) => {
  expect(toShow(line)).toBe(shown);
});

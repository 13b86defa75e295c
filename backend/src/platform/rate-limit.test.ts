import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../testing/index.ts';
import { type Database, openDatabase } from './database.ts';
import { addressKey, makeRateLimits, sweepRateLimits } from './rate-limit.ts';

let db: TestDatabase;
let copies: [Database, Database];
beforeAll(async () => {
  db = await testDatabase();
  const open = () => openDatabase({ url: db.url, poolSize: 4, applicationName: 'rate-limit-test' });
  copies = [open(), open()];
});
afterAll(async () => {
  await Promise.all(copies.map((copy) => copy.close()));
  await db.close();
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
  ['2001:db8::5', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['not an address', 'not an address'],
])('%s counts as %s', (address, counted) => {
  expect(addressKey(address)).toBe(counted);
});

const rules = { try: { account: { tries: 3, perSeconds: 60 }, address: { tries: 5, perSeconds: 60 } } };

test('copies count together, and what is over the limit says how long to wait', async () => {
  const [one, other] = copies.map((copy) => makeRateLimits(copy, rules));
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) =>
      (index % 2 ? one! : other!).count('try', { account: 'a', ipAddress: `10.0.0.${index}` }),
    ),
  );
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(refused).toHaveLength(5);
  for (const failure of refused) {
    expect(failure).toMatchObject({ code: 'rate_limited', details: { retryAfterMs: expect.any(Number) } });
    expect(failure.details.retryAfterMs).toBeLessThanOrEqual(60_000);
  }
});

test('an address that is over its limit no longer uses up the tries of an account', async () => {
  const limits = makeRateLimits(copies[0], rules);
  for (let index = 0; index < 5; index += 1) await limits.count('try', { account: `b${index}`, ipAddress: '10.0.1.1' });
  for (let index = 0; index < 5; index += 1)
    await expect(limits.count('try', { account: 'c', ipAddress: '10.0.1.1' })).rejects.toMatchObject({ code: 'rate_limited' });
  await limits.count('try', { account: 'c', ipAddress: '10.0.1.2' });
});

test('what is forgiven does not count', async () => {
  const limits = makeRateLimits(copies[0], rules);
  const tried = { account: 'd', ipAddress: '10.0.2.1' };
  for (let index = 0; index < 12; index += 1) {
    await limits.count('try', tried);
    await limits.forgive('try', tried);
  }
});

test('a limit ends with its time, and its row is swept', async () => {
  const limits = makeRateLimits(copies[0], rules);
  for (let index = 0; index < 3; index += 1) await limits.count('try', { account: 'e', ipAddress: '10.0.3.1' });
  await copies[0].pool.query('update platform.rate_limits set expire = $1', [Date.now() - 1]);
  await limits.count('try', { account: 'e', ipAddress: '10.0.3.1' });
  await sweepRateLimits(copies[0], new Date());
  const { rows } = await copies[0].pool.query('select key from platform.rate_limits order by key');
  expect(rows).toEqual([{ key: expect.stringContaining('try:account:') }, { key: 'try:address:10.0.3.1' }]);
});

test('no address of a person is stored', async () => {
  await makeRateLimits(copies[0], rules).count('try', { account: 'ada@example.com', ipAddress: '10.0.4.1' });
  const { rows } = await copies[0].pool.query('select key from platform.rate_limits');
  expect(JSON.stringify(rows)).not.toContain('ada');
});

import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import type { Notice } from './index.ts';
import { type Site, eventually, openSite, setUpSite } from './test-site.ts';

let db: TestDatabase;
let smtp: SMTPServer;
let site: Site;
let ada: Awaited<ReturnType<typeof setUpSite>>;
const received: string[] = [];

const notice: Notice = {
  path: '/market/sales',
  en: { subject: 'Sold: A fox', lines: ['It was bought for 100 credits.'], action: 'See your sales' },
  fr: { subject: 'Vendu : Un renard', lines: ['Elle a coûté 100 crédits.'], action: 'Voir vos ventes' },
};

beforeAll(async () => {
  smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push(Buffer.concat(chunks).toString());
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  db = await testDatabase();
  site = await openSite(db.url, { smtpUrl: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}` });
  ada = await setUpSite(site);
});
afterAll(async () => {
  await site.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
  await db.close();
});

const tell = (at: Site) => at.database.tx((tx) => at.accounts.tell(tx, ada.id, notice));
const queued = async () =>
  (await query(`select count(*)::int as n from pgboss.job where name = 'accounts.notice-mail'`)).rows[0].n as number;
const query = (statement: string) => site.database.pool.query(statement);

test('what somebody must know is mailed in their language, with a link to where it is', async () => {
  await site.ask('PATCH', '/api/account', { cookie: ada.cookie, body: { locale: 'fr' } });
  await tell(site);
  const mail = await eventually(() => received[0], 'the mail');
  expect(mail).toMatch(/^To: ada@example\.com$/m);
  expect(mail).toContain('http://localhost:4000/market/sales');
  expect(mail).toMatch(/Subject: .*Vendu/);
});

test('nothing is mailed or queued for a transaction that fails', async () => {
  const before = await queued();
  await expect(
    site.database.tx(async (tx) => {
      await site.accounts.tell(tx, ada.id, notice);
      throw new Error('undo');
    }),
  ).rejects.toThrow('undo');
  expect(await queued()).toBe(before);
});

test('without a mail server nothing is queued: the page tells it too', async () => {
  const silent = await openSite(db.url);
  const before = await queued();
  await tell(silent);
  expect(await queued()).toBe(before);
  await silent.close();
});

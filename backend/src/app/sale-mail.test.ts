import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Site, openSite } from './site.test-support.ts';

const mails: string[] = [];
let smtp: SMTPServer;
let site: Site;

beforeAll(async () => {
  smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString());
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as AddressInfo;
  site = await openSite('all', { SMTP_URL: `smtp://127.0.0.1:${port}` });
});
afterAll(async () => {
  await site.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

// From the purchase's transaction through the task queue to the mail server: the rooms' own tests each see a part of it.
test('a seller gets a mail of a sale, in their language, and the buyer none', { timeout: 120_000 }, async () => {
  const [seller, buyer] = [await site.join(), await site.join()];
  await site.ask(seller, 'PATCH', '/api/account', { locale: 'fr' });
  const listing = await site.offer(seller, await site.upload(seller));
  expect((await site.buy(buyer, listing)).status).toBe(201);
  await expect.poll(() => mails.length, { timeout: 100_000 }).toBe(1);
  expect(mails[0]).toContain(`To: ${seller.email}`);
  expect(mails[0]).toMatch(/Subject: Vendu/);
  expect(mails[0]).toContain('/market/sales');
});

import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { makeLog } from './log.ts';
import { makeMailer } from './mail.ts';
import { testDatabase } from '../testing/index.ts';

const mail = { to: 'ada@example.com', subject: 'Hello', text: 'A link', html: '<p>A link</p>' };

function captureLog() {
  const lines: string[] = [];
  return { lines, log: makeLog({ level: 'info', role: 'test' }, { write: (line) => void lines.push(line) }) };
}

async function withSmtp(
  config: ConstructorParameters<typeof SMTPServer>[0],
  use: (host: string) => Promise<void>,
): Promise<void> {
  const server = new SMTPServer(config);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`127.0.0.1:${(server.server.address() as AddressInfo).port}`);
  } finally {
    await new Promise<void>((resolve) => server.close(resolve));
  }
}

test('a mail goes to the server, with the name and password of its address', async () => {
  const { log, lines } = captureLog();
  const seen: { user?: string; from?: string; to?: string[] } = {};
  await withSmtp(
    {
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth(auth, _session, done) {
        seen.user = `${auth.username}:${auth.password}`;
        done(null, { user: 'x' });
      },
      onData(stream, session, done) {
        seen.from = (session.envelope.mailFrom as { address: string }).address;
        seen.to = session.envelope.rcptTo.map((to) => to.address);
        stream.resume().on('end', () => done());
      },
    },
    async (host) => {
      const mailer = makeMailer({ smtpUrl: `smtp://robot:p%40ss@${host}`, from: 'Site <site@example.com>', log });
      expect(mailer.configured).toBe(true);
      await mailer.send(mail);
    },
  );
  expect(seen).toEqual({ user: 'robot:p@ss', from: 'site@example.com', to: ['ada@example.com'] });
  expect(lines).toEqual([]);
});

test('a mail that the server does not take is an error, so that the task is tried again', async () => {
  await withSmtp(
    { disabledCommands: ['AUTH', 'STARTTLS'], onRcptTo: (_address, _session, done) => done(new Error('no such mailbox')) },
    async (host) => {
      await expect(
        makeMailer({ smtpUrl: `smtp://${host}`, from: 'a@example.com', log: captureLog().log }).send(mail),
      ).rejects.toThrow('no such mailbox');
    },
  );
});

test('without a server the mail is in the log, which says why', async () => {
  const { log, lines } = captureLog();
  const mailer = makeMailer({ smtpUrl: undefined, from: 'a@example.com', log });
  await mailer.send(mail);
  expect(mailer.configured).toBe(false);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({ to: mail.to, text: mail.text, msg: expect.stringContaining('SMTP_URL') });
});

test('no mail is sent while rows are locked', async () => {
  const db = await testDatabase();
  const database = openDatabase({ url: db.url, poolSize: 1, applicationName: 'mail-test' });
  const mailer = makeMailer({ smtpUrl: 'smtp://127.0.0.1:9', from: 'a@example.com', log: captureLog().log });
  await expect(database.tx(() => mailer.send(mail))).rejects.toThrow('sending mail inside a database transaction');
  await database.close();
  await db.close();
});

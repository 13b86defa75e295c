import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type AccountChange } from './index.ts';
import { deleteResetTokens, lockPerson } from './store.ts';
import { type Site, eventually, joinSite, openSite, password, setUpSite, tokenIn } from './test-site.ts';

let db: TestDatabase;
let site: Site;
let ada: Awaited<ReturnType<typeof setUpSite>>;
let bob: Awaited<ReturnType<typeof joinSite>>;

beforeAll(async () => {
  db = await testDatabase();
  site = await openSite(db.url);
  ada = await setUpSite(site);
  bob = await joinSite(site, ada, { name: 'Bob' });
});
afterAll(async () => {
  await site.close();
  await db.close();
});

const better = 'a far better password';
const ask = (email: string, at = site) => at.ask('POST', '/api/password-resets', { body: { email } });
const redeem = (token: string, newPassword = better) =>
  site.ask('POST', '/api/password-resets/redeem', { body: { token, password: newPassword } });
const signIn = (email: string, withPassword: string) =>
  site.ask('POST', '/api/sessions', { body: { email, password: withPassword }, from: '192.0.2.9' });
const linksIn = (text: string) => [...new Set(text.match(/http:\/\/localhost:4000\/reset-password\?token=[\w-]+/g))];

/** Asks for a link and takes it from the log, which is where it is without a mail server. */
async function resetToken(email: string): Promise<string> {
  const before = linksIn(site.logged()).length;
  expect((await ask(email)).status).toBe(202);
  return tokenIn(await eventually(() => linksIn(site.logged())[before], 'the link in the log'));
}

test('changing the password needs the current one, and signs out everywhere else', async () => {
  const elsewhere = await signIn(bob.email, password);
  const change = (currentPassword: string) =>
    site.ask('POST', '/api/account/password', { cookie: bob.cookie, body: { currentPassword, newPassword: better } });
  const wrong = await change('not the password');
  expect([wrong.status, wrong.body.error.code, wrong.body.error.field]).toEqual([400, 'wrong_password', 'currentPassword']);
  expect((await site.ask('GET', '/api/account', { cookie: elsewhere.cookie })).status).toBe(200);
  expect((await change(password)).status).toBe(204);
  expect((await site.ask('GET', '/api/account', { cookie: elsewhere.cookie })).status).toBe(401);
  expect((await site.ask('GET', '/api/account', { cookie: bob.cookie })).status).toBe(200);
  expect([(await signIn(bob.email, password)).status, (await signIn(bob.email, better)).status]).toEqual([401, 201]);
});

/** How many wait for a person who is being changed. */
const waiting = async () =>
  Number(
    (await site.database.pool.query("select count(*) as n from pg_locks where locktype = 'advisory' and not granted")).rows[0].n,
  );

describe('what comes at the same moment as another password', () => {
  const change = (cookie: string, newPassword: string) =>
    site.ask('POST', '/api/account/password', { cookie, body: { currentPassword: password, newPassword } });
  /** Lets two requests reach the person one after the other, while somebody else has them, and then go. */
  async function oneAfterTheOther<First, Second>(id: string, first: () => Promise<First>, second: () => Promise<Second>) {
    return site.database.tx(async (tx) => {
      await lockPerson(tx, id);
      const one = first();
      await expect.poll(waiting).toBe(1);
      const other = second();
      await expect.poll(waiting).toBe(2);
      return { one, other };
    });
  }

  test('signing in with the old one opens no session', async () => {
    const eve = await joinSite(site, ada, { name: 'Eve' });
    const { one, other } = await oneAfterTheOther(
      eve.id,
      () => change(eve.cookie, better),
      () => signIn(eve.email, password),
    );
    expect([(await one).status, (await other).status, (await other).body.error?.code]).toEqual([204, 401, 'wrong_credentials']);
    expect((await site.ask('GET', '/api/sessions', { cookie: eve.cookie })).body.items).toHaveLength(1);
  });

  test('a session that was opened a moment before ends', async () => {
    const eva = await joinSite(site, ada, { name: 'Eva' });
    const { one, other } = await oneAfterTheOther(
      eva.id,
      () => signIn(eva.email, password),
      () => change(eva.cookie, better),
    );
    expect([(await one).status, (await other).status]).toEqual([201, 204]);
    expect((await site.ask('GET', '/api/account', { cookie: (await one).cookie })).status).toBe(401);
  });

  test('a second change with the old one changes nothing', async () => {
    const eli = await joinSite(site, ada, { name: 'Eli' });
    const { one, other } = await oneAfterTheOther(
      eli.id,
      () => change(eli.cookie, better),
      () => change(eli.cookie, 'the password of a thief'),
    );
    expect([(await one).status, (await other).status, (await other).body.error?.code]).toEqual([204, 400, 'wrong_password']);
    expect((await signIn(eli.email, better)).status).toBe(201);
  });
});

test('without a mail server the link is in the log, which says why; it works once and ends every session', async () => {
  const session = await signIn(ada.email, password);
  const token = await resetToken(ada.email);
  expect(site.logged()).toContain('No mail server is configured (SMTP_URL)');
  const heard: AccountChange[] = [];
  const stop = site.accounts.onAccountChange((change) => heard.push(change));
  expect((await redeem(token)).status).toBe(204);
  for (const cookie of [session.cookie, ada.cookie]) expect((await site.ask('GET', '/api/account', { cookie })).status).toBe(401);
  await eventually(() => heard[0], 'news of the ended sessions');
  stop();
  expect(heard[0]).toEqual({ accountId: ada.id, kind: 'sessions-revoked' });
  const [old, fresh] = [await signIn(ada.email, password), await signIn(ada.email, better)];
  expect([old.status, fresh.status]).toEqual([401, 201]);
  ada.cookie = fresh.cookie!;
  const again = await redeem(token, 'yet another password');
  expect([again.status, again.body.error.code, again.body.error.field]).toEqual([400, 'reset_link_invalid', 'token']);
  expect((await signIn(ada.email, better)).status).toBe(201);
});

test('a link that two use at the same moment sets one password', async () => {
  const token = await resetToken(bob.email);
  const tries = await Promise.all(['first of two passwords', 'second of two passwords'].map((text) => redeem(token, text)));
  expect(tries.map((answer) => answer.status).sort()).toEqual([204, 400]);
  const winner = tries[0]!.status === 204 ? 'first of two passwords' : 'second of two passwords';
  const again = await signIn(bob.email, winner);
  expect(again.status).toBe(201);
  bob.cookie = again.cookie!;
});

test('a link that is used while its person is changed waits, and is worth nothing afterwards', async () => {
  const token = await resetToken(bob.email);
  const redeemed = await site.database.tx(async (tx) => {
    await lockPerson(tx, bob.id);
    const redeeming = redeem(token);
    await expect.poll(waiting).toBe(1);
    // As a change of password, disabling and closing do. Each held what the other waited for, and the database gave one of them up.
    await deleteResetTokens(tx, bob.id);
    return { redeeming };
  });
  const answer = await redeemed.redeeming;
  expect([answer.status, answer.body.error?.code]).toEqual([400, 'reset_link_invalid']);
});

test('a new password makes the links that were sent before worthless', async () => {
  const [older, newer] = [await resetToken(bob.email), await resetToken(bob.email)];
  expect((await redeem(newer, better)).status).toBe(204);
  expect((await redeem(older)).body.error.code).toBe('reset_link_invalid');
});

test('a link does not work after its hour, nor does one that never was', async () => {
  const token = await resetToken(ada.email);
  await site.database.pool.query(`update accounts.verifications set expires_at = now() - interval '1 second'`);
  for (const bad of [token, 'x'.repeat(32)]) expect((await redeem(bad)).body.error.code).toBe('reset_link_invalid');
});

test('the database holds no link that could be used, neither as a row nor as a task', async () => {
  const token = await resetToken(ada.email);
  const { rows } = await site.database.pool.query(
    `select (select json_agg(v)::text from accounts.verifications v) as rows, (select json_agg(j)::text from pgboss.job j) as tasks`,
  );
  expect(rows[0].rows).toContain(ada.id);
  expect(rows[0].tasks).toContain(ada.email);
  expect(JSON.stringify(rows)).not.toContain(token);
});

test('for an unknown address the answer and the work in the request are the same, and no link is made', async () => {
  const [known, unknown] = [await ask(ada.email), await ask('stranger@example.com')];
  expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
  const tasks = () =>
    site.database.pool.query(
      `select state from pgboss.job where name = 'accounts.password-reset-mail' and data->>'email' = 'stranger@example.com'`,
    );
  expect((await tasks()).rows).toHaveLength(1);
  await eventually(async () => ((await tasks()).rows[0].state === 'completed' ? true : undefined), 'the task to end');
  expect(site.logged()).not.toContain('stranger@example.com');
});

test('a disabled account gets no link, and one that it has does not work', async () => {
  const cleo = await joinSite(site, ada, { name: 'Cleo' });
  const token = await resetToken(cleo.email);
  await site.ask('PATCH', `/api/admin/people/${cleo.id}`, { cookie: ada.cookie, body: { disabled: true } });
  expect((await redeem(token)).body.error.code).toBe('reset_link_invalid');
});

test('with a mail server, mails arrive in the language of the account, as text and as HTML', async () => {
  const mails: { to: string[]; text: string }[] = [];
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map((address) => address.address), text: Buffer.concat(parts).toString() });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const smtpUrl = `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`;
  // The other site must not take its tasks.
  await site.close();
  const mailing = await openSite(db.url, { smtpUrl });
  site = await openSite(db.url, { smtpUrl });
  await mailing.ask('PATCH', '/api/account', { cookie: ada.cookie, body: { locale: 'fr' } });
  await ask(ada.email, mailing);
  const reset = decodeMail((await eventually(() => mails[0], 'the mail')).text);
  expect(mails[0]!.to).toEqual([ada.email]);
  expect(reset).toContain('From: RenderMart <site@example.com>');
  expect(reset).toContain('text/plain');
  expect(reset).toContain('<html lang="fr">');
  expect(reset).toContain('Bonjour Ada');
  expect((await redeem(tokenIn(linksIn(reset)[0]!), better)).status).toBe(204);

  const { cookie } = await signIn(ada.email, better);
  const invited = await mailing.ask('POST', '/api/admin/invitations', { cookie, body: { email: 'zoe@example.com' } });
  const invitation = decodeMail((await eventually(() => mails[1], 'the invitation')).text);
  expect(mails[1]!.to).toEqual(['zoe@example.com']);
  expect(invitation).toContain(invited.body.link);
  expect(mailing.logged() + site.logged()).not.toContain(tokenIn(invited.body.link));
  await mailing.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

/** Undoes quoted-printable (RFC 2045, 6.7). */
const decodeMail = (text: string): string =>
  Buffer.from(
    text.replaceAll(/=\r?\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString();

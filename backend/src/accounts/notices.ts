import type { Locale } from '@rendermart/contract';
import type { Tx } from '../platform/index.ts';
import type { AccountsContext } from './context.ts';
import { noticeMail } from './mails.ts';
import * as store from './store.ts';

/** A message to a person, in the languages of the page; `path` is where its button leads. */
export type Notice = Record<Locale, { subject: string; lines: string[]; action: string }> & { path: string };

export const noticeMailTask = 'accounts.notice-mail';

/** Queues a mail to an account, in the caller's transaction. Without a mail server there is nobody to hand it on to: the page tells it too. */
export async function tell(context: AccountsContext, tx: Tx, accountId: string, notice: Notice): Promise<void> {
  if (!context.mailer.configured) return;
  await context.tasks.add(tx, noticeMailTask, { accountId, notice });
}

/** The task: mails a notice in the person's language. */
export async function mailNotice(
  context: AccountsContext,
  { accountId, notice }: { accountId: string; notice: Notice },
): Promise<void> {
  if (!context.mailer.configured) return;
  const person = await store.findPerson(context.database.read, accountId);
  if (!person || person.disabledAt !== null) return;
  const locale = person.locale ?? 'en';
  await context.mailer.send({ to: person.email, ...noticeMail(locale, notice[locale], `${context.publicUrl}${notice.path}`) });
  context.metrics.mails.inc({ kind: 'notice' });
}

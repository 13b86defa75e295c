import { type CronTask, type TaskHandler, sweepRateLimits } from '../platform/index.ts';
import type { AccountsContext } from './context.ts';
import { invitationMailTask, mailInvitation } from './invitations.ts';
import { type Notice, mailNotice, noticeMailTask } from './notices.ts';
import { mailReset, resetMailTask } from './passwords.ts';
import { deleteExpired } from './session-store.ts';

export const makeTasks = (context: AccountsContext): TaskHandler[] => [
  { name: resetMailTask, handle: (payload: { email: string }) => mailReset(context, payload) },
  { name: noticeMailTask, handle: (payload: { accountId: string; notice: Notice }) => mailNotice(context, payload) },
  { name: invitationMailTask, handle: (payload: { invitationId: string }) => mailInvitation(context, payload) },
];

export const makeCrons = ({ database, clock }: AccountsContext): CronTask[] => [
  {
    name: 'accounts.sweep',
    cron: '17 * * * *',
    async handle() {
      await deleteExpired(database.read, clock.now());
      await sweepRateLimits(database, clock.now());
    },
  },
];

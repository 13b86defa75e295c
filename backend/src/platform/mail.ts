import { createTransport } from 'nodemailer';
import { assertOutsideTransaction } from './database.ts';
import type { Log } from './log.ts';

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface Mailer {
  /** False: there is no mail server, and what is sent is written to the log. */
  readonly configured: boolean;
  /** Throws when the server does not take the mail, so that the task is tried again. */
  send(mail: Mail): Promise<void>;
}

export interface MailConfig {
  /** Such as `smtps://user:password@mail.example.com`; without one, mails go to the log. */
  smtpUrl: string | undefined;
  from: string;
  log: Log;
}

/** Sends mail by SMTP. Called by tasks only: a mail server may take seconds. */
export function makeMailer(config: MailConfig): Mailer {
  return config.smtpUrl === undefined ? logMailer(config.log) : smtpMailer(config.smtpUrl, config.from);
}

// A server that does not answer must fail before the task's own time is over.
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

function smtpMailer(smtpUrl: string, from: string): Mailer {
  const transport = createTransport({ url: smtpUrl, ...timeouts }, { from });
  return {
    configured: true,
    async send(mail) {
      assertOutsideTransaction('sending mail');
      await transport.sendMail({ ...mail, disableFileAccess: true, disableUrlAccess: true });
    },
  };
}

/** The one place where a secret is meant to be in the log: without a mail server, the operator hands the link on. */
function logMailer(log: Log): Mailer {
  return {
    configured: false,
    async send(mail) {
      log.warn(
        { to: mail.to, subject: mail.subject, text: mail.text },
        'No mail server is configured (SMTP_URL), so this mail was not sent. Hand it on yourself; it may hold a secret link.',
      );
    },
  };
}

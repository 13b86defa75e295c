import type { Locale } from '@rendermart/contract';

export interface MailContent {
  subject: string;
  text: string;
  html: string;
}

interface Words {
  subject: string;
  /** What it is about, above the link. */
  lines: string[];
  action: string;
  /** What else to know, below the link. */
  notes: string[];
}

/** The mail with a link to set a new password. */
export function resetMail(
  locale: Locale,
  { siteName, name, link }: { siteName: string; name: string; link: string },
): MailContent {
  const words: Record<Locale, Words> = {
    en: {
      subject: `Reset your ${siteName} password`,
      lines: [`Hello ${name},`, `somebody, probably you, asked to set a new password for your account on ${siteName}.`],
      action: 'Set a new password',
      notes: ['The link works once, within one hour.', 'If it was not you, ignore this message: nothing has changed.'],
    },
    fr: {
      subject: `Réinitialisez votre mot de passe ${siteName}`,
      lines: [
        `Bonjour ${name},`,
        `quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre compte sur ${siteName}.`,
      ],
      action: 'Choisir un nouveau mot de passe',
      notes: [
        'Le lien fonctionne une seule fois, pendant une heure.',
        'Si ce n’était pas vous, ignorez ce message : rien n’a changé.',
      ],
    },
  };
  return compose(locale, words[locale], link);
}

/** The mail that invites somebody, in the language of whoever invites. */
export function invitationMail(
  locale: Locale,
  { siteName, from, link, expiresAt }: { siteName: string; from: string; link: string; expiresAt: Date },
): MailContent {
  const until = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(expiresAt);
  const words: Record<Locale, Words> = {
    en: {
      subject: `${from} invites you to ${siteName}`,
      lines: ['Hello,', `${from} invites you to ${siteName}, where you can generate images with AI together.`],
      action: 'Make your account',
      notes: [`The invitation is for you alone and works once, until ${until}.`],
    },
    fr: {
      subject: `${from} vous invite sur ${siteName}`,
      lines: ['Bonjour,', `${from} vous invite sur ${siteName}, pour créer ensemble des images avec l’IA.`],
      action: 'Créer votre compte',
      notes: [`Cette invitation est personnelle et fonctionne une seule fois, jusqu’au ${until}.`],
    },
  };
  return compose(locale, words[locale], link);
}

/** A mail about something that happened, with a button to where it can be seen. */
export function noticeMail(
  locale: Locale,
  words: { subject: string; lines: string[]; action: string },
  link: string,
): MailContent {
  return compose(locale, { ...words, notes: [] }, link);
}

/** Plain text for whoever reads plain text, and the same as simple HTML: no pictures, nothing fetched. */
function compose(locale: Locale, { subject, lines, action, notes }: Words, link: string): MailContent {
  const paragraph = (line: string) => `<p>${escape(line)}</p>`;
  const button = `<p><a href="${escape(link)}" style="display:inline-block;padding:10px 18px;border-radius:8px;background:#3b34c4;color:#ffffff;text-decoration:none">${escape(action)}</a></p>`;
  const plainLink = `<p style="color:#666666;font-size:13px;word-break:break-all">${escape(link)}</p>`;
  const body = [...lines.map(paragraph), button, ...notes.map(paragraph), plainLink].join('\n');
  return {
    subject,
    text: [...lines, `${action}:\n${link}`, ...notes].join('\n\n') + '\n',
    html: `<!doctype html>\n<html lang="${locale}"><head><meta charset="utf-8"><title>${escape(subject)}</title></head>\n<body style="font-family:system-ui,sans-serif;line-height:1.5;max-width:34em;margin:2em auto;padding:0 1em">\n${body}\n</body></html>\n`,
  };
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign]!);

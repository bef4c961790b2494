import type { OperatorLanguage } from '../../domain';
import type { LinkPurpose, Mail, StoredUser } from './people-ports';

type Text = (name: string, link: string) => Omit<Mail, 'to'>;

const TEXTS: Record<OperatorLanguage, Record<LinkPurpose, Text>> = {
  de: {
    invitation: (name, link) => ({
      subject: 'Ihre Einladung zum AskPro Gateway',
      text: `Guten Tag ${name},

Sie können sich jetzt am AskPro Gateway anmelden. Bitte wählen Sie dafür über diesen Link ein Passwort:

${link}

Der Link gilt 72 Stunden und nur einmal. Wenn Sie keine Einladung erwartet haben, brauchen Sie nichts zu tun.
`,
    }),
    reset: (name, link) => ({
      subject: 'Neues Passwort für das AskPro Gateway',
      text: `Guten Tag ${name},

über diesen Link wählen Sie ein neues Passwort:

${link}

Der Link gilt eine Stunde und nur einmal. Wenn Sie das nicht angefordert haben, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.
`,
    }),
  },
  en: {
    invitation: (name, link) => ({
      subject: 'Your invitation to AskPro Gateway',
      text: `Hello ${name},

You can now sign in to AskPro Gateway. Please choose a password with this link:

${link}

The link works once, within 72 hours. If you did not expect an invitation, you need not do anything.
`,
    }),
    reset: (name, link) => ({
      subject: 'A new password for AskPro Gateway',
      text: `Hello ${name},

You can choose a new password with this link:

${link}

The link works once, within one hour. If you did not ask for it, you need not do anything: your password stays as it is.
`,
    }),
  },
};

export function mailAbout(purpose: LinkPurpose, { name, language }: StoredUser, link: string): Omit<Mail, 'to'> {
  return TEXTS[language][purpose](name, link);
}

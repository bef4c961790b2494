import type { OperatorLanguage, OperatorText } from '../../domain';
import type { ChannelKind, SendProblem } from './notification-ports';

/** What messages to operators say. */
const GERMAN = {
  /** For dates and numbers. */
  locale: 'de-DE',
  greeting: 'Guten Tag!',
  /** @param of the company; null: several, or the platform */
  subject: (count: number, of: string | null) =>
    (count === 1 ? 'Eine Meldung' : `${count} Meldungen`) + (of === null ? ' vom AskPro Gateway' : ` von ${of}`),
  more: (count: number) =>
    count === 1 ? 'Dazu kommt eine weitere Meldung.' : `Dazu kommen ${count} weitere Meldungen.`,
  isOver: '(inzwischen erledigt)',
  newCallback: (due: string, isUrgent: boolean) =>
    `Ein Anrufer bittet um ${isUrgent ? 'dringenden ' : ''}Rückruf, fällig bis ${due}.`,
  newCallbackTodo: 'Name, Nummer und Anliegen stehen auf der Seite der Rückrufe.',
  review: 'Ein Eintrag wartet auf Ihre Prüfung.',
  reviewTodo: 'Worum es geht, steht auf der Seite der Prüfungen.',
  settings: 'Was Sie bekommen und wann, stellen Sie hier ein:',
  daily: {
    subject: (company: string, day: string) => `${company}: Ihr Tag, ${day}`,
    intro: (company: string, day: string) => `So lief es bei ${company} am ${day}:`,
    calls: (count: string) => `Anrufe: ${count}`,
    reasons: (list: string) => `Warum nicht gebucht wurde: ${list}`,
    bookings: (count: string, byPhone: string) => `Gebuchte Termine: ${count}, davon am Telefon: ${byPhone}`,
    value: (amount: string) => `Wert der Buchungen: ${amount}`,
    cancellations: (count: string) => `Abgesagte Termine: ${count}`,
    callbacks: (open: string, overdue: string) => `Offene Rückrufe: ${open}, davon überfällig: ${overdue}`,
    reviews: (count: string) => `Offene Prüfungen: ${count}`,
    wentWrong: 'Was nicht geklappt hat:',
    nothingWrong: 'Es gab keine Störungen.',
  },
  test: {
    subject: 'Testnachricht vom AskPro Gateway',
    text: 'Diese Nachricht ist ein Test. Wenn Sie sie lesen, kommen Benachrichtigungen hier an.',
  },
};
export type NotificationWords = typeof GERMAN;

const ENGLISH: NotificationWords = {
  locale: 'en-GB',
  greeting: 'Hello,',
  subject: (count, of) =>
    (count === 1 ? 'One notification' : `${count} notifications`) + ` from ${of ?? 'AskPro Gateway'}`,
  more: (count) => (count === 1 ? 'There is one more.' : `There are ${count} more.`),
  isOver: '(resolved in the meantime)',
  newCallback: (due, isUrgent) => `A caller asks to be called back${isUrgent ? ' urgently' : ''}, by ${due}.`,
  newCallbackTodo: 'Name, number and reason are on the page of callbacks.',
  review: 'An entry waits for your review.',
  reviewTodo: 'The page of reviews says what it is about.',
  settings: 'Choose here what you receive and when:',
  daily: {
    subject: (company, day) => `${company}: your day, ${day}`,
    intro: (company, day) => `This is how ${day} went at ${company}:`,
    calls: (count) => `Calls: ${count}`,
    reasons: (list) => `Why calls did not book: ${list}`,
    bookings: (count, byPhone) => `Appointments booked: ${count}, by phone: ${byPhone}`,
    value: (amount) => `Value of the bookings: ${amount}`,
    cancellations: (count) => `Appointments cancelled: ${count}`,
    callbacks: (open, overdue) => `Open callbacks: ${open}, overdue: ${overdue}`,
    reviews: (count) => `Open reviews: ${count}`,
    wentWrong: 'What went wrong:',
    nothingWrong: 'Nothing went wrong.',
  },
  test: {
    subject: 'Test message from AskPro Gateway',
    text: 'This message is a test. If you can read it, notifications arrive here.',
  },
};

export const NOTIFICATION_WORDS: Record<OperatorLanguage, NotificationWords> = { de: GERMAN, en: ENGLISH };

/** Kinds of channels within a sentence. */
export const CHANNEL_WORDS: Record<ChannelKind, OperatorText> = {
  email: { en: 'by e-mail', de: 'per E-Mail' },
  slack: { en: 'by Slack webhook', de: 'per Slack-Webhook' },
  webhook: { en: 'by webhook', de: 'per Webhook' },
};

/** Why messages did not arrive. */
export const PROBLEM_WORDS: Record<SendProblem, OperatorText> = {
  mail_not_set_up: { en: 'this gateway has no mail server', de: 'dieses Gateway hat keinen Mailserver' },
  mail_refused: { en: 'the mail server refused the mail', de: 'der Mailserver hat die E-Mail abgelehnt' },
  mail_unreachable: { en: 'the mail server cannot be reached', de: 'der Mailserver ist nicht erreichbar' },
  unreachable: { en: 'the address cannot be reached', de: 'die Adresse ist nicht erreichbar' },
  timed_out: { en: 'the address did not answer in time', de: 'die Adresse hat nicht rechtzeitig geantwortet' },
  private_address: {
    en: 'the address is inside a private network',
    de: 'die Adresse liegt in einem privaten Netz',
  },
  redirected: {
    en: 'the address redirects to another one',
    de: 'die Adresse leitet auf eine andere weiter',
  },
  refused: { en: 'the address answered with an error', de: 'die Adresse hat mit einem Fehler geantwortet' },
  secret_unreadable: {
    en: 'its secret cannot be opened with APP_KEY',
    de: 'ihr Geheimnis lässt sich mit APP_KEY nicht öffnen',
  },
};

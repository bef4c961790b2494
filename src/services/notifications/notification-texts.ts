import type { OperatorLanguage, OperatorText } from '../../domain';
import type { ChannelKind, SendProblem } from './notification-ports';

/** What messages to operators say in one language. */
export interface NotificationWords {
  /** For dates and numbers. */
  locale: string;
  greeting: string;
  /** @param of the company; null: several, or the platform */
  subject: (count: number, of: string | null) => string;
  more: (count: number) => string;
  isOver: string;
  newCallback: (branch: string | null, due: string, isUrgent: boolean) => string;
  newCallbackTodo: string;
  review: (branch: string | null) => string;
  reviewTodo: string;
  settings: string;
  daily: {
    subject: (company: string, day: string) => string;
    intro: (company: string, day: string) => string;
    calls: (count: string) => string;
    bookings: (count: string, byPhone: string) => string;
    value: (amount: string) => string;
    cancellations: (count: string) => string;
    callbacks: (open: string, overdue: string) => string;
    reviews: (count: string) => string;
    wentWrong: string;
    nothingWrong: string;
  };
  test: { subject: string; text: string };
}

export const NOTIFICATION_WORDS: Record<OperatorLanguage, NotificationWords> = {
  de: {
    locale: 'de-DE',
    greeting: 'Guten Tag!',
    subject: (count, of) =>
      (count === 1 ? 'Eine Meldung' : `${count} Meldungen`) + (of === null ? ' vom AskPro Gateway' : ` von ${of}`),
    more: (count) => (count === 1 ? 'Dazu kommt eine weitere Meldung.' : `Dazu kommen ${count} weitere Meldungen.`),
    isOver: '(inzwischen erledigt)',
    newCallback: (branch, due, isUrgent) =>
      `${branch === null ? '' : `${branch}: `}Ein Anrufer bittet um ${isUrgent ? 'dringenden ' : ''}Rückruf, fällig bis ${due}.`,
    newCallbackTodo: 'Name, Nummer und Anliegen stehen auf der Seite der Rückrufe.',
    review: (branch) => `${branch === null ? '' : `${branch}: `}Ein Eintrag wartet auf Ihre Prüfung.`,
    reviewTodo: 'Worum es geht, steht auf der Seite der Prüfungen.',
    settings: 'Was Sie bekommen und wann, stellen Sie hier ein:',
    daily: {
      subject: (company, day) => `${company}: Ihr Tag, ${day}`,
      intro: (company, day) => `So lief es bei ${company} am ${day}:`,
      calls: (count) => `Anrufe: ${count}`,
      bookings: (count, byPhone) => `Gebuchte Termine: ${count}, davon am Telefon: ${byPhone}`,
      value: (amount) => `Wert der Buchungen: ${amount}`,
      cancellations: (count) => `Abgesagte Termine: ${count}`,
      callbacks: (open, overdue) => `Offene Rückrufe: ${open}, davon überfällig: ${overdue}`,
      reviews: (count) => `Offene Prüfungen: ${count}`,
      wentWrong: 'Was nicht geklappt hat:',
      nothingWrong: 'Es gab keine Störungen.',
    },
    test: {
      subject: 'Testnachricht vom AskPro Gateway',
      text: 'Diese Nachricht ist ein Test. Wenn Sie sie lesen, kommen Benachrichtigungen hier an.',
    },
  },
  en: {
    locale: 'en-GB',
    greeting: 'Hello,',
    subject: (count, of) =>
      (count === 1 ? 'One notification' : `${count} notifications`) + ` from ${of ?? 'AskPro Gateway'}`,
    more: (count) => (count === 1 ? 'There is one more.' : `There are ${count} more.`),
    isOver: '(resolved in the meantime)',
    newCallback: (branch, due, isUrgent) =>
      `${branch === null ? '' : `${branch}: `}A caller asks to be called back${isUrgent ? ' urgently' : ''}, by ${due}.`,
    newCallbackTodo: 'Name, number and reason are on the page of callbacks.',
    review: (branch) => `${branch === null ? '' : `${branch}: `}An entry waits for your review.`,
    reviewTodo: 'The page of reviews says what it is about.',
    settings: 'Choose here what you receive and when:',
    daily: {
      subject: (company, day) => `${company}: your day, ${day}`,
      intro: (company, day) => `This is how ${day} went at ${company}:`,
      calls: (count) => `Calls: ${count}`,
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
  },
};

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

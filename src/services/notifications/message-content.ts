import type { OperatorLanguage, LocalDate } from '../../domain';
import { UNBOOKED_TEXTS } from '../voice/outcome-texts';
import type { DailyFigures, Notice, Receiver, SubjectEvent } from './notification-ports';
import { NOTIFICATION_WORDS, type NotificationWords } from './notification-texts';

/** Named one by one; the others are counted. */
const MOST_NAMED = 20;

/** A message before it takes the form of its channel. */
export interface Content {
  subject: string;
  /** Sentences before the list; null: none. */
  intro: string | null;
  lines: Line[];
  /** What comes after the list. */
  end: string | null;
  /** What programs read beside the texts. */
  facts: object;
}

export interface Line {
  text: string;
  todo: string | null;
  /** The page that it is about, e.g. `callbacks`. */
  page: string | null;
}

const PAGES: Record<SubjectEvent, string> = {
  alerts: 'overview',
  new_callbacks: 'callbacks',
  overdue_callbacks: 'callbacks',
  reviews: 'reviews',
};

/** Several things in one message. */
export function contentOf(
  notices: readonly Notice[],
  { language, companyName }: Pick<Receiver, 'language' | 'companyName'>,
): Content {
  const words = NOTIFICATION_WORDS[language];
  const items = notices.map((notice) => {
    const { event, id, at, isOver, branchName } = notice;
    const { text, todo, facts } = partsOf(notice, words, language, companyName === null);
    const line: Line = { text: isOver ? `${text} ${words.isOver}` : text, todo, page: PAGES[event] };
    const shared = { event, id, at: at.toISOString(), is_over: isOver, branch_name: branchName, text: line.text };
    return { line, facts: { ...shared, ...facts } };
  });
  const lines = items.map(({ line }) => line);
  const more = lines.length - MOST_NAMED;
  return {
    subject: lines.length === 1 && lines[0] ? lines[0].text : words.subject(lines.length, companyName),
    intro: lines.length === 1 ? null : `${words.subject(lines.length, companyName)}:`,
    lines: lines.slice(0, MOST_NAMED),
    end: more > 0 ? words.more(more) : null,
    facts: { events: items.map(({ facts }) => facts) },
  };
}

/** What people read about a thing, and programs. @param isNamed whether the company is said: to the platform, which has several */
function partsOf(
  notice: Notice,
  words: NotificationWords,
  language: OperatorLanguage,
  isNamed: boolean,
): { text: string; todo: string | null; facts: object } {
  const branch = notice.branchName === null ? '' : `${notice.branchName}: `;
  switch (notice.event) {
    case 'alerts':
    case 'overdue_callbacks': {
      const { companyName, kind, message, severity, todo } = notice;
      const text = `${isNamed && companyName !== null ? `${companyName}: ` : ''}${message[language]}`;
      return { text, todo: todo[language] || null, facts: { kind, severity, company_name: companyName } };
    }
    case 'new_callbacks': {
      const { dueAt, priority, timeZone } = notice;
      const due = dueAt.toLocaleString(words.locale, {
        ...{ timeZone, weekday: 'short', day: 'numeric', month: 'numeric', hour: '2-digit', minute: '2-digit' },
      });
      const text = `${branch}${words.newCallback(due, priority === 'urgent')}`;
      return { text, todo: words.newCallbackTodo, facts: { priority, due_at: dueAt.toISOString() } };
    }
    case 'reviews':
      return { text: `${branch}${words.review}`, todo: words.reviewTodo, facts: { kind: notice.kind } };
  }
}

/** What happened in a company on one day. */
export function dailyContent(
  figures: DailyFigures,
  day: LocalDate,
  language: OperatorLanguage,
  companyName: string,
): Content {
  const { locale, daily, isOver } = NOTIFICATION_WORDS[language];
  const number = (count: number): string => count.toLocaleString(locale);
  const date = new Date(`${day}T12:00:00Z`).toLocaleDateString(locale, {
    ...{ timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' },
  });
  const value = figures.value.toLocaleString(locale, { style: 'currency', currency: figures.currency });
  const line = (text: string, page: string | null): Line => ({ text, todo: null, page });
  const counts = new Map<string, number>();
  for (const [status, count] of Object.entries(figures.reasons)) {
    const words = UNBOOKED_TEXTS[status]?.[language] ?? status;
    counts.set(words, (counts.get(words) ?? 0) + count);
  }
  const reasons = [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([words, count]) => `${words} (${number(count)})`)
    .join(', ');
  const more = figures.alertCount - figures.alerts.length;
  const troubles = figures.alerts.map(
    ({ message, isOver: over }) => `– ${message[language]}${over ? ` ${isOver}` : ''}`,
  );
  return {
    subject: daily.subject(companyName, date),
    intro: daily.intro(companyName, date),
    lines: [
      line(daily.calls(number(figures.calls)), 'calls'),
      ...(reasons === '' ? [] : [line(daily.reasons(reasons), 'trends')]),
      line(daily.bookings(number(figures.bookings), number(figures.bookingsByPhone)), 'appointments'),
      line(daily.value(value), null),
      line(daily.cancellations(number(figures.cancellations)), null),
      line(daily.callbacks(number(figures.openCallbacks), number(figures.overdueCallbacks)), 'callbacks'),
      line(daily.reviews(number(figures.openReviews)), 'reviews'),
    ],
    end:
      troubles.length === 0
        ? daily.nothingWrong
        : [daily.wentWrong, ...troubles, ...(more > 0 ? [NOTIFICATION_WORDS[language].more(more)] : [])].join('\n'),
    facts: {
      report: {
        ...{ day, calls: figures.calls, bookings: figures.bookings, bookings_by_phone: figures.bookingsByPhone },
        ...{ value: figures.value, currency: figures.currency, cancellations: figures.cancellations },
        ...{ open_callbacks: figures.openCallbacks, overdue_callbacks: figures.overdueCallbacks },
        ...{ open_reviews: figures.openReviews, alerts: figures.alertCount, reasons: figures.reasons },
      },
    },
  };
}

export function testContent(language: OperatorLanguage): Content {
  const { subject, text } = NOTIFICATION_WORDS[language].test;
  return { subject, intro: text, lines: [], end: null, facts: {} };
}

/** As plain text. @param address of the gateway's pages, without a slash at the end */
export function plainText({ intro, lines, end }: Content, language: OperatorLanguage, address: string): string {
  const words = NOTIFICATION_WORDS[language];
  const link = (page: string): string => `${address}/admin#/${page}`;
  const parts = [
    words.greeting,
    intro,
    ...lines.map(({ text, todo, page }) => [text, todo, page && link(page)].filter(Boolean).join('\n')),
    end,
    `${words.settings}\n${link('notifications')}`,
  ];
  return `${parts.filter((part) => part !== null).join('\n\n')}\n`;
}

/** Characters that mean something to Slack. */
const SLACK_MARKS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** As Slack and its likes take it: `*bold*`, `<address|words>`. */
export function slackText({ subject, intro, lines, end }: Content, address: string): string {
  const safe = (text: string): string => text.replaceAll(/[&<>]/g, (mark) => SLACK_MARKS[mark] ?? mark);
  const item = ({ text, todo, page }: Line): string => {
    const first = page === null ? safe(text) : `${safe(text)} <${address}/admin#/${page}|→>`;
    return todo === null ? `• ${first}` : `• ${first}\n   ${safe(todo)}`;
  };
  // A single thing is its own heading.
  const head = intro === null ? [] : [`*${safe(lines.length === 0 ? subject : intro)}*`];
  const words = lines.length === 0 && intro !== null ? [safe(intro)] : [];
  return [...head, ...words, ...lines.map(item), ...(end === null ? [] : [safe(end)])].join('\n');
}

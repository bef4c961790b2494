import type { LocalDate, OperatorLanguage, OperatorText, Severity, TenantId } from '../../domain';

export const CHANNEL_KINDS = ['email', 'slack', 'webhook'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** Things that wait for an operator. */
export const SUBJECT_EVENTS = ['alerts', 'new_callbacks', 'overdue_callbacks', 'reviews'] as const;
export type SubjectEvent = (typeof SUBJECT_EVENTS)[number];

/** What a channel can be notified of. */
export const CHANNEL_EVENTS = [...SUBJECT_EVENTS, 'daily_report'] as const;
export type ChannelEvent = (typeof CHANNEL_EVENTS)[number];

/** Why a message did not arrive. */
export const SEND_PROBLEMS = [
  'mail_not_set_up',
  'mail_refused',
  'mail_unreachable',
  'unreachable',
  'timed_out',
  'private_address',
  'redirected',
  'refused',
  'secret_unreadable',
] as const;
export type SendProblem = (typeof SEND_PROBLEMS)[number];

/** How a channel is set up. */
export interface ChannelFields {
  kind: ChannelKind;
  /** E-mail address, or the webhook's address; of a Slack webhook only its host, because the rest is a secret. */
  address: string | null;
  /** A webhook's signing secret, or the whole address of a Slack webhook; null for e-mail. */
  secretCiphertext: string | null;
  events: ChannelEvent[];
  /** `HH:MM` in the zone; null: never quiet. */
  quietFrom: string | null;
  quietTo: string | null;
  /** Urgent things are sent in quiet hours too. */
  urgentAlways: boolean;
  /** `HH:MM` in the zone. */
  dailyAt: string;
  isActive: boolean;
}

export interface ChannelOwner {
  /** null: of the platform, which gets the alerts of every company. */
  companyId: TenantId | null;
  /** null: of the whole company, or of the platform. */
  userId: string | null;
}

/** Where messages go. */
export interface Target extends Pick<ChannelFields, 'kind' | 'secretCiphertext'> {
  id: string;
  address: string;
}

/** A channel that may be notified now: switched on, its company in service, its person still there. */
export interface Receiver extends Target, ChannelOwner, Omit<ChannelFields, keyof Target | 'isActive'> {
  companyName: string | null;
  language: OperatorLanguage;
  /** IANA; null: the gateway's own. */
  timeZone: string | null;
  /** Older things are not notified. */
  since: Date;
}

/** Something that waits for an operator: an open alert, callback or review. */
export interface Subject {
  event: SubjectEvent;
  /** Of its row. */
  id: string;
  /** The same for an alert that comes again under another id. */
  key: string;
  companyId: TenantId | null;
  isUrgent: boolean;
  at: Date;
}

/** A thing that a channel is to be notified of. */
export interface Item {
  id: string;
  channelId: string;
  event: SubjectEvent;
  subjectId: string;
  isUrgent: boolean;
  createdAt: Date;
}

export interface NewItem extends Omit<Item, 'id'> {
  subjectKey: string;
}

export interface Message {
  id: string;
  channelId: string;
  kind: 'events' | 'daily';
  /** The day that a daily report is about; null for events. */
  day: LocalDate | null;
  isUrgent: boolean;
  /** Including the one that is under way. */
  attempts: number;
  createdAt: Date;
}

/** What is said about a thing; texts are read when the message is sent, so that none is kept twice. */
export type Notice = { id: string; at: Date; branchName: string | null; isOver: boolean } & (
  | {
      event: 'alerts' | 'overdue_callbacks';
      companyName: string | null;
      kind: string;
      severity: Severity;
      /** By language. */
      message: OperatorText;
      todo: OperatorText;
    }
  | { event: 'new_callbacks'; priority: 'normal' | 'high' | 'urgent'; dueAt: Date; timeZone: string }
  | { event: 'reviews'; kind: string }
);

/** What happened in a company on one day of its zone. */
export interface DailyFigures {
  calls: number;
  /** Calls that booked nothing, by the status of their last tool. */
  reasons: Readonly<Record<string, number>>;
  /** Appointments made that day, wherever they came from. */
  bookings: number;
  /** Of them those that came of a call. */
  bookingsByPhone: number;
  /** Prices of the bookings together, in the company's currency. */
  value: number;
  currency: string;
  cancellations: number;
  /** As they are now. */
  openCallbacks: number;
  overdueCallbacks: number;
  openReviews: number;
  /** Alerts that began that day, the worst first. */
  alerts: { message: OperatorText; isOver: boolean }[];
  /** All of them, also those that are not listed. */
  alertCount: number;
}

export interface NotificationStore {
  receivers(): Promise<Receiver[]>;
  /** Everything open that began after that instant. */
  open(after: Date): Promise<Subject[]>;
  /** Channels that were notified of these keys after that instant. */
  recentlyNotified(keys: string[], after: Date): Promise<{ channelId: string; subjectKey: string }[]>;
  /** Those that are known already are left alone. */
  add(items: NewItem[]): Promise<void>;
  /** Things of these channels that are in no message yet, oldest first. */
  waiting(channelIds: string[]): Promise<Item[]>;
  /** Per channel when its last message of events was formed, and whether it still waits to be sent. */
  lastFormed(channelIds: string[]): Promise<{ channelId: string; formedAt: Date; isWaiting: boolean }[]>;
  /** Of these alerts, those that were over within that time; an alert that keeps coming back is none of them. */
  passing(alertIds: string[], withinMs: number): Promise<string[]>;
  /** Forgets things that are in no message yet. */
  drop(itemIds: string[]): Promise<void>;
  /** Puts the things into a message, except those that another process has put into one meanwhile. */
  form(message: NewMessage, itemIds: string[]): Promise<void>;
  /** A second one of the same channel and day is not added. */
  addDaily(message: NewMessage): Promise<void>;
  /** Days whose report exists. */
  dailyDays(channelIds: string[], from: LocalDate): Promise<{ channelId: string; day: LocalDate }[]>;
  /** Messages of these channels that are due or whose lease ran out; skips what others are claiming. */
  claim(owner: string, channelIds: string[], now: Date, leaseMs: number): Promise<Message[]>;
  /** @param companyId of the channel; null: the platform's, which is notified of every company */
  notices(messageId: string, companyId: TenantId | null): Promise<Notice[]>;
  figures(companyId: TenantId, from: Date, to: Date, now: Date): Promise<DailyFigures>;
  sent(message: Message, owner: string, now: Date): Promise<void>;
  retry(message: Message, owner: string, dueAt: Date, now: Date, problem: SendProblem): Promise<void>;
  /** @returns false when another process has taken the message over */
  giveUp(message: Message, owner: string, now: Date, problem: SendProblem): Promise<boolean>;
}

export type NewMessage = Omit<Message, 'attempts'>;

export interface ChannelStore {
  /** @throws Conflict for a second e-mail channel of one person */
  addChannel(id: string, owner: ChannelOwner, fields: ChannelFields): Promise<void>;
  /** What is absent stays as it is. @param isFresh things from before now are not notified @throws Conflict when it was changed meanwhile or is gone */
  changeChannel(
    id: string,
    fields: Partial<ChannelFields>,
    isFresh: boolean,
    unchangedSince: Date | null,
  ): Promise<void>;
  removeChannel(id: string): Promise<void>;
  channelCount(owner: ChannelOwner): Promise<number>;
  /** Where its messages go; null when it is gone, or its person is. */
  target(id: string): Promise<(Target & Pick<Receiver, 'language' | 'companyName'>) | null>;
  /** Notes the last result. */
  noteResult(id: string, now: Date, problem: SendProblem | null): Promise<void>;
}

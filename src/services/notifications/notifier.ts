import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../../infra/clock';
import { addDays, localDate } from '../../local-time';
import type { GatewayMetrics } from '../../metrics/instruments';
import { ALERTS } from '../admin/alert-texts';
import type { Alerts } from '../admin/alerts';
import { contentOf, dailyContent, type Content } from './message-content';
import type { MessageSender } from './message-sender';
import { bounds, isSpent, itemsForNow, nextTry, reportDay } from './message-timing';
import type { Item, Message, NewItem, NotificationStore, Receiver, Subject } from './notification-ports';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** What began before the last pass by so little may have been committed after it. */
const OVERLAP_MS = 2 * MINUTE_MS;
/** Everything that is open is looked at this often, for what the short looks could not see. */
const FULL_LOOK_MS = 10 * MINUTE_MS;
/** Older things are not notified any more. */
const OLDEST_MS = 30 * DAY_MS;
/** An alert that comes and goes is notified once in this time. */
const SAME_ALERT_MS = 60 * MINUTE_MS;
/** An alert that was over within this time is not notified. */
const PASSING_MS = MINUTE_MS;
/** Longer than any try takes. */
const LEASE_MS = 60_000;

interface NotifierDeps {
  readonly store: NotificationStore;
  readonly sender: Pick<MessageSender, 'send' | 'canMail'>;
  readonly alerts: Pick<Alerts, 'raise' | 'settle'>;
  readonly metrics: Pick<GatewayMetrics, 'count'>;
  readonly clock: Clock;
  /** Of the platform's own channels; IANA. */
  readonly timeZone: string;
}

/** Key of the alert that a channel does not work. */
export const channelAlertKey = (channelId: string): string => `notification:${channelId}`;

/**
 * Notifies people and programs of what waits for them. Each pass notes what is new, gathers it into messages, and sends
 * those that are due. Everything is written down before it is sent, so that a process that dies loses nothing; what it
 * was sending is sent again under the same id.
 */
export class Notifier {
  readonly #owner = randomUUID();
  #lastLookMs = 0;
  #lastFullLookMs = 0;

  constructor(private readonly deps: NotifierDeps) {}

  async look(): Promise<void> {
    const all = await this.collect();
    // Mail that cannot be sent is not even attempted: its things wait until a mail server is set up.
    const receivers = all.filter(({ kind }) => kind !== 'email' || this.deps.sender.canMail);
    if (receivers.length === 0) return;
    await this.#form(receivers);
    await this.#formDaily(receivers);
    await this.#deliver(receivers);
  }

  /** Notes what is new. @returns the channels that may be notified now */
  async collect(): Promise<Receiver[]> {
    const { clock, store } = this.deps;
    const receivers = await store.receivers();
    if (receivers.length === 0) return [];
    const now = clock.now();
    const nowMs = now.getTime();
    const isFull = nowMs - this.#lastFullLookMs >= FULL_LOOK_MS;
    const after = isFull ? nowMs - OLDEST_MS : this.#lastLookMs - OVERLAP_MS;
    const subjects = await store.open(new Date(after));
    const keys = subjects.filter(({ event }) => event === 'alerts').map(({ key }) => digest(key));
    const recent = await store.recentlyNotified(keys, new Date(nowMs - SAME_ALERT_MS));
    const isRecent = new Set(recent.map(({ channelId, subjectKey }) => `${channelId} ${subjectKey}`));
    const items = receivers.flatMap((receiver) =>
      subjects
        .filter((subject) => isMeantFor(receiver, subject) && !isRecent.has(`${receiver.id} ${digest(subject.key)}`))
        .map((subject) => itemOf(receiver, subject, now)),
    );
    if (items.length > 0) await store.add(items);
    this.#lastLookMs = nowMs;
    if (isFull) this.#lastFullLookMs = nowMs;
    return receivers;
  }

  /** Gathers what waits into messages. */
  async #form(receivers: readonly Receiver[]): Promise<void> {
    const { clock, store } = this.deps;
    const waiting = await this.#withoutPassing(await store.waiting(idsOf(receivers)));
    if (waiting.length === 0) return;
    const channelIds = [...new Set(waiting.map(({ channelId }) => channelId))];
    const formed = new Map((await store.lastFormed(channelIds)).map((last) => [last.channelId, last]));
    for (const receiver of receivers) {
      const last = formed.get(receiver.id);
      // While a message cannot be delivered, the next one gathers what comes meanwhile.
      if (last?.isWaiting) continue;
      const now = clock.now();
      const zone = this.#zoneOf(receiver);
      const own = waiting.filter(({ channelId }) => channelId === receiver.id);
      const due = itemsForNow(receiver, own, last?.formedAt ?? null, now, zone);
      if (due.length === 0) continue;
      const isUrgent = due.some((item) => item.isUrgent);
      await store.form({ ...newMessage(receiver, now), kind: 'events', day: null, isUrgent }, ids(due));
    }
  }

  /** An alert that was over at once is no news; the page still lists it. */
  async #withoutPassing(waiting: readonly Item[]): Promise<Item[]> {
    const ofAlerts = waiting.filter(({ event }) => event === 'alerts');
    const passing = new Set(
      ofAlerts.length === 0
        ? []
        : await this.deps.store.passing([...new Set(ofAlerts.map((one) => one.subjectId))], PASSING_MS),
    );
    await this.deps.store.drop(ids(ofAlerts.filter(({ subjectId }) => passing.has(subjectId))));
    return waiting.filter(({ subjectId }) => !passing.has(subjectId));
  }

  async #formDaily(receivers: readonly Receiver[]): Promise<void> {
    const { clock, store } = this.deps;
    const now = clock.now();
    const due = receivers.flatMap((receiver) => {
      if (receiver.companyId === null || !receiver.events.includes('daily_report')) return [];
      const day = reportDay(receiver, now, this.#zoneOf(receiver));
      return day === null ? [] : [{ receiver, day }];
    });
    if (due.length === 0) return;
    const known = await store.dailyDays(
      due.map(({ receiver }) => receiver.id),
      addDays(localDate(now, 'UTC'), -3),
    );
    const isKnown = new Set(known.map(({ channelId, day }) => `${channelId} ${day}`));
    for (const { receiver, day } of due) {
      if (isKnown.has(`${receiver.id} ${day}`)) continue;
      await store.addDaily({ ...newMessage(receiver, now), kind: 'daily', day, isUrgent: false });
    }
  }

  async #deliver(receivers: readonly Receiver[]): Promise<void> {
    const { clock, store } = this.deps;
    const byId = new Map(receivers.map((receiver) => [receiver.id, receiver]));
    for (;;) {
      const messages = await store.claim(this.#owner, idsOf(receivers), clock.now(), LEASE_MS);
      if (messages.length === 0) return;
      await Promise.all(
        messages.map(async (message) => {
          const receiver = byId.get(message.channelId);
          if (receiver) await this.#try(message, receiver);
        }),
      );
    }
  }

  async #try(message: Message, receiver: Receiver): Promise<void> {
    const { alerts, clock, metrics, sender, store } = this.deps;
    const content = await this.#contentOf(message, receiver);
    const { companyId, companyName, language } = receiver;
    const type = message.kind === 'daily' ? 'daily_report' : 'notification';
    const about = { id: message.id, at: message.createdAt, companyId, companyName, language };
    // Processes that die while they send it must not send it for ever.
    const { problem } = isSpent(message)
      ? ({ problem: 'timed_out' } as const)
      : await sender.send(receiver, { ...about, type, content });
    const now = clock.now();
    const next = problem === null ? null : nextTry(receiver, message, now, this.#zoneOf(receiver));
    const result = problem === null ? 'sent' : next ? 'to_be_repeated' : 'failed';
    metrics.count('askpro_notifications_total', { channel: receiver.kind, type, result });
    if (problem === null) {
      await store.sent(message, this.#owner, now);
      alerts.settle([channelAlertKey(receiver.id)]);
      return;
    }
    if (next) return store.retry(message, this.#owner, next, now, problem);
    if (!(await store.giveUp(message, this.#owner, now, problem))) return;
    const text = ALERTS.notification_failed({ kind: receiver.kind, problem });
    alerts.raise(text, channelAlertKey(receiver.id), receiver.companyId);
  }

  async #contentOf(message: Message, receiver: Receiver): Promise<Content> {
    const { companyId, companyName, language } = receiver;
    if (message.kind === 'events' || message.day === null || companyId === null)
      return contentOf(await this.deps.store.notices(message.id, companyId), receiver);
    const { from, to } = bounds(message.day, this.#zoneOf(receiver));
    const figures = await this.deps.store.figures(companyId, from, to, this.deps.clock.now());
    return dailyContent(figures, message.day, language, companyName ?? '');
  }

  #zoneOf({ timeZone }: Receiver): string {
    return timeZone ?? this.deps.timeZone;
  }
}

/** Whether the channel is to be notified of it: the platform of every company's alerts, a company of its own things. */
function isMeantFor({ id, companyId, events, since }: Receiver, subject: Subject): boolean {
  if (!events.includes(subject.event) || subject.at < since) return false;
  // A channel that does not work is no place to say so.
  if (subject.key === channelAlertKey(id)) return false;
  return companyId === null ? subject.event === 'alerts' : subject.companyId === companyId;
}

function itemOf(receiver: Receiver, { event, id, key, isUrgent }: Subject, now: Date): NewItem {
  return { channelId: receiver.id, event, subjectId: id, subjectKey: digest(key), isUrgent, createdAt: now };
}

function newMessage(receiver: Receiver, now: Date): Pick<Message, 'id' | 'channelId' | 'createdAt'> {
  return { id: randomUUID(), channelId: receiver.id, createdAt: now };
}

/** Keys of alerts may name a telephone number, which the outbox does not keep. */
const digest = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32);
const idsOf = (receivers: readonly Receiver[]): string[] => receivers.map(({ id }) => id);
const ids = (items: readonly Item[]): string[] => items.map(({ id }) => id);

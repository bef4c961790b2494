import {
  And,
  In,
  IsNull,
  LessThan,
  MoreThan,
  MoreThanOrEqual,
  Not,
  type DataSource,
  type EntityManager,
  type SelectQueryBuilder,
} from 'typeorm';
import { Conflict } from '../errors';
import { operatorLanguage, type LocalDate, type TenantId } from '../domain';
import type {
  ChannelFields,
  ChannelStore,
  DailyFigures,
  Item,
  Message,
  NewItem,
  NewMessage,
  Notice,
  NotificationStore,
  Receiver,
  SendProblem,
  Subject,
} from '../services/notifications/notification-ports';
import { explained, unlessChanged } from './admin-write-errors';
import { AlertEntity, alertTexts, ManualReviewEntity } from './alerts';
import { AppointmentEntity } from './appointments';
import { CallbackRequestEntity, OPEN_STATUSES } from './callback-requests';
import { unbookedReasons } from './call-hour-store';
import { CallEntity } from './calls';
import { CompanyEntity } from './companies';
import { NotificationChannelEntity, NotificationItemEntity, NotificationMessageEntity } from './notifications';
import { inTransaction, insertNew, managerOf } from './sql';

const MOST_WAITING = 5000;
/** Sent side by side. */
const MOST_CLAIMED = 8;
/** Named in a daily report; further ones are counted. */
const MOST_ALERTS = 5;
/** An alert that came so often within that time before is a fault that stays. */
const [MOST_RETURNS, RETURNS_MS] = [3, 3_600_000];
const OVERDUE = 'callback_overdue';
const OPEN_CALLBACK = { status: In(OPEN_STATUSES) };
const SEVERITIES: AlertEntity['severity'][] = ['critical', 'warning', 'info'];
/** Roles that have channels of their own; a person who may less than they did gets nothing any more. */
const ROLES: ReadonlySet<string> = new Set(['platform', 'company_admin', 'front_desk']);

type Owner = Parameters<ChannelStore['channelCount']>[0];

export class PostgresNotificationStore implements NotificationStore, ChannelStore {
  constructor(private readonly source: DataSource) {}

  async receivers(): Promise<Receiver[]> {
    const found = await this.#channels().where('c.isActive').getMany();
    return found.flatMap((channel) => receiverOf(channel) ?? []);
  }

  async open(after: Date): Promise<Subject[]> {
    const createdAt = MoreThan(after);
    const [alerts, callbacks, reviews] = await Promise.all([
      this.#manager.findBy(AlertEntity, { resolvedAt: IsNull(), firstSeenAt: createdAt }),
      this.#manager.findBy(CallbackRequestEntity, { ...OPEN_CALLBACK, createdAt }),
      this.#manager.findBy(ManualReviewEntity, { status: 'open', createdAt }),
    ]);
    return [
      ...alerts.map(({ id, companyId, kind, severity, alertKey, firstSeenAt }) => {
        const event = kind === OVERDUE ? ('overdue_callbacks' as const) : ('alerts' as const);
        return { event, id, key: alertKey, companyId, isUrgent: severity === 'critical', at: firstSeenAt };
      }),
      ...callbacks.map(({ id, companyId, priority, createdAt: at }) => {
        return { event: 'new_callbacks' as const, id, key: id, companyId, isUrgent: priority === 'urgent', at };
      }),
      ...reviews.map(({ id, companyId, createdAt: at }) => {
        return { event: 'reviews' as const, id, key: id, companyId, isUrgent: false, at };
      }),
    ];
  }

  recentlyNotified(keys: string[], after: Date): Promise<{ channelId: string; subjectKey: string }[]> {
    if (keys.length === 0) return Promise.resolve([]);
    return this.#manager.find(NotificationItemEntity, {
      select: { id: true, channelId: true, subjectKey: true },
      where: { subjectKey: In(keys), createdAt: MoreThan(after) },
    });
  }

  async add(items: NewItem[]): Promise<void> {
    for (let first = 0; first < items.length; first += 500)
      await insertNew(this.#manager, NotificationItemEntity, items.slice(first, first + 500));
  }

  waiting(channelIds: string[]): Promise<Item[]> {
    return this.#manager.find(NotificationItemEntity, {
      where: { channelId: In(channelIds), messageId: IsNull() },
      order: { createdAt: 'ASC', id: 'ASC' },
      take: MOST_WAITING,
    });
  }

  async passing(alertIds: string[], withinMs: number): Promise<string[]> {
    const over = await this.#manager.findBy(AlertEntity, { id: In(alertIds), resolvedAt: Not(IsNull()) });
    const passed = over.filter((one) => Number(one.resolvedAt) - one.firstSeenAt.getTime() < withinMs);
    if (passed.length === 0) return [];
    const again = await this.#manager.findBy(AlertEntity, {
      alertKey: In(passed.map(({ alertKey }) => alertKey)),
      firstSeenAt: MoreThan(new Date(Math.min(...passed.map((one) => one.firstSeenAt.getTime())) - RETURNS_MS)),
    });
    const times = (key: string): number => again.filter(({ alertKey }) => alertKey === key).length;
    return passed.filter(({ alertKey }) => times(alertKey) < MOST_RETURNS).map(({ id }) => id);
  }

  async drop(itemIds: string[]): Promise<void> {
    if (itemIds.length > 0)
      await this.#manager.delete(NotificationItemEntity, { id: In(itemIds), messageId: IsNull() });
  }

  lastFormed(channelIds: string[]): Promise<{ channelId: string; formedAt: Date; isWaiting: boolean }[]> {
    return this.#manager
      .createQueryBuilder(NotificationMessageEntity, 'm')
      .select('m.channelId', 'channelId')
      .addSelect('max(m.createdAt)', 'formedAt')
      .addSelect(`bool_or(m.status = 'waiting')`, 'isWaiting')
      .where({ channelId: In(channelIds), kind: 'events' })
      .groupBy('m.channelId')
      .getRawMany();
  }

  form(message: NewMessage, itemIds: string[]): Promise<void> {
    return inTransaction(this.source, async (_sql, manager) => {
      await manager.insert(NotificationMessageEntity, { ...message, dueAt: message.createdAt });
      const free = { id: In(itemIds), messageId: IsNull() };
      const { affected } = await manager.update(NotificationItemEntity, free, { messageId: message.id });
      if (affected === 0) await manager.delete(NotificationMessageEntity, { id: message.id });
    });
  }

  async addDaily(message: NewMessage): Promise<void> {
    await insertNew(this.#manager, NotificationMessageEntity, { ...message, dueAt: message.createdAt });
  }

  async dailyDays(channelIds: string[], from: LocalDate): Promise<{ channelId: string; day: LocalDate }[]> {
    const where = { channelId: In(channelIds), day: MoreThanOrEqual(from) };
    const found = await this.#manager.findBy(NotificationMessageEntity, where);
    return found.map(({ channelId, day }) => ({ channelId, day: day ?? '' }));
  }

  claim(owner: string, channelIds: string[], now: Date, leaseMs: number): Promise<Message[]> {
    return inTransaction(this.source, async (_sql, manager) => {
      const due = await manager
        .createQueryBuilder(NotificationMessageEntity, 'm')
        .where({ channelId: In(channelIds), status: 'waiting' })
        .andWhere('m.dueAt <= :now', { now })
        .andWhere('coalesce(m.leaseUntil, m.dueAt) <= :now')
        .orderBy('m.dueAt')
        .limit(MOST_CLAIMED)
        .setLock('pessimistic_write')
        .setOnLocked('skip_locked')
        .getMany();
      if (due.length === 0) return [];
      await manager.update(
        NotificationMessageEntity,
        due.map(({ id }) => id),
        {
          attempts: () => 'attempts + 1',
          ...{ leaseOwner: owner, leaseUntil: new Date(now.getTime() + leaseMs) },
        },
      );
      return due.map((message) => ({ ...message, attempts: message.attempts + 1 }));
    });
  }

  async notices(messageId: string, companyId: TenantId | null): Promise<Notice[]> {
    const items = await this.#manager.find(NotificationItemEntity, {
      where: { messageId },
      order: { createdAt: 'ASC' },
    });
    // What the platform is notified of may belong to any company.
    const owner = companyId === null ? {} : { companyId };
    const idsOf = (...events: NotificationItemEntity['event'][]): string[] =>
      items.filter(({ event }) => events.includes(event)).map(({ subjectId }) => subjectId);
    const [alerts, callbacks, reviews] = await Promise.all([
      this.#manager.find(AlertEntity, {
        where: { ...owner, id: In(idsOf('alerts', 'overdue_callbacks')) },
        relations: { company: true },
      }),
      this.#manager.find(CallbackRequestEntity, {
        where: { ...owner, id: In(idsOf('new_callbacks')) },
        relations: { branch: true },
      }),
      this.#manager.findBy(ManualReviewEntity, { ...owner, id: In(idsOf('reviews')) }),
    ]);
    const notices = new Map(
      [...alerts.map(alertNotice), ...callbacks.map(callbackNotice), ...reviews.map(reviewNotice)].map((one) => [
        one.id,
        one,
      ]),
    );
    return items.flatMap(({ subjectId }) => notices.get(subjectId) ?? []);
  }

  async figures(companyId: TenantId, from: Date, to: Date, now: Date): Promise<DailyFigures> {
    const within = And(MoreThanOrEqual(from), LessThan(to));
    const manager = this.#manager;
    const openCallbacks = { companyId, ...OPEN_CALLBACK };
    const [company, calls, reasons, made, cancellations, open, overdue, openReviews, alerts] = await Promise.all([
      manager.findOneByOrFail(CompanyEntity, { id: companyId }),
      manager.countBy(CallEntity, { companyId, startedAt: within }),
      unbookedReasons(this.source, companyId, from, to),
      manager
        .createQueryBuilder(AppointmentEntity, 'a')
        .select('count(*)::int', 'bookings')
        .addSelect('count(a.callId)::int', 'bookingsByPhone')
        .addSelect('coalesce(sum(a.price), 0)::float8', 'value')
        .where({ companyId, createdAt: within })
        .andWhere(`a.status not in ('failed', 'rejected')`)
        .getRawOne<Pick<DailyFigures, 'bookings' | 'bookingsByPhone' | 'value'>>(),
      manager.countBy(AppointmentEntity, { companyId, cancelledAt: within }),
      manager.countBy(CallbackRequestEntity, openCallbacks),
      manager.countBy(CallbackRequestEntity, { ...openCallbacks, dueAt: LessThan(now) }),
      manager.countBy(ManualReviewEntity, { companyId, status: 'open' }),
      manager.findBy(AlertEntity, { companyId, firstSeenAt: within }),
    ]);
    // Overdue callbacks are counted above, and an alert that came and went several times is one.
    const distinct = [...new Map(alerts.map((alert) => [alert.alertKey, alert])).values()]
      .filter(({ kind }) => kind !== OVERDUE)
      .sort((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity));
    return {
      ...{ bookings: 0, bookingsByPhone: 0, value: 0, ...made, calls, reasons, cancellations },
      ...{
        currency: company.currency,
        openCallbacks: open,
        overdueCallbacks: overdue,
        openReviews,
        alertCount: distinct.length,
      },
      alerts: distinct.slice(0, MOST_ALERTS).map((alert) => {
        const { message, isOver } = alertNotice(alert);
        return { message, isOver };
      }),
    };
  }

  async sent(message: Message, owner: string, now: Date): Promise<void> {
    await this.#finish(message, owner, now, null, { status: 'sent', finishedAt: now });
  }

  async retry(message: Message, owner: string, dueAt: Date, now: Date, problem: SendProblem): Promise<void> {
    await this.#finish(message, owner, now, problem, { dueAt });
  }

  giveUp(message: Message, owner: string, now: Date, problem: SendProblem): Promise<boolean> {
    return this.#finish(message, owner, now, problem, { status: 'failed', finishedAt: now });
  }

  async addChannel(id: string, owner: Owner, fields: ChannelFields): Promise<void> {
    await explained(this.#manager.insert(NotificationChannelEntity, { id, ...owner, ...fields }));
  }

  async changeChannel(
    id: string,
    fields: Partial<ChannelFields>,
    isFresh: boolean,
    unchangedSince: Date | null,
  ): Promise<void> {
    const now = (): string => 'now()';
    const update = this.#manager
      .createQueryBuilder()
      .update(NotificationChannelEntity)
      .set({ ...fields, updatedAt: now, ...(isFresh ? { since: now } : {}) })
      .where({ id });
    await unlessChanged(update, unchangedSince);
  }

  async removeChannel(id: string): Promise<void> {
    const { affected } = await this.#manager.delete(NotificationChannelEntity, { id });
    if (affected === 0) throw new Conflict('The notification channel is gone already.');
  }

  channelCount({ companyId, userId }: Owner): Promise<number> {
    const of = { companyId: companyId ?? IsNull(), userId: userId ?? IsNull() };
    return this.#manager.countBy(NotificationChannelEntity, of);
  }

  async target(id: string): ReturnType<ChannelStore['target']> {
    const channel = await this.#channels().where({ id }).getOne();
    return channel && receiverOf(channel);
  }

  async noteResult(id: string, now: Date, problem: SendProblem | null): Promise<void> {
    const result = problem === null ? { lastSentAt: now, failedAt: null, problem } : { failedAt: now, problem };
    await this.#manager.update(NotificationChannelEntity, { id }, result);
  }

  /** Sealed secrets of every channel, with the company's name; empty for the platform's. */
  async sealedSecrets(): Promise<{ id: string; company: string; sealed: string }[]> {
    const found = await this.#channels().where('c.secretCiphertext is not null').getMany();
    return found.map(({ id, company, secretCiphertext }) => ({
      ...{ id, company: company?.name ?? '', sealed: secretCiphertext ?? '' },
    }));
  }

  /** A secret that was changed meanwhile is left alone. */
  async replaceSealed(id: string, sealed: string, resealed: string): Promise<void> {
    const known = { id, secretCiphertext: sealed };
    await this.#manager.update(NotificationChannelEntity, known, { secretCiphertext: resealed });
  }

  /** @returns whether the message was still this owner's */
  async #finish(
    { id, channelId }: Message,
    leaseOwner: string,
    now: Date,
    problem: SendProblem | null,
    change: Partial<Pick<NotificationMessageEntity, 'status' | 'finishedAt' | 'dueAt'>>,
  ): Promise<boolean> {
    const ours = { id, leaseOwner, status: 'waiting' as const };
    const ended = { ...change, leaseOwner: null, leaseUntil: null };
    const { affected } = await this.#manager.update(NotificationMessageEntity, ours, ended);
    if (affected === 1) await this.noteResult(channelId, now, problem);
    return affected === 1;
  }

  #channels(): SelectQueryBuilder<NotificationChannelEntity> {
    return this.#manager
      .createQueryBuilder(NotificationChannelEntity, 'c')
      .leftJoin('c.company', 'o')
      .leftJoin('c.user', 'u')
      .addSelect(['o.id', 'o.name', 'o.language', 'o.timeZone', 'o.isActive', 'o.deletedAt'])
      .addSelect(['u.id', 'u.email', 'u.language', 'u.state', 'u.role']);
  }

  get #manager(): EntityManager {
    return managerOf(this.source);
  }
}

/** null while its company is out of service, or its person may not sign in. */
function receiverOf({ company, user, ...channel }: NotificationChannelEntity): Receiver | null {
  if (channel.companyId !== null && (!company?.isActive || company.deletedAt !== null)) return null;
  if (channel.userId !== null && (user?.state !== 'active' || !ROLES.has(user.role))) return null;
  const address = channel.address ?? user?.email;
  if (address === undefined) return null;
  return {
    ...channel,
    address,
    companyName: company?.name ?? null,
    language: user?.language ?? operatorLanguage(company?.language),
    timeZone: company?.timeZone ?? null,
  };
}

function alertNotice(alert: AlertEntity): Notice & { event: 'alerts' | 'overdue_callbacks' } {
  const { id, kind, severity, firstSeenAt, resolvedAt, company } = alert;
  return {
    ...{ event: kind === OVERDUE ? 'overdue_callbacks' : 'alerts', id, at: firstSeenAt, kind, severity },
    ...{ branchName: null, companyName: company?.name ?? null, isOver: resolvedAt !== null },
    ...alertTexts(alert),
  };
}

function callbackNotice({ id, createdAt, branch, closedAt, priority, dueAt }: CallbackRequestEntity): Notice {
  const place = { branchName: branch?.name ?? null, timeZone: branch?.timeZone ?? 'UTC' };
  return { event: 'new_callbacks', id, at: createdAt, isOver: closedAt !== null, priority, dueAt, ...place };
}

function reviewNotice({ id, createdAt, kind, resolvedAt }: ManualReviewEntity): Notice {
  return { event: 'reviews', id, at: createdAt, branchName: null, isOver: resolvedAt !== null, kind };
}

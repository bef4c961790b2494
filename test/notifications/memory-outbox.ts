import type {
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
} from '../../src/services/notifications/notification-ports';

interface Kept extends Message {
  status: 'waiting' | 'sent' | 'failed';
  dueAt: Date;
  owner: string | null;
  leaseUntil: Date | null;
  problem: SendProblem | null;
}

/** The outbox in memory, for tests of what is put into it and when. */
export class MemoryOutbox implements NotificationStore {
  channels: Receiver[] = [];
  subjects: Subject[] = [];
  /** Alerts that were over at once. */
  passed: string[] = [];
  readonly items: (Item & { subjectKey: string; messageId: string | null })[] = [];
  readonly messages: Kept[] = [];
  #made = 0;
  readonly askedAfter: Date[] = [];

  async receivers(): Promise<Receiver[]> {
    return this.channels;
  }
  async open(after: Date): Promise<Subject[]> {
    this.askedAfter.push(after);
    return this.subjects.filter(({ at }) => at > after);
  }
  async recentlyNotified(keys: string[], after: Date): Promise<{ channelId: string; subjectKey: string }[]> {
    return this.items.filter(({ subjectKey, createdAt }) => keys.includes(subjectKey) && createdAt > after);
  }
  async add(items: NewItem[]): Promise<void> {
    const keyOf = ({ channelId, event, subjectId }: NewItem): string => [channelId, event, subjectId].join();
    for (const item of items) {
      if (this.items.some((known) => keyOf(known) === keyOf(item))) continue;
      this.items.push({ ...item, id: String(++this.#made), messageId: null });
    }
  }
  async waiting(channelIds: string[]): Promise<Item[]> {
    return this.items.filter(({ channelId, messageId }) => messageId === null && channelIds.includes(channelId));
  }
  async passing(alertIds: string[]): Promise<string[]> {
    return this.passed.filter((id) => alertIds.includes(id));
  }
  async drop(itemIds: string[]): Promise<void> {
    for (const id of itemIds) {
      const at = this.items.findIndex((item) => item.id === id && item.messageId === null);
      if (at >= 0) this.items.splice(at, 1);
    }
  }
  async lastFormed(channelIds: string[]): Promise<{ channelId: string; formedAt: Date; isWaiting: boolean }[]> {
    return channelIds.flatMap((channelId) => {
      const own = this.messages.filter((one) => one.channelId === channelId && one.kind === 'events');
      const last = own.at(-1);
      return last ? [{ channelId, formedAt: last.createdAt, isWaiting: own.some(isWaiting) }] : [];
    });
  }
  async form(message: NewMessage, itemIds: string[]): Promise<void> {
    for (const item of this.items) if (itemIds.includes(item.id)) item.messageId = message.id;
    await this.addDaily(message);
  }
  async addDaily(message: NewMessage): Promise<void> {
    const isKnown = ({ channelId, day }: Kept): boolean => channelId === message.channelId && day === message.day;
    if (message.day !== null && this.messages.some(isKnown)) return;
    const fresh = { attempts: 0, status: 'waiting', owner: null, leaseUntil: null, problem: null } as const;
    this.messages.push({ ...message, ...fresh, dueAt: message.createdAt });
  }
  async dailyDays(channelIds: string[], from: string): Promise<{ channelId: string; day: string }[]> {
    return this.messages.flatMap(({ channelId, day }) =>
      day !== null && day >= from && channelIds.includes(channelId) ? [{ channelId, day }] : [],
    );
  }
  async claim(owner: string, channelIds: string[], now: Date, leaseMs: number): Promise<Message[]> {
    const due = this.messages.filter(
      (one) =>
        isWaiting(one) && channelIds.includes(one.channelId) && one.dueAt <= now && (one.leaseUntil ?? now) <= now,
    );
    for (const one of due)
      Object.assign(one, { owner, leaseUntil: new Date(now.getTime() + leaseMs), attempts: one.attempts + 1 });
    return due.map((one) => ({ ...one }));
  }
  async notices(messageId: string): Promise<Notice[]> {
    return this.items
      .filter((item) => item.messageId === messageId)
      .map(({ subjectId, createdAt }) => ({
        ...{ id: subjectId, event: 'alerts', at: createdAt, branchName: null, isOver: false, companyName: null },
        ...{ kind: 'stale', severity: 'warning', message: { de: subjectId, en: subjectId }, todo: { de: '', en: '' } },
      }));
  }
  async figures(): Promise<DailyFigures> {
    return {
      ...{ calls: 3, bookings: 2, bookingsByPhone: 1, value: 1234.5, currency: 'EUR', cancellations: 1 },
      ...{ openCallbacks: 2, overdueCallbacks: 1, openReviews: 0, alerts: [], alertCount: 0, reasons: {} },
    };
  }
  async sent(message: Message, owner: string): Promise<void> {
    this.#finish(message, owner, { status: 'sent' });
  }
  async retry(message: Message, owner: string, dueAt: Date, _now: Date, problem: SendProblem): Promise<void> {
    this.#finish(message, owner, { dueAt, problem });
  }
  async giveUp(message: Message, owner: string, _now: Date, problem: SendProblem): Promise<boolean> {
    return this.#finish(message, owner, { status: 'failed', problem });
  }

  #finish({ id }: Message, owner: string, change: Partial<Kept>): boolean {
    const kept = this.messages.find((one) => one.id === id && one.owner === owner && isWaiting(one));
    if (kept) Object.assign(kept, { ...change, owner: null, leaseUntil: null });
    return kept !== undefined;
  }
}

const isWaiting = ({ status }: Pick<Kept, 'status'>): boolean => status === 'waiting';

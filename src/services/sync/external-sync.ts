import type { TenantId } from '../../domain';
import type { ExternalBooking, ForeignNews, SyncResult, SyncStore } from './external-booking';

export interface ExternalSyncLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * Takes over what happened at Cal.com: bookings made on the web, moves and cancellations by a host. Works in any order
 * and any number of times; touches only the tenant that owns the booking or its event type.
 */
export class ExternalSync {
  readonly #store: SyncStore;
  readonly #news: ForeignNews;
  readonly #withdraw: (companyId: TenantId, uid: string) => Promise<void>;
  readonly #log: ExternalSyncLog;

  constructor(deps: {
    store: SyncStore;
    news: ForeignNews;
    /** Cancels at Cal.com. */
    withdraw: (companyId: TenantId, uid: string) => Promise<void>;
    log: ExternalSyncLog;
  }) {
    this.#store = deps.store;
    this.#news = deps.news;
    this.#withdraw = deps.withdraw;
    this.#log = deps.log;
  }

  /**
   * @param within only these companies may be touched (their own key or secret brought the news); null when the sender
   *   is known for all companies
   * @returns null when the booking belongs to no company
   */
  async take(
    booking: ExternalBooking,
    within: ReadonlySet<TenantId> | null,
  ): Promise<{ companyId: TenantId; result: SyncResult } | null> {
    const companyId = await this.#owner(booking, within);
    if (!companyId) {
      await this.#syncUnmapped(booking, within);
      return null;
    }
    const result = await this.#store.apply(companyId, booking);
    if (result.kind === 'unwanted') {
      this.#log.warn(
        { company: companyId, uid: booking.uid, operation: result.operationId },
        'a booking that came true too late is being cancelled',
      );
      await this.#withdraw(companyId, booking.uid);
    }
    if (result.kind === 'review')
      this.#log.warn({ company: companyId, uid: booking.uid, reason: result.reason }, 'a booking needs a person');
    if (result.kind === 'changed' && booking.eventTypeId !== null) {
      this.#log.info(
        { company: companyId, appointment: result.appointmentId, what: result.what },
        'an appointment changed at Cal.com',
      );
      await this.#taken(companyId, booking, booking.eventTypeId);
      const days = [booking.startAt].filter((at): at is Date => at !== null);
      // A move also frees a day that this news does not name.
      await this.#news.changed(companyId, booking.eventTypeId, booking.hostId, result.what === 'moved' ? [] : days);
    }
    return { companyId, result };
  }

  async #taken(companyId: TenantId, booking: ExternalBooking, eventTypeId: number): Promise<void> {
    const { status, hostId, startAt, endAt } = booking;
    const stands = status === 'booked' || status === 'pending';
    if (stands && startAt && endAt) await this.#news.taken(companyId, eventTypeId, hostId, startAt, endAt);
  }

  /** No appointment of anybody here, but its host cannot be booked then either. */
  async #syncUnmapped(booking: ExternalBooking, within: ReadonlySet<TenantId> | null): Promise<void> {
    const { eventTypeId, hostId, startAt, previousUid } = booking;
    if (eventTypeId === null || hostId === null) return;
    const days = startAt && !previousUid ? [startAt] : [];
    for (const companyId of await this.#store.companiesOfHost(hostId)) {
      if (within === null || within.has(companyId)) await this.#news.hostChanged(companyId, eventTypeId, hostId, days);
    }
  }

  async #owner(booking: ExternalBooking, within: ReadonlySet<TenantId> | null): Promise<TenantId | null> {
    const byUid = await this.#store.ownerOfUid(
      [booking.uid, booking.previousUid].filter((uid): uid is string => uid !== null),
    );
    if (byUid) return within === null || within.has(byUid) ? byUid : null;
    if (booking.eventTypeId === null) return null;
    const owners = (await this.#store.ownersOf(booking.eventTypeId)).filter(
      (owner) => within === null || within.has(owner.companyId),
    );
    const companies = new Set(owners.map((owner) => owner.companyId));
    if (companies.size > 1) {
      this.#log.warn(
        { event_type: booking.eventTypeId, companies: companies.size },
        'an event type belongs to several companies; its booking is left alone',
      );
      return null;
    }
    return owners[0]?.companyId ?? null;
  }
}

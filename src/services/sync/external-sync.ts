import type { TenantId } from '../../domain';
import type { Logger } from '../../infra/logger';
import type { EventTypeOwners } from '../tenants/event-type-owners';
import type { ExternalBooking, ExternalChanges, SyncResult, SyncStore } from './external-booking';

/**
 * Applies changes made at Cal.com (bookings on the web, moves and cancellations by a host) to the ledger. Idempotent and
 * independent of order; touches only the tenant that owns the booking or its event type.
 */
export class ExternalSync {
  constructor(
    private readonly deps: {
      store: SyncStore;
      changes: ExternalChanges;
      /** Cancels at Cal.com. */
      withdraw: (companyId: TenantId, uid: string) => Promise<void>;
      log: Pick<Logger, 'info' | 'warn'>;
      eventTypes: Pick<EventTypeOwners, 'of' | 'review'>;
      /** A booking came for an event type of a shared account that has no owner. */
      ownerless: (eventTypeId: number) => void;
    },
  ) {}

  /**
   * @param within only these companies may be touched: the sender speaks for them
   * @returns null when no company here owns the booking
   */
  async take(
    booking: ExternalBooking,
    within: ReadonlySet<TenantId>,
  ): Promise<{ companyId: TenantId; result: SyncResult } | null> {
    const companyId = await this.#owner(booking, within);
    if (!companyId) {
      await this.#blockSharedHost(booking, within);
      return null;
    }
    const result = await this.deps.store.apply(companyId, booking);
    if (result.kind === 'unwanted') {
      this.deps.log.warn(
        { company: companyId, uid: booking.uid, operation: result.operationId },
        'a booking that came true too late is being cancelled',
      );
      await this.deps.withdraw(companyId, booking.uid);
    }
    if (result.kind === 'review')
      this.deps.log.warn({ company: companyId, uid: booking.uid, reason: result.reason }, 'a booking needs a person');
    if (result.kind === 'changed' && booking.eventTypeId !== null) {
      this.deps.log.info(
        { company: companyId, appointment: result.appointmentId, what: result.what },
        'an appointment changed at Cal.com',
      );
      await this.#taken(companyId, booking, booking.eventTypeId);
      const days = [booking.startAt].filter((at): at is Date => at !== null);
      // A move also frees a day that the message does not name.
      await this.deps.changes.changed(
        companyId,
        booking.eventTypeId,
        booking.hostId,
        result.what === 'moved' ? [] : days,
      );
    }
    return { companyId, result };
  }

  async #taken(companyId: TenantId, booking: ExternalBooking, eventTypeId: number): Promise<void> {
    const { status, hostId, startAt, endAt } = booking;
    const isActive = status === 'booked' || status === 'pending';
    if (isActive && startAt && endAt) await this.deps.changes.taken(companyId, eventTypeId, hostId, startAt, endAt);
  }

  /** The booking belongs to no company here, but it blocks its host for those that share him. */
  async #blockSharedHost(booking: ExternalBooking, within: ReadonlySet<TenantId>): Promise<void> {
    const { eventTypeId, hostId, startAt, previousUid } = booking;
    if (eventTypeId === null || hostId === null) return;
    const days = startAt && !previousUid ? [startAt] : [];
    for (const companyId of await this.deps.store.companiesOfHost(hostId)) {
      if (within.has(companyId)) await this.deps.changes.hostChanged(companyId, eventTypeId, hostId, days);
    }
  }

  async #owner(booking: ExternalBooking, within: ReadonlySet<TenantId>): Promise<TenantId | null> {
    const byUid = await this.deps.store.ownerOfUid(
      [booking.uid, booking.previousUid].filter((uid): uid is string => uid !== null),
    );
    if (byUid) return within.has(byUid) ? byUid : null;
    const { uid, eventTypeId } = booking;
    if (eventTypeId === null) return null;
    const { owners, disputed } = await this.deps.eventTypes.of(eventTypeId, within);
    const [owner, ...others] = owners;
    if (owner !== undefined && others.length === 0 && disputed.length === 0) return owner;
    for (const companyId of disputed) await this.deps.eventTypes.review(companyId, eventTypeId, uid);
    // In an account of one company, an event type that is not booked by phone needs no owner.
    if (within.size > 1) this.deps.ownerless(eventTypeId);
    return null;
  }
}

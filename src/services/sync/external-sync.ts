import type { TenantId } from '../../domain';
import { UpstreamRejected } from '../../errors';
import type { Logger } from '../../infra/logger';
import { daysAnywhere } from '../../local-time';
import type { AfterChange, AvailabilityInvalidation } from '../availability/availability-invalidation';
import type { AccountsWith } from '../calcom/calcom-accounts';
import type { EventTypeOwners } from '../tenants/event-type-owners';
import { type ExternalBooking, fromUpstream, type SyncResult, type SyncStore } from './external-booking';
import type { UpstreamBooking } from '../calcom/calcom-ports';

/**
 * Applies changes made at Cal.com (bookings on the web, moves and cancellations by a host) to the ledger. Idempotent and
 * independent of order; touches only the tenant that owns the booking or its event type.
 */
export class ExternalSync {
  constructor(
    private readonly deps: {
      store: SyncStore;
      invalidation: Pick<AvailabilityInvalidation, 'booked' | 'externalChange'>;
      afterChange: AfterChange;
      accounts: AccountsWith<'cancelBooking'>;
      logger: Pick<Logger, 'info' | 'warn'>;
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
      this.deps.logger.warn(
        { company: companyId, uid: booking.uid, operation: result.operationId },
        'a booking that came true too late is being cancelled',
      );
      await this.#withdraw(companyId, booking.uid);
    }
    if (result.kind === 'review')
      this.deps.logger.warn(
        { company: companyId, uid: booking.uid, reason: result.reason },
        'a booking needs a person',
      );
    if (result.kind === 'changed' && booking.eventTypeId !== null) {
      this.deps.logger.info(
        { company: companyId, appointment: result.appointmentId, what: result.what },
        'an appointment changed at Cal.com',
      );
      // Who came leaves the calendar as it was.
      if (result.what === 'attendance') return { companyId, result };
      await this.#taken(companyId, booking, booking.eventTypeId);
      const days = [booking.startAt].filter((at): at is Date => at !== null);
      // A move also frees a day that the message does not name.
      await this.#changed(companyId, booking.eventTypeId, null, result.what === 'moved' ? [] : days);
    }
    return { companyId, result };
  }

  async #withdraw(companyId: TenantId, uid: string): Promise<void> {
    const calcom = await this.deps.accounts.forTenant(companyId);
    const reason = 'The start could not be confirmed in time';
    await calcom.cancelBooking(uid, reason, { eventTypeId: null }).catch((error: unknown) => {
      if (!(error instanceof UpstreamRejected && error.reason === 'already_cancelled')) throw error;
    });
  }

  /** @param hostId null: any host of the event type; else every event type that shares this host is concerned */
  async #changed(companyId: TenantId, eventTypeId: number, hostId: number | null, at: Date[]): Promise<void> {
    const { invalidation, afterChange } = this.deps;
    // A UTC date may be another day on the branch's wall clock.
    const days = [...new Set(at.flatMap((day) => daysAnywhere(day.getTime(), day.getTime())))];
    const report = await invalidation.externalChange(companyId, [eventTypeId], days.length > 0 ? days : 'all', hostId);
    // Cal.com itself goes on answering from its cache for a moment.
    for (const id of hostId === null ? [eventTypeId] : report.eventTypeIds) afterChange(companyId, id, 'foreign', days);
  }

  async #taken(companyId: TenantId, booking: ExternalBooking, eventTypeId: number): Promise<void> {
    const { status, hostId, startAt, endAt } = booking;
    const isActive = status === 'booked' || status === 'pending';
    if (isActive && startAt && endAt)
      await this.deps.invalidation.booked(companyId, eventTypeId, hostId, startAt, endAt);
  }

  /** The booking belongs to no company here, but it blocks its host for those that share him. */
  async #blockSharedHost(booking: ExternalBooking, within: ReadonlySet<TenantId>): Promise<void> {
    const { eventTypeId, hostId, startAt, previousUid } = booking;
    if (eventTypeId === null || hostId === null) return;
    const days = startAt && !previousUid ? [startAt] : [];
    for (const companyId of await this.deps.store.companiesOfHost(hostId)) {
      if (within.has(companyId)) await this.#changed(companyId, eventTypeId, hostId, days);
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

/** A booking moved more often than this between two webhooks that arrived is left to the reconciliation. */
const MOST_MOVES = 5;

/** Follows one booking move by move when Cal.com reports a state that differs from the ledger. */
export class CatchUp {
  constructor(
    private readonly deps: {
      accounts: AccountsWith<'getBooking'>;
      sync: Pick<ExternalSync, 'take'>;
      store: Pick<SyncStore, 'ownerOfUid'>;
    },
  ) {}

  /**
   * For news that do not say how the booking is now.
   * @param within as for `ExternalSync.take`
   * @returns whose booking it is; null when it is none of theirs
   */
  async reread(uid: string, within: ReadonlySet<TenantId>): Promise<TenantId | null> {
    const companyId = await this.deps.store.ownerOfUid([uid]);
    if (!companyId || !within.has(companyId)) return null;
    await this.run(companyId, uid);
    return companyId;
  }

  async run(companyId: TenantId, uid: string): Promise<void> {
    const upstream = await this.deps.accounts.forTenant(companyId);
    let next: string | null = uid;
    let previousUid: string | null = null;
    for (let moves = 0; next !== null && moves <= MOST_MOVES; moves++) {
      const booking: UpstreamBooking | null = await upstream.getBooking(next);
      if (!booking) return;
      const known = fromUpstream(booking);
      await this.deps.sync.take({ ...known, previousUid: previousUid ?? known.previousUid }, new Set([companyId]));
      previousUid = next;
      next = booking.rescheduledToUid;
    }
  }
}

import type { TenantId } from '../../domain';
import type { BookingUpstreams } from './booking-ports';
import type { BookingLedger, Operation } from './ledger';
import type { RefusalReason } from './reason-texts';
import { isOff } from './verification';

/** A conflicting row older than this is checked against Cal.com before it is believed. */
const TRUSTED_ROW_MS = 10 * 60_000;

/** Conflicts of an appointment that our own ledger knows. */
export class OtherAppointments {
  constructor(
    private readonly deps: {
      ledger: Pick<BookingLedger, 'overlapping' | 'markCancelledElsewhere'>;
      upstreams: BookingUpstreams;
      /** Epoch milliseconds. */
      nowMs: () => number;
    },
  ) {}

  /** Old enough that it may have been cancelled at Cal.com unnoticed. */
  isOld(recordedAt: Date): boolean {
    return this.deps.nowMs() - recordedAt.getTime() > TRUSTED_ROW_MS;
  }

  /** Our own ledger says that every possible host is taken: no need to ask Cal.com, which might even double-book. */
  async blocking(operation: Operation): Promise<RefusalReason | null> {
    const { hostIds, seats } = operation.payload;
    if (seats > 1 || hostIds.length === 0) return null;
    const rows = await this.deps.ledger.overlapping(
      operation.companyId,
      hostIds,
      operation.eventTypeId,
      operation.startAt,
      operation.endAt,
      operation.appointmentId,
    );
    let busy = 0;
    const busyHosts = new Set<number>();
    for (const row of rows) {
      if (row.hostId !== null && busyHosts.has(row.hostId)) continue;
      if (this.isOld(row.recordedAt) && row.uid && (await this.isGone(operation.companyId, row.uid, row.appointmentId)))
        continue;
      if (row.hostId !== null) busyHosts.add(row.hostId);
      busy++;
    }
    return busy >= hostIds.length ? 'host_busy' : null;
  }

  /** Whether a conflicting appointment was cancelled at Cal.com unnoticed; its row is then corrected. */
  async isGone(companyId: TenantId, uid: string, appointmentId: string): Promise<boolean> {
    try {
      const upstream = await this.deps.upstreams.forTenant(companyId);
      const booking = await upstream.getBooking(uid);
      if (booking && !isOff(booking)) return false;
      // A moved one has a successor, which the synchronisation will tell of.
      if (booking?.rescheduledToUid) return false;
      await this.deps.ledger.markCancelledElsewhere(companyId, appointmentId, booking?.cancellationReason ?? null);
      return true;
    } catch {
      return false;
    }
  }
}

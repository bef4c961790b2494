import type { UpstreamBooking } from '../calcom/calcom-ports';
import type { AvailabilityListener } from './booking-ports';
import type { Operation } from './ledger';

/** Applies an operation's outcome to the availability cache before it is reported. */
export class BookingAnnouncer {
  constructor(
    private readonly deps: { listener: AvailabilityListener; log: { warn(fields: object, message: string): void } },
  ) {}

  taken({ companyId, eventTypeId, startAt, endAt }: Operation): Promise<void> {
    return this.#tell(() => this.deps.listener.taken(companyId, eventTypeId, startAt, endAt));
  }

  done(operation: Operation, booking: UpstreamBooking): Promise<void> {
    return this.#tell(async () => {
      // Its time is over.
      if (operation.kind === 'absence') return;
      const { companyId, eventTypeId } = operation;
      const hostId = booking.hosts[0]?.id ?? null;
      if (operation.kind === 'cancel')
        return this.deps.listener.released(companyId, eventTypeId, hostId, operation.startAt, operation.endAt);
      await this.deps.listener.booked(companyId, eventTypeId, hostId, booking.startAt, booking.endAt);
      const { previous } = operation.payload;
      if (!previous) return;
      await this.deps.listener.released(
        companyId,
        eventTypeId,
        hostId,
        new Date(previous.startAt),
        new Date(previous.endAt),
      );
    });
  }

  /** News that cannot be delivered must not undo a booking; the invalidation job repeats it. */
  async #tell(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.deps.log.warn({ err: error }, 'the availability cache could not be updated');
    }
  }
}

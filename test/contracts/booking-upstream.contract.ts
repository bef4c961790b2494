import type { BookingUpstream } from '../../src/services/booking/booking-ports';
import type { BookingRequest } from '../../src/services/calcom/calcom-ports';

/** An account with one 30-minute round-robin event type over two hosts, all of it free. */
export interface UpstreamUnderTest {
  upstream: BookingUpstream;
  eventTypeId: number;
  hostIds: [number, number];
  /** A free start on a full hour, and the hours after it. */
  startAt: Date;
  /** Lets time pass at Cal.com. */
  pass: (ms: number) => void;
}

const HOUR_MS = 3_600_000;

/** What the booking wing relies on, for the real client and for the fake. */
export function describeBookingUpstream(name: string, make: () => Promise<UpstreamUnderTest>): void {
  describe(`${name} keeps the contract of the booking upstream`, () => {
    let at: UpstreamUnderTest;
    let people = 0;
    const request = (startAt: Date, more: Partial<BookingRequest> = {}): BookingRequest => ({
      eventTypeId: at.eventTypeId,
      startAt,
      attendee: {
        name: 'Erika Muster',
        email: `erika${++people}@example.com`,
        phone: null,
        timeZone: 'Europe/Berlin',
        language: 'de',
      },
      responses: {},
      metadata: { gateway_key: 'gk_1' },
      ...more,
    });
    const start = (startAt: Date): Parameters<BookingUpstream['isStartFree']>[0] => ({
      eventTypeId: at.eventTypeId,
      startAt,
      hostIds: [],
      movedUid: null,
    });
    beforeEach(async () => {
      at = await make();
    });

    it('books a start and keeps its metadata and attendee', async () => {
      const booking = await at.upstream.createBooking(request(at.startAt));
      expect(booking).toMatchObject({ status: 'accepted', startAt: at.startAt, eventTypeId: at.eventTypeId });
      expect(at.hostIds).toContain(booking.hosts[0]?.id);
      const kept = await at.upstream.getBooking(booking.uid);
      expect(kept).toMatchObject({ uid: booking.uid, metadata: { gateway_key: 'gk_1' } });
      expect(kept?.attendees[0]).toMatchObject({ name: 'Erika Muster' });
    });

    it('gives two people the two hosts and refuses the third', async () => {
      const first = await at.upstream.createBooking(request(at.startAt));
      expect(await at.upstream.isStartFree(start(at.startAt))).toBe(true);
      const second = await at.upstream.createBooking(request(at.startAt));
      expect(second.hosts[0]?.id).not.toBe(first.hosts[0]?.id);
      expect(await at.upstream.isStartFree(start(at.startAt))).toBe(false);
      await expect(at.upstream.createBooking(request(at.startAt))).rejects.toMatchObject({
        reason: 'slot_not_available',
      });
    });

    it('answers the same attendee’s second request for a start with the booking that stands', async () => {
      const asked = request(at.startAt);
      const first = await at.upstream.createBooking(asked);
      expect((await at.upstream.createBooking(asked)).uid).toBe(first.uid);
    });

    it('moves a booking: the old one is cancelled and names its successor', async () => {
      const booking = await at.upstream.createBooking(request(at.startAt));
      const later = new Date(at.startAt.getTime() + HOUR_MS);
      const moved = await at.upstream.rescheduleBooking(
        booking.uid,
        { startAt: later },
        { eventTypeId: at.eventTypeId },
      );
      expect(moved).toMatchObject({ startAt: later, rescheduledFromUid: booking.uid });
      expect(await at.upstream.getBooking(booking.uid)).toMatchObject({ rescheduledToUid: moved.uid });
      await expect(
        at.upstream.rescheduleBooking(booking.uid, { startAt: later }, { eventTypeId: at.eventTypeId }),
      ).rejects.toMatchObject({
        reason: 'already_rescheduled',
      });
    });

    it('cancels once', async () => {
      const booking = await at.upstream.createBooking(request(at.startAt));
      expect(await at.upstream.cancelBooking(booking.uid, 'Not needed', { eventTypeId: at.eventTypeId })).toMatchObject(
        { status: 'cancelled' },
      );
      await expect(
        at.upstream.cancelBooking(booking.uid, 'Not needed', { eventTypeId: at.eventTypeId }),
      ).rejects.toMatchObject({
        reason: 'already_cancelled',
      });
      expect(await at.upstream.isStartFree(start(at.startAt))).toBe(true);
    });

    it('marks an attendee absent only after the start, and takes it back', async () => {
      const { uid, attendees } = await at.upstream.createBooking(request(at.startAt));
      const email = attendees[0]?.email ?? '';
      const mark = async (absent: boolean): Promise<boolean> => {
        const marked = await at.upstream.markAbsent(uid, { email, absent }, { eventTypeId: at.eventTypeId });
        return marked.attendees[0]?.absent === true;
      };
      await expect(mark(true)).rejects.toMatchObject({ reason: 'not_started' });
      at.pass(7 * 24 * HOUR_MS);
      expect([await mark(true), await mark(true), await mark(false)]).toEqual([true, true, false]);
      expect(await mark(true)).toBe(true);
      expect((await at.upstream.getBooking(uid))?.attendees[0]?.absent).toBe(true);
    });

    it('does not know a foreign uid', async () => {
      expect(await at.upstream.getBooking('aaaaaaaaaaaaaaaaaaaaaa')).toBeNull();
    });

    it('lists the bookings of an event type within a time', async () => {
      const booking = await at.upstream.createBooking(request(at.startAt));
      await at.upstream.createBooking(request(new Date(at.startAt.getTime() + 3 * HOUR_MS)));
      const { bookings } = await at.upstream.listBookings({
        eventTypeIds: [at.eventTypeId],
        afterStartAt: new Date(at.startAt.getTime() - 60_000),
        beforeEndAt: new Date(at.startAt.getTime() + HOUR_MS),
      });
      expect(bookings.map(({ uid }) => uid)).toEqual([booking.uid]);
    });

    it('sends nothing when it is no longer wanted in the moment of sending', async () => {
      const gone = new Error('no longer wanted');
      await expect(at.upstream.createBooking(request(at.startAt), () => Promise.reject(gone))).rejects.toBe(gone);
      const { bookings } = await at.upstream.listBookings({ eventTypeIds: [at.eventTypeId] });
      expect(bookings).toEqual([]);
    });
  });
}

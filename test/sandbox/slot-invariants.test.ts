import fc from 'fast-check';
import { type BookingStatus } from '../../packages/calcom-sandbox/src/world/booking';
import { BookingBook, IdenticalBookingError } from '../../packages/calcom-sandbox/src/world/booking-book';
import { intersect, type Interval, merge, overlaps, subtract } from '../../packages/calcom-sandbox/src/world/intervals';
import { SeededRandom } from '../../packages/calcom-sandbox/src/seeded-random';
import { findSlots, hostIsFree } from '../../packages/calcom-sandbox/src/slots/slot-finder';
import { World } from '../../packages/calcom-sandbox/src/world/world';
import { isoInZone, localDate, offsetMinutesAt } from '../../packages/calcom-sandbox/src/world/zone-time';
import { DateTime } from 'luxon';
import { MONDAY, smallWorld } from './sandbox-client';

const MINUTE = 60_000;
const DAY = 86_400_000;

const interval = fc
  .tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 40 }))
  .map(([startMs, length]): Interval => ({ startMs, endMs: startMs + length }));
const intervals = fc.array(interval, { maxLength: 8 });
const covers = (set: readonly Interval[], at: number): boolean =>
  set.some((one) => one.startMs <= at && at < one.endMs);

it('interval arithmetic agrees with looking at every single moment', () => {
  fc.assert(
    fc.property(intervals, intervals, (a, b) => {
      const left = subtract(merge(a), b);
      const both = intersect(merge(a), merge(b));
      for (let at = 0; at < 245; at += 1) {
        expect(covers(left, at)).toBe(covers(a, at) && !covers(b, at));
        expect(covers(both, at)).toBe(covers(a, at) && covers(b, at));
      }
    }),
  );
});

it('local times agree with luxon in every zone, also around clock changes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(
        'Europe/Berlin',
        'America/New_York',
        'Australia/Lord_Howe',
        'Asia/Kathmandu',
        'Pacific/Apia',
        'UTC',
      ),
      fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2029-01-01') }),
      (zone, atMs) => {
        const there = DateTime.fromMillis(atMs, { zone });
        expect(offsetMinutesAt(zone, atMs)).toBe(there.offset);
        expect(localDate(zone, atMs)).toBe(there.toISODate());
        expect(isoInZone(zone, atMs)).toBe(there.toISO());
      },
    ),
  );
});

function put(
  book: BookingBook,
  index: number,
  hostId: number,
  startMs: number,
  minutes: number,
  status: BookingStatus,
): void {
  book.put({
    id: index,
    uid: `uid-${index}`,
    icsUid: '',
    icsSequence: 0,
    eventTypeId: 1,
    title: '',
    description: '',
    status,
    hostIds: [hostId],
    startMs,
    endMs: startMs + minutes * MINUTE,
    attendee: { id: index, name: '', email: '', timeZone: 'UTC', language: 'en', absent: false },
    guests: [],
    location: '',
    metadata: {},
    responses: {},
    absentHost: false,
    createdAtMs: 0,
    updatedAtMs: 0,
  });
}

const appointment = fc.record({
  hostId: fc.constantFrom(7, 8),
  quarter: fc.integer({ min: 0, max: 3 * 96 }),
  minutes: fc.constantFrom(15, 30, 45, 60, 120),
  status: fc.constantFrom<BookingStatus>('accepted', 'cancelled'),
});

it('every listed slot can be taken by a host, ends in the window, keeps the notice and meets no hold', () => {
  fc.assert(
    fc.property(
      fc.record({
        schedulingType: fc.constantFrom('roundRobin' as const, 'collective' as const),
        lengthInMinutes: fc.constantFrom(15, 30, 45, 60, 90),
        slotInterval: fc.constantFrom(null, 10, 15, 30, 60),
        offsetStart: fc.constantFrom(0, 5),
        beforeEventBuffer: fc.constantFrom(0, 10),
        afterEventBuffer: fc.constantFrom(0, 15),
        minimumBookingNotice: fc.constantFrom(0, 45, 600),
      }),
      fc.array(appointment, { maxLength: 25 }),
      fc.array(fc.integer({ min: 0, max: 288 }), { maxLength: 3 }),
      fc.constantFrom('Europe/Berlin', 'UTC', 'Asia/Kolkata'),
      fc.integer({ min: 0, max: 2 * DAY }),
      (type, appointments, holds, zone, spanMs) => {
        const world = new World(
          smallWorld({ ...type, teamId: 5, hosts: [{ userId: 7 }, { userId: 8 }] }),
          new SeededRandom(1),
        );
        for (const [index, { hostId, quarter, minutes, status }] of appointments.entries()) {
          try {
            put(world.bookings, index, hostId, MONDAY + quarter * 15 * MINUTE, minutes, status);
          } catch (error) {
            expect(error).toBeInstanceOf(IdenticalBookingError);
          }
        }
        for (const [index, quarter] of holds.entries()) {
          const startMs = MONDAY + quarter * 15 * MINUTE;
          const held = { startMs, endMs: startMs + 30 * MINUTE, eventTypeId: 1, hostId: 7 };
          world.reservations.set(`${index}`, { ...held, uid: `${index}`, reservationMinutes: 5, untilMs: MONDAY + 1 });
        }
        const eventType = world.eventTypes.get(1)!;
        const window = { startMs: MONDAY, endMs: MONDAY + spanMs };
        const starts = findSlots(world, {
          eventType,
          hostIds: [7, 8],
          window,
          zone,
          lengthMinutes: type.lengthInMinutes,
          nowMs: MONDAY,
        });
        expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
        for (const startMs of starts) {
          const slot = { startMs, endMs: startMs + type.lengthInMinutes * MINUTE };
          expect(slot.endMs).toBeLessThanOrEqual(window.endMs);
          expect(startMs).toBeGreaterThanOrEqual(MONDAY + Math.max(1, type.minimumBookingNotice) * MINUTE);
          const free = [7, 8].filter((hostId) => hostIsFree(world, { eventType, hostId, appointment: slot }));
          expect(free.length).toBeGreaterThanOrEqual(type.schedulingType === 'collective' ? 2 : 1);
          for (const hold of world.reservations.values()) expect(overlaps(hold, slot)).toBe(false);
        }
      },
    ),
    { numRuns: 200 },
  );
});

it('never keeps two accepted bookings of one organizer with the same times', () => {
  fc.assert(
    fc.property(fc.array(appointment, { maxLength: 60 }), (appointments) => {
      const book = new BookingBook();
      for (const [index, { hostId, quarter, minutes, status }] of appointments.entries()) {
        try {
          put(book, index % 20, hostId, (quarter % 6) * 15 * MINUTE, minutes, status);
        } catch (error) {
          expect(error).toBeInstanceOf(IdenticalBookingError);
        }
      }
      const accepted = [...book.all()].filter((booking) => booking.status === 'accepted');
      const identities = accepted.map((booking) => `${booking.hostIds.join()} ${booking.startMs} ${booking.endMs}`);
      expect(new Set(identities).size).toBe(identities.length);
      for (const hostId of [7, 8]) {
        const expected = accepted.filter((booking) => booking.hostIds.includes(hostId)).map((booking) => booking.uid);
        expect(
          book
            .liveOfHost(hostId, -DAY, 2 * DAY)
            .map((booking) => booking.uid)
            .sort(),
        ).toEqual(expected.sort());
      }
    }),
  );
});

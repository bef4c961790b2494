import { counted, ordered, recordTrips, type ServedRequest, type Trip } from '../../packages/bench/src/support/trips';
import { compiled } from '../support/compiled';

const START_MS = 120_000;

const trip = (to: Trip['to'], beganMs: number, endedMs: number | null): Trip => ({
  ...{ to, what: 'get', more: 0, beganMs, endedMs },
});

test('a round trip waits for those that ended before it began', () => {
  const trips = [trip('Redis', 0, 3), trip('Postgres', 1, 5), trip('Redis', 6, 8), trip('Postgres', 4, 7)];
  const request: ServedRequest = { path: '/', beganMs: 0, endedMs: 10, trips };
  expect(ordered(request).map(({ beganMs, after, depth }) => [beganMs, after, depth])).toEqual([
    [0, 0, 1],
    [1, 0, 1],
    [4, 1, 2],
    [6, 2, 2],
  ]);
  expect(counted(request)).toEqual({ all: 4, inARow: 2 });
});

test('round trips behind the answer do not count', () => {
  const trips = [trip('Redis', 0, 3), trip('Postgres', 4, 12), trip('Postgres', 5, null)];
  const request: ServedRequest = { path: '/', beganMs: 0, endedMs: 10, trips };
  expect(counted(request)).toEqual({ all: 1, inARow: 1 });
});

/** The short form of `npm run bench -- trips`. */
test(
  'the round trips of an answer, a miss and a booking are recorded in their order',
  async () => {
    await compiled('src/main');
    const ways = new Map((await recordTrips(1)).map(({ way, requests }) => [way, requests]));
    const of = (way: string, path: string): Trip[] => {
      const found = ways.get(way)?.find((request) => request.path === path);
      return found ? ordered(found) : [];
    };
    const toCalcom = (trips: Trip[]): string[] => trips.filter(({ to }) => to === 'Cal.com').map(({ what }) => what);
    const known = of('a known answer', '/api/retell/check_availability');
    expect(known.map(({ to }) => to)).toContain('Redis');
    expect(toCalcom(known)).toEqual([]);
    const miss = of('an answer that needs Cal.com', '/api/retell/check_availability');
    expect(toCalcom(miss)).toEqual(['GET /v2/slots']);
    const booking = of('a booking', '/api/retell/create_booking');
    expect(toCalcom(booking)).toEqual(['POST /v2/bookings']);
    // The intent, written and marked as sent, is there before Cal.com is asked; the outcome follows.
    const askedMs = booking.find(({ to }) => to === 'Cal.com')?.beganMs ?? 0;
    const writes = booking.filter(({ to, what }) => to === 'Postgres' && /^(insert|update|with)/.test(what));
    const ledger = writes.filter(({ what }) => what.includes('booking_operations'));
    expect(ledger.filter(({ endedMs }) => endedMs !== null && endedMs <= askedMs).length).toBeGreaterThanOrEqual(2);
    expect(ledger.filter(({ beganMs }) => beganMs > askedMs).length).toBeGreaterThanOrEqual(1);
    expect(of('a booking', '/api/calcom/webhook')).not.toEqual([]);
  },
  START_MS,
);

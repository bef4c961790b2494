import { type SandboxOptions } from '../../packages/calcom-sandbox/src/start-sandbox';
import {
  type Answer,
  bookingBody,
  type ManualTime,
  openSandbox,
  type SandboxClient,
  smallWorld,
} from './sandbox-client';

let client: SandboxClient;
let time: ManualTime;
let stop: () => Promise<void>;

async function open(options: SandboxOptions = {}): Promise<void> {
  const opened = await openSandbox(options);
  ({ client, time } = opened);
  stop = () => opened.sandbox.stop();
}

afterEach(() => stop());

const message = (answer: Answer): string => answer.body.error?.message ?? answer.body.message;

describe('a wish for a host', () => {
  const hosts = [{ userId: 7 }, { userId: 8 }];
  const hostsOf = async (rrHostSubsetIds: number[]): Promise<number[]> => {
    const served: number[] = [];
    for (const day of ['08', '09', '10']) {
      const wish = { eventTypeId: 1, start: `2027-06-${day}T08:00:00Z`, rrHostSubsetIds };
      served.push((await client.book(bookingBody(wish), { key: null })).body.data.hosts[0].id);
    }
    return served;
  };

  it('is ignored in silence while the event type does not allow it', async () => {
    await open({ world: smallWorld({ teamId: 5, schedulingType: 'roundRobin', hosts }) });
    expect(await hostsOf([8])).toEqual([7, 8, 7]);
  });

  it('counts once a PATCH allows it; unknown ids can be anybody', async () => {
    await open({ world: smallWorld({ teamId: 5, schedulingType: 'roundRobin', hosts }) });
    const body = { rrHostSubsetEnabled: true };
    const changed = await client.ask('PATCH', '/teams/5/event-types/1', { key: 'cal_kim', body });
    expect([changed.status, changed.body.data.rrHostSubsetEnabled]).toEqual([200, true]);
    expect((await client.ask('PATCH', '/teams/5/event-types/1', { key: 'cal_lou', body })).status).toBe(403);
    expect(await hostsOf([8])).toEqual([8, 8, 8]);
    const unknown = bookingBody({ eventTypeId: 1, start: '2027-06-11T08:00:00Z', rrHostSubsetIds: [99] });
    expect((await client.book(unknown, { key: null })).status).toBe(201);
  });
});

describe('a recurring event type', () => {
  const recurrence = { interval: 1, occurrences: 3, frequency: 'weekly' as const };
  const uidsOf = (answer: Answer): string[] => answer.body.data.map((booking: { uid: string }) => booking.uid);

  it('answers a booking with an array, one per occurrence at the same wall clock time', async () => {
    await open({ world: smallWorld({ recurrence }) });
    time.atMs = Date.parse('2027-10-18T06:00:00Z');
    const made = await client.book(bookingBody({ eventTypeId: 1, start: '2027-10-19T08:00:00Z' }), { key: null });
    expect([made.status, made.body.data.map((booking: { start: string }) => booking.start)]).toEqual([
      201,
      ['2027-10-19T08:00:00.000Z', '2027-10-26T08:00:00.000Z', '2027-11-02T09:00:00.000Z'],
    ]);
    const [{ recurringBookingUid }] = made.body.data;
    const series = await client.booking('GET', `/${recurringBookingUid}`, undefined, { key: null });
    expect(uidsOf(series)).toEqual(uidsOf(made));
    expect(Object.keys(series.body.data[0])).not.toContain('rescheduledByEmail');
    const listed = await client.ask('GET', '/event-types/1', { version: '2024-06-14', key: 'cal_kim' });
    expect(listed.body.data.recurrence).toEqual({ disabled: false, ...recurrence });
  });

  it('asks only of the first occurrence whether it is free, and keeps what it made before a failure', async () => {
    await open({ world: smallWorld({ recurrence }) });
    await client.control('POST', '/bookings', { eventTypeId: 1, start: '2027-06-22T08:00:00Z' });
    const made = await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
    expect(made.body).toEqual({ statusCode: 400, message: 'An error occurred while querying the database.' });
    expect((await client.control('GET', '/bookings')).body).toHaveLength(3);
  });

  it('moves and cancels one, the rest, or all of a series', async () => {
    await open({ world: smallWorld({ recurrence: { ...recurrence, occurrences: 4 } }) });
    const made = await client.book(bookingBody({ eventTypeId: 1, recurrenceCount: 4 }), { key: null });
    const [first, second, third] = uidsOf(made);
    const post = (path: string, body: unknown): Promise<Answer> => client.booking('POST', path, body, { key: null });
    const statuses = async (): Promise<string[]> => {
      const uid = made.body.data[0].recurringBookingUid;
      const series = await client.booking('GET', `/${uid}`, undefined, { key: null });
      return series.body.data.map((booking: { status: string }) => booking.status);
    };
    const moved = await post(`/${first}/reschedule`, { start: '2027-06-09T08:00:00Z' });
    expect(moved.body.data.recurringBookingUid).toBe(made.body.data[0].recurringBookingUid);
    await post(`/${second}/cancel`, {});
    expect(await statuses()).toEqual(['cancelled', 'accepted', 'cancelled', 'accepted', 'accepted']);
    const rest = await post(`/${third}/cancel`, { cancelSubsequentBookings: true });
    expect(rest.body.data).toHaveLength(5);
    expect(await statuses()).toEqual(['cancelled', 'accepted', 'cancelled', 'cancelled', 'cancelled']);
    const tooMany = await client.book(bookingBody({ eventTypeId: 1, recurrenceCount: 5 }), { key: null });
    expect([tooMany.status, message(tooMany)]).toEqual([400, expect.stringContaining('recurrence count is higher')]);
  });
});

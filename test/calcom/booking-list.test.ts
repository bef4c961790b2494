import { InvalidInput } from '../../src/errors';
import { FakeClock } from '../support/fake-clock';
import { failureOf, json, makeCall, makeClient, VERSIONS, wireBooking, WireServer } from './wire-server';

const server = new WireServer();
let url: string;
const opened: { close(): void }[] = [];

beforeAll(async () => {
  url = await server.start();
});
afterAll(() => server.stop());
afterEach(() => {
  for (const client of opened.splice(0)) client.close();
});

function open(bookings: string): ReturnType<typeof makeClient> {
  const client = makeClient(url, { versions: { ...VERSIONS, bookings } }, new FakeClock('2027-06-08T12:00:00Z'));
  opened.push(client);
  return client;
}

const answer = (data: unknown[], pagination: unknown): void => {
  server.handler = (_request, response) => json(response, 200, { status: 'success', data, pagination });
};

describe('the list that is read by skipping', () => {
  test('says every filter, and encodes the plus sign of an address', async () => {
    answer([], { hasNextPage: false });
    await open('2024-08-13').listBookings(
      {
        status: ['upcoming', 'unconfirmed'],
        attendeeEmail: 'erika+salon@example.com',
        eventTypeIds: [1, 2],
        afterStartAt: new Date('2027-06-08T08:00:00Z'),
        beforeEndAt: new Date('2027-06-09T08:00:00Z'),
        afterUpdatedAt: new Date('2027-06-01T00:00:00Z'),
        afterCreatedAt: new Date('2027-06-02T00:00:00Z'),
        sortUpdatedAt: 'asc',
        take: 20,
        skip: 40,
      },
      makeCall(),
    );
    expect(server.last.url.search).toContain('attendeeEmail=erika%2Bsalon%40example.com');
    expect(Object.fromEntries(server.last.url.searchParams)).toEqual({
      status: 'upcoming,unconfirmed',
      attendeeEmail: 'erika+salon@example.com',
      eventTypeIds: '1,2',
      afterStart: '2027-06-08T08:00:00.000Z',
      beforeEnd: '2027-06-09T08:00:00.000Z',
      afterUpdatedAt: '2027-06-01T00:00:00.000Z',
      afterCreatedAt: '2027-06-02T00:00:00.000Z',
      sortUpdatedAt: 'asc',
      take: '20',
      skip: '40',
    });
  });

  test.each([
    [{ hasNextPage: true, remainingItems: 3 }, 2, false],
    [{ hasNextPage: true, remainingItems: 3 }, 1, true],
    [{ hasNextPage: false, remainingItems: 0 }, 1, true],
    [undefined, 2, false],
  ])('believes the length of a page and not %j: one booking of %d means more %s', async (pagination, take, hasMore) => {
    answer([wireBooking()], pagination);
    const listed = await open('2026-02-25').listBookings({ take }, makeCall());
    expect(listed.hasMore).toBe(hasMore);
    expect(listed.bookings.map(({ uid }) => uid)).toEqual(['bo0kingUid22characters']);
  });
});

describe('the list that is read by cursor', () => {
  const filter = { status: ['upcoming' as const], eventTypeIds: [1], take: 2 };

  test('hands the cursor of a page to the next one', async () => {
    const client = open('2026-05-01');
    answer([wireBooking(), wireBooking()], { nextCursor: 'c-2', hasMore: true });
    expect((await client.listBookings(filter, makeCall())).hasMore).toBe(true);
    expect(Object.fromEntries(server.last.url.searchParams)).toEqual({
      status: 'upcoming',
      eventTypeIds: '1',
      limit: '2',
    });
    answer([wireBooking()], { nextCursor: null, hasMore: false });
    expect((await client.listBookings({ ...filter, skip: 2 }, makeCall())).hasMore).toBe(false);
    expect(Object.fromEntries(server.last.url.searchParams)).toEqual({
      status: 'upcoming',
      eventTypeIds: '1',
      limit: '2',
      cursor: 'c-2',
    });
  });

  test('refuses a page whose cursor it never saw, or saw for another list or key', async () => {
    const client = open('2026-05-01');
    answer([wireBooking()], { nextCursor: 'c-2', hasMore: true });
    await client.listBookings(filter, makeCall());
    const other = { ...makeCall(), credential: { id: 'another', apiKey: 'cal_other' } };
    expect(await failureOf(client.listBookings({ ...filter, skip: 4 }, makeCall()))).toBeInstanceOf(InvalidInput);
    expect(await failureOf(client.listBookings({ ...filter, skip: 2, eventTypeIds: [2] }, makeCall()))).toBeInstanceOf(
      InvalidInput,
    );
    expect(await failureOf(client.listBookings({ ...filter, skip: 2 }, other))).toBeInstanceOf(InvalidInput);
  });

  test('never asks for more than a hundred, and still finds the next page', async () => {
    const client = open('2026-05-01');
    answer([wireBooking()], { nextCursor: 'c-2', hasMore: true });
    await client.listBookings({ take: 250 }, makeCall());
    expect(server.last.url.searchParams.get('limit')).toBe('100');
    await client.listBookings({ take: 250, skip: 250 }, makeCall());
    expect(server.last.url.searchParams.get('cursor')).toBe('c-2');
  });

  test('takes one status, so several are sorted out here', async () => {
    const past = { start: '2027-06-07T08:00:00Z', end: '2027-06-07T09:00:00Z' };
    const future = { start: '2027-06-09T08:00:00Z', end: '2027-06-09T09:00:00Z' };
    answer(
      [
        wireBooking({ uid: 'over', ...past }),
        wireBooking({ uid: 'coming', ...future }),
        wireBooking({ uid: 'waiting', ...future, status: 'pending' }),
        wireBooking({ uid: 'off', ...future, status: 'cancelled' }),
        wireBooking({ uid: 'refused', ...future, status: 'rejected' }),
        wireBooking({ uid: 'series', ...future, recurringBookingUid: 'r' }),
      ],
      { nextCursor: null, hasMore: false },
    );
    const client = open('2026-05-01');
    const uids = async (
      ...status: NonNullable<Parameters<typeof client.listBookings>[0]['status']>
    ): Promise<string[]> => (await client.listBookings({ status }, makeCall())).bookings.map(({ uid }) => uid);
    expect(await uids('upcoming', 'unconfirmed')).toEqual(['coming', 'waiting', 'series']);
    expect(server.last.url.searchParams.has('status')).toBe(false);
    expect(await uids('past', 'cancelled')).toEqual(['over', 'off', 'refused']);
    expect(await uids('unconfirmed', 'recurring')).toEqual(['waiting', 'series']);
  });
});

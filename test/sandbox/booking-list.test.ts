import { bookingBody, openSandbox, type SandboxClient, type ManualTime } from './sandbox-client';

let client: SandboxClient;
let time: ManualTime;
let stop: () => Promise<void>;

const HOUR = 3_600_000;
const person = (name: string): Record<string, unknown> => ({
  name,
  email: `${name}+x@example.com`,
  timeZone: 'Europe/Berlin',
});

/** Ada Monday, Bob Tuesday (cancelled), Cyd Wednesday moved to Friday. Created an hour apart. */
beforeEach(async () => {
  const opened = await openSandbox();
  ({ client, time } = opened);
  stop = () => opened.sandbox.stop();
  await client.book(bookingBody({ start: '2027-06-07T10:00:00Z', attendee: person('ada') }));
  time.advance(HOUR);
  const bob = await client.book(
    bookingBody({ start: '2027-06-08T10:00:00Z', attendee: person('bob'), eventTypeId: 1002 }),
  );
  await client.booking('POST', `/${bob.body.data.uid}/cancel`, { cancellationReason: 'x' });
  time.advance(HOUR);
  const cyd = await client.book(bookingBody({ start: '2027-06-09T10:00:00Z', attendee: person('cyd') }));
  time.advance(HOUR);
  await client.booking('POST', `/${cyd.body.data.uid}/reschedule`, { start: '2027-06-11T10:00:00Z' });
});

afterEach(() => stop());

async function names(query: string, version = '2024-08-13'): Promise<string[]> {
  const answer = await client.ask('GET', `/bookings?${query}`, { version });
  expect(answer.status).toBe(200);
  return answer.body.data.map((booking: { attendees: { name: string }[] }) => booking.attendees[0]?.name);
}

it('lists everything without a status', async () => {
  expect(await names('')).toEqual(['ada', 'bob', 'cyd', 'cyd']);
});

it.each([
  ['status=upcoming', ['ada', 'cyd']],
  ['status=cancelled', ['cyd', 'bob']],
  ['status=upcoming,cancelled', ['ada', 'bob', 'cyd', 'cyd']],
  ['status=past', []],
  ['status=unconfirmed', []],
  ['attendeeEmail=ada%2Bx%40example.com', ['ada']],
  ['attendeeEmail=ada+x@example.com', ['ada']],
  ['attendeeEmail=ada%40example.com', []],
  ['attendeeName=bob', ['bob']],
  ['eventTypeId=1002', ['bob']],
  ['eventTypeIds=1002,1001', ['ada', 'bob', 'cyd', 'cyd']],
  ['teamId=10&status=upcoming', ['ada', 'cyd']],
  ['teamsIds=11', []],
  ['afterStart=2027-06-09T10:00:00Z&sortStart=desc', ['cyd', 'cyd']],
  ['beforeEnd=2027-06-07T10:30:00Z', ['ada']],
  ['beforeEnd=2027-06-07T10:29:59Z', []],
  ['afterCreatedAt=2027-06-07T07:30:00Z&sortCreated=desc&status=upcoming', ['cyd']],
  ['beforeCreatedAt=2027-06-07T06:00:00Z', ['ada']],
  ['afterUpdatedAt=2027-06-07T09:00:00Z', ['cyd', 'cyd']],
  ['beforeUpdatedAt=2027-06-07T07:00:00Z&sortUpdatedAt=desc', ['bob', 'ada']],
  ['sortStart=desc&take=2', ['cyd', 'cyd']],
  ['unknown=1&take=1&skip=1', ['bob']],
])('%s gives %j', async (query, expected) => {
  expect(await names(query)).toEqual(expected);
});

it('past takes over when the time has come', async () => {
  time.advance(6 * HOUR);
  expect(await names('status=past')).toEqual(['ada']);
});

it('finds one by uid', async () => {
  const all = await client.ask('GET', '/bookings', { version: '2024-08-13' });
  expect(await names(`bookingUid=${all.body.data[1].uid}`)).toEqual(['bob']);
});

it('tells where in the pages one is', async () => {
  const answer = await client.ask('GET', '/bookings?take=3&skip=1', { version: '2026-02-25' });
  expect(answer.body.pagination).toEqual({
    returnedItems: 3,
    totalItems: 4,
    itemsPerPage: 3,
    remainingItems: 0,
    currentPage: 1,
    totalPages: 2,
    hasNextPage: false,
    hasPreviousPage: true,
  });
});

it.each(['afterUpdatedAt', 'beforeUpdatedAt', 'afterCreatedAt', 'beforeCreatedAt'])(
  'counts before %s filters',
  async (filter) => {
    const at = filter.startsWith('after') ? '2027-07-01T00:00:00Z' : '2027-06-01T00:00:00Z';
    const answer = await client.ask('GET', `/bookings?take=2&${filter}=${at}`, { version: '2024-08-13' });
    expect(answer.body.data).toEqual([]);
    expect(answer.body.pagination).toMatchObject({ returnedItems: 2, totalItems: 4, hasNextPage: true });
  },
);

it('has no current page when there is nothing', async () => {
  const answer = await client.ask('GET', '/bookings?attendeeEmail=no@example.com', { version: '2024-08-13' });
  expect(answer.body.pagination).toMatchObject({ currentPage: 0, totalPages: 0, totalItems: 0, hasNextPage: false });
});

it('refuses a list without a key with 403, before the auth guard could say 401', async () => {
  const answer = await client.ask('GET', '/bookings', { version: '2024-08-13', key: null });
  expect([answer.status, answer.body.error.code]).toEqual([403, 'ForbiddenException']);
});

it('walks by cursor since 2026-05-01: ascending for what comes, descending otherwise', async () => {
  expect(await names('status=upcoming', '2026-05-01')).toEqual(['ada', 'cyd']);
  const seen: string[] = [];
  let cursor: string | null = '';
  for (let page = 0; cursor !== null; page += 1) {
    const query: string = `limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const answer = await client.ask('GET', `/bookings?${query}`, { version: '2026-05-01' });
    seen.push(...answer.body.data.map((booking: { attendees: { name: string }[] }) => booking.attendees[0]?.name));
    expect(Object.keys(answer.body.pagination)).toEqual(['nextCursor', 'hasMore']);
    expect(answer.body.pagination.hasMore).toBe(page < 3);
    cursor = answer.body.pagination.nextCursor;
  }
  expect(seen).toEqual(['cyd', 'cyd', 'bob', 'ada']);
});

it.each([
  ['2024-08-13', 'take=0', 'take'],
  ['2024-08-13', 'take=251', 'take'],
  ['2024-08-13', 'status=open', 'status'],
  ['2024-08-13', 'afterStart=monday', 'afterStart'],
  ['2024-08-13', 'sortStart=up', 'sortStart'],
  ['2026-05-01', 'limit=101', 'limit'],
  ['2026-05-01', 'status=upcoming,past', 'status'],
])('%s refuses %s, naming the property', async (version, query, property) => {
  const answer = await client.ask('GET', `/bookings?${query}`, { version });
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({ code: 'BadRequestException', message: 'Bad Request Exception' });
  expect(answer.body.error.details.errors[0].property).toBe(property);
});

it('shows a member only the own appointments, the owner of the team all of them', async () => {
  await client.control('POST', '/api-keys', { key: 'cal_ben', userId: 502 });
  const ben = await client.ask('GET', '/bookings', { version: '2024-08-13', key: 'cal_ben' });
  const hosts = ben.body.data.map((booking: { hosts: { id: number }[] }) => booking.hosts[0]?.id);
  expect(new Set(hosts)).toEqual(new Set([502]));
  expect(hosts.length).toBeLessThan(4);
});

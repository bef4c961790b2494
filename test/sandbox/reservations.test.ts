import { type SandboxOptions } from '../../packages/calcom-sandbox/src/start-sandbox';
import {
  type Answer,
  bookingBody,
  type ManualTime,
  openSandbox,
  type SandboxClient,
  smallWorld,
  VERSION,
} from './sandbox-client';

let client: SandboxClient;
let time: ManualTime;
let stop: () => Promise<void>;

async function open(options: SandboxOptions = {}): Promise<void> {
  const opened = await openSandbox({ world: smallWorld(), ...options });
  ({ client, time } = opened);
  stop = () => opened.sandbox.stop();
}

afterEach(() => stop());

const SLOT = { eventTypeId: 1, slotStart: '2027-06-08T08:00:00Z' };
const ask = (method: string, path: string, body?: unknown, key: string | null = null): Promise<Answer> =>
  client.ask(method, `/slots/reservations${path}`, { version: VERSION.slots, key, body });

async function listed(): Promise<string[]> {
  const answer = await client.slots({ eventTypeId: '1', start: '2027-06-08', end: '2027-06-08' });
  return Object.values<{ start: string }[]>(answer.body.data).flatMap((day) =>
    day.map((slot) => slot.start.slice(11, 16)),
  );
}

it('holds a slot for five minutes and hides it from everybody meanwhile', async () => {
  await open();
  const held = await ask('POST', '', SLOT);
  expect(held.status).toBe(201);
  expect(held.body.data).toEqual({
    eventTypeId: 1,
    slotStart: '2027-06-08T08:00:00.000Z',
    slotEnd: '2027-06-08T09:00:00.000Z',
    slotDuration: 60,
    reservationDuration: 5,
    reservationUid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    reservationUntil: '2027-06-07T06:05:00.000Z',
  });
  expect(await listed()).not.toContain('08:00');
  time.advance(5 * 60_000);
  expect(await listed()).toContain('08:00');
});

it('is read without its duration, and is null when unknown', async () => {
  await open();
  const held = await ask('POST', '', SLOT);
  const { reservationDuration: _duration, ...stored } = held.body.data;
  expect((await ask('GET', `/${stored.reservationUid}`)).body).toEqual({ status: 'success', data: stored });
  time.advance(10 * 60_000);
  expect((await ask('GET', `/${stored.reservationUid}`)).body.data.reservationUid).toBe(stored.reservationUid);
  expect((await ask('GET', '/none')).body).toEqual({ status: 'success', data: null });
});

it('is released by uid, known or not', async () => {
  await open();
  const held = await ask('POST', '', SLOT);
  expect((await ask('DELETE', `/${held.body.data.reservationUid}`)).body).toEqual({ status: 'success' });
  expect((await ask('DELETE', '/none')).status).toBe(200);
  expect(await listed()).toContain('08:00');
});

it('stops a second hold on an overlapping time, also by the holder, but not on a touching one', async () => {
  await open();
  const held = await ask('POST', '', SLOT);
  const second = await ask('POST', '', { ...SLOT, slotStart: '2027-06-08T08:30:00Z' });
  expect([second.status, second.body.error.message]).toEqual([
    422,
    expect.stringContaining('already reserved by another user'),
  ]);
  expect((await ask('PATCH', `/${held.body.data.reservationUid}`, SLOT)).status).toBe(422);
  expect((await ask('POST', '', { ...SLOT, slotStart: '2027-06-08T09:00:00Z' })).status).toBe(201);
  const moved = await ask('PATCH', `/${held.body.data.reservationUid}`, { ...SLOT, slotStart: '2027-06-08T11:00:00Z' });
  expect([moved.status, moved.body.data.slotStart]).toEqual([200, '2027-06-08T11:00:00.000Z']);
});

it('refuses a time that is booked, yet a booking does not care about a hold', async () => {
  await open();
  await ask('POST', '', SLOT);
  const booked = await client.book(bookingBody({ eventTypeId: 1 }), { key: null });
  expect(booked.status).toBe(201);
  time.advance(6 * 60_000);
  const late = await ask('POST', '', SLOT);
  expect([late.status, late.body.error.message]).toEqual([422, expect.stringContaining('event is already booked')]);
});

it('does not look at working hours or notice', async () => {
  await open();
  expect((await ask('POST', '', { ...SLOT, slotStart: '2027-06-08T01:00:00Z' })).status).toBe(201);
});

it('lets only people related to the event type choose how long', async () => {
  await open({
    world: smallWorld(
      {},
      { users: [...smallWorld().users, { id: 9, username: 'mo', name: 'Mo', email: 'mo@example.com' }] },
    ),
  });
  await client.control('POST', '/api-keys', { key: 'cal_mo', userId: 9 });
  const hold = (key: string | null): Promise<Answer> => ask('POST', '', { ...SLOT, reservationDuration: 30 }, key);
  const anonymous = await hold(null);
  expect([anonymous.status, anonymous.body.error.message]).toEqual([
    401,
    expect.stringContaining('reservationDuration can only be used'),
  ]);
  expect((await hold('cal_mo')).status).toBe(403);
  expect((await hold('cal_lou')).body.data.reservationUntil).toBe('2027-06-07T06:30:00.000Z');
});

it.each([
  [{ slotStart: SLOT.slotStart }, 400, 'Bad Request Exception'],
  [{ ...SLOT, slotStart: 'soon' }, 400, 'Bad Request Exception'],
  [{ ...SLOT, slotDuration: 30 }, 400, 'slotDuration'],
  [{ ...SLOT, eventTypeId: 99 }, 404, 'Event Type with ID=99 not found'],
])('refuses %j with %i', async (body, status, fragment) => {
  await open();
  const answer = await ask('POST', '', body);
  expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringContaining(fragment)]);
});

it('drops unknown keys of a body instead of refusing them', async () => {
  await open();
  expect((await ask('POST', '', { ...SLOT, note: 'x' })).status).toBe(201);
  expect((await ask('PATCH', '/none', SLOT)).status).toBe(404);
});

it('holds a round robin as often as it has hosts, also at night, and hides the time of the first host only', async () => {
  await open({ world: smallWorld({ teamId: 5, schedulingType: 'roundRobin', hosts: [{ userId: 7 }, { userId: 8 }] }) });
  expect((await ask('POST', '', SLOT)).status).toBe(201);
  expect((await ask('POST', '', SLOT)).status).toBe(201);
  expect(await listed()).not.toContain('08:00');
  const third = await ask('POST', '', SLOT);
  expect([third.status, third.body.error.message]).toEqual([
    422,
    expect.stringContaining('round robin event type has no available hosts left at this time slot'),
  ]);
  expect((await ask('POST', '', { ...SLOT, slotStart: '2027-06-08T01:00:00Z' })).status).toBe(201);
});

it('works in its first generation with a cookie', async () => {
  await open();
  const held = await client.ask('POST', '/slots/reserve', {
    key: null,
    body: { eventTypeId: 1, slotUtcStartDate: '2027-06-08T08:00:00Z', slotUtcEndDate: '2027-06-08T09:00:00Z' },
  });
  expect(held.headers.get('set-cookie')).toContain(`uid=${held.body.data}`);
  expect(await listed()).not.toContain('08:00');
  await client.ask('DELETE', `/slots/selected-slot?uid=${held.body.data}`, { key: null });
  expect(await listed()).toContain('08:00');
});

import { createHmac } from 'node:crypto';
import request from 'supertest';
import { CALCOM_SECRET, openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { until } from '../support/until';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway({
    env: { CALCOM_BURST_PER_SECOND: '100' },
  });
});
afterAll(() => t.stop());
afterEach(async () => {
  await fetch(`${t.sandbox.controlUrl}/faults`, { method: 'DELETE' });
  const { breaker, accounts } = t.gateway.parts.upstream;
  for (const { id } of await accounts.keys()) await breaker.reset(id);
});

let number = 0;
const caller = (): { call_id: string; from_number: string } => {
  number++;
  return {
    call_id: `call_liar${String(number).padStart(4, '0')}feedbeef0123456789`,
    from_number: `+4930${7100000 + number}`,
  };
};
let slot = 0;
const start = (): { desired_date: string; desired_time: string } => {
  const index = slot++;
  return {
    desired_date: openDay(3 + Math.floor(index / 8)),
    desired_time: `${String(9 + (index % 8)).padStart(2, '0')}:00`,
  };
};
const fault = (kind: string, extra: object = {}, path = '/v2/bookings'): Promise<unknown> =>
  t.control('/faults', { match: { method: 'POST', path }, times: 1, fault: { kind, ...extra } });
interface SandboxBooking {
  id: number;
  uid: string;
  start: string;
  end: string;
  status: string;
  metadata: Record<string, string>;
}
async function standing(): Promise<SandboxBooking[]> {
  const answer = (await t.control('/bookings')) as SandboxBooking[] | { bookings: SandboxBooking[] };
  const list = Array.isArray(answer) ? answer : answer.bookings;
  return list.filter((one) => !/cancelled/i.test(one.status));
}
const standingAt = async (datetime: string): Promise<SandboxBooking[]> =>
  (await standing()).filter((one) => Date.parse(one.start) === Date.parse(datetime));
const book = (wish: object, call: object = caller()): ReturnType<TestGateway['tool']> =>
  t.tool('create_booking', { service_name: 'Herrenhaarschnitt', customer_name: 'Erika Beispiel', ...wish }, call);
/** Cal.com's news of a booking, as its webhook tells it. */
async function tell(trigger: string, one: SandboxBooking): Promise<void> {
  const raw = JSON.stringify({
    triggerEvent: trigger,
    createdAt: new Date().toISOString(),
    payload: {
      uid: one.uid,
      bookingId: one.id,
      eventTypeId: 1001,
      startTime: one.start,
      endTime: one.end,
      organizer: { id: 501 },
      attendees: [{ name: 'E', email: 'e@x.example' }],
      metadata: one.metadata,
    },
  });
  await request(t.gateway.server)
    .post('/api/calcom/webhook')
    .set({
      'content-type': 'application/json',
      'x-cal-signature-256': createHmac('sha256', CALCOM_SECRET).update(raw).digest('hex'),
    })
    .send(raw)
    .expect(200);
}

test.each<[string, object]>([
  ['another start', { start: '2027-01-04T09:00:00.000Z', end: '2027-01-04T09:30:00.000Z' }],
  ['another key', { metadata: { gateway_key: 'gk_of_somebody' } }],
  ['no metadata', { metadata: {} }],
  ['an old birthday', { createdAt: '2026-01-01T00:00:00.000Z' }],
])('an answer with %s is no success, and nothing is left at Cal.com', async (_what, data) => {
  const wish = start();
  await fault('edited-answer', { data });
  const { body } = await book(wish);
  expect(body).toMatchObject({ status: 'slot_taken', booked: false });
  expect(await standingAt(body.datetime)).toEqual([]);
});

test('an answer that names another customer’s booking cancels no booking', async () => {
  const first = await book(start());
  const wish = start();
  await fault('edited-answer', {
    data: { uid: first.body.booking_uid, start: '2027-01-04T09:00:00.000Z', metadata: {}, attendees: [] },
  });
  const { body } = await book(wish);
  expect(body.booked).toBe(false);
  expect(await standingAt(first.body.datetime)).toHaveLength(1);
});

test('a booking that came true although the caller heard "taken" is cancelled as soon as its news arrives', async () => {
  // The look-up comes to nothing.
  await fault('conflict-after-commit');
  await t.control('/faults', {
    match: { method: 'GET', path: '/v2/bookings' },
    times: 1,
    fault: { kind: 'status', status: 404, shape: 'E1', message: 'not there' },
  });
  const { body } = await book(start());
  expect(body.status).toBe('slot_taken');
  const [late] = await standingAt(body.datetime);
  expect(late).toBeDefined();
  await tell('BOOKING_CREATED', late!);
  await until(async () => (await standingAt(body.datetime)).length === 0);
  expect(await standingAt(body.datetime)).toEqual([]);
});

test('a cancellation that Cal.com only says it did is not told as done', async () => {
  const call = caller();
  const { body } = await book(start(), call);
  await fault('edited-answer', { data: { status: 'accepted' } }, '/v2/bookings/*/cancel');
  await t.control('/faults', {
    match: { method: 'GET', path: '/v2/bookings/*' },
    times: 1,
    fault: { kind: 'edited-answer', data: { status: 'accepted' } },
  });
  const cancelled = await t.tool('cancel_appointment', { appointment_id: body.appointment_id }, call);
  expect(cancelled.body.status).toBe('pending_confirmation');
});

test('a refusal stays a refusal when the same request comes again', async () => {
  const call = { ...caller(), tool_call_id: 'tc_refused' };
  const wish = start();
  await fault('status', { status: 400, message: 'Missing required booking field response: hair' });
  expect((await book(wish, call)).body).toMatchObject({ status: 'error', reason: 'missing_field' });
  expect((await book(wish, call)).body).toMatchObject({ status: 'error', reason: 'missing_field' });
});

test('the same wish with another address is another try', async () => {
  const call = caller();
  const wish = start();
  await fault('status', { status: 400, message: 'attendee.email cannot receive mail' });
  expect((await book(wish, call)).body).toMatchObject({ status: 'invalid_email', reason: 'invalid_email' });
  const again = await book({ ...wish, customer_email: 'erika@example.com' }, call);
  expect(again.body).toMatchObject({ status: 'booked', idempotent_replay: false });
});

test('a booking whose address Cal.com replaced is found all the same', async () => {
  const fields = [
    { slug: 'email', type: 'email', hidden: true },
    { slug: 'attendeePhoneNumber', type: 'phone', required: true },
  ];
  const patch = (bookingFields: object[]): Promise<Response> =>
    fetch(`${t.sandbox.controlUrl}/event-types/1001`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ bookingFields }),
    });
  const known = (await t.control('/event-types')) as { id: number; bookingFields: object[] }[];
  expect((await patch(fields)).status).toBe(200);
  await fault('error-after-commit');
  const { body } = await book({ ...start(), customer_email: 'erika@example.com' });
  await patch(known.find((one) => one.id === 1001)!.bookingFields);
  expect(body).toMatchObject({ status: 'booked', booked: true });
  expect(await standingAt(body.datetime)).toHaveLength(1);
});

describe('moved by the salon while its news got lost', () => {
  /** As a host does it in Cal.com: the gateway is not asked. */
  const moveAtCalcom = async (uid: string, startAt: string): Promise<void> => {
    const moved = await fetch(`${t.sandbox.url}/bookings/${uid}/reschedule`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'cal-api-version': '2024-08-13' },
      body: JSON.stringify({ start: startAt }),
    });
    expect(moved.status).toBe(201);
  };
  const hourLater = (datetime: string): string => new Date(Date.parse(datetime) + 3_600_000).toISOString();

  test('an appointment is cancelled where it is now', async () => {
    const call = caller();
    const { body } = await book({ ...start(), desired_time: '11:15' }, call);
    expect(body).toMatchObject({ status: 'booked' });
    await moveAtCalcom(body.booking_uid, hourLater(body.datetime));
    const cancelled = await t.tool('cancel_appointment', { appointment_id: body.appointment_id }, call);
    expect(cancelled.body.status).toBe('cancelled');
    expect(await standingAt(hourLater(body.datetime))).toEqual([]);
  });

  test('an appointment is moved from where it is now', async () => {
    const call = caller();
    const { body } = await book({ ...start(), desired_time: '11:45' }, call);
    await moveAtCalcom(body.booking_uid, hourLater(body.datetime));
    const date = (body.appointment_time as string).slice(0, 10);
    const moved = await t.tool(
      'reschedule_appointment',
      { appointment_id: body.appointment_id, new_date: date, new_time: '16:30' },
      call,
    );
    expect(moved.body).toMatchObject({ status: 'rescheduled', appointment_id: body.appointment_id });
    expect(await standingAt(hourLater(body.datetime))).toEqual([]);
    expect((await standingAt(moved.body.datetime)).map((one) => one.uid)).toContain(moved.body.booking_uid);
  });
});

test('a move whose answer leaves out what it came from is a move', async () => {
  const call = caller();
  const wish = start();
  const { body } = await book(wish, call);
  expect(body).toMatchObject({ status: 'booked' });
  await fault('edited-answer', { data: { rescheduledFromUid: null } }, '/v2/bookings/*/reschedule');
  const moved = await t.tool(
    'reschedule_appointment',
    { appointment_id: body.appointment_id, new_date: wish.desired_date, new_time: '17:30' },
    call,
  );
  expect(moved.body.status).toBe('rescheduled');
  expect((await standing()).map((one) => one.uid)).not.toContain(body.booking_uid);
});

test('a booking that no list shows is found by the uid that its news told', async () => {
  const call = caller();
  await fault('error-after-commit');
  await t.control('/faults', {
    match: { method: 'GET', path: '/v2/bookings' },
    times: 20,
    fault: { kind: 'status', status: 404, shape: 'E1', message: 'not there' },
  });
  const { body } = await book(start(), call);
  expect(body.status).toBe('pending_confirmation');
  const made = (await standingAt(body.datetime)).find((one) => one.metadata.call_id === call.call_id);
  await tell('BOOKING_CREATED', made!);
  await until(async () => {
    await t.gateway.parts.voice.settlement.sweep();
    const { body: said } = await t.tool('get_customer_appointments', {}, call);
    return said.appointments[0]?.status === 'booked';
  });
  const own = await t.tool('get_customer_appointments', {}, call);
  expect(own.body.appointments).toMatchObject([{ status: 'booked' }]);
});

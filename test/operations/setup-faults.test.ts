import request from 'supertest';
import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { until } from '../support/until';

let t: TestGateway;
beforeEach(async () => {
  t = await startTestGateway();
});
afterEach(() => t.stop());

let calls = 0;
const caller = (): { call_id: string; from_number: string } => ({
  call_id: `call_sf${(++calls).toString(16).padStart(8, '0')}feedbeef01234567`,
  from_number: `+4930${8000000 + calls}`,
});
// Ten bookings in a row are of different days, and none is too far ahead however often a test has asked.
const book = (service: string, call: object, day = 8 + (calls % 10)): ReturnType<TestGateway['tool']> => {
  const wish = { desired_date: openDay(day), desired_time: '10:00', customer_name: 'Erika Beispiel' };
  return t.tool('create_booking', { service_name: service, ...wish }, call);
};
/** Whether both event types ask for a field that the gateway has no value for. */
async function askForHair(required: boolean): Promise<void> {
  const known = (await t.control('/event-types')) as { id: number; bookingFields: { slug: string }[] }[];
  for (const { id, bookingFields } of known.filter((one) => one.id === 1001 || one.id === 1002)) {
    const others = bookingFields.filter((one) => one.slug !== 'hair');
    await patch(`/event-types/${id}`, { bookingFields: [...others, { slug: 'hair', type: 'text', required }] });
  }
}
const patch = (path: string, body: object): Promise<Response> =>
  fetch(`${t.sandbox.controlUrl}${path}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const answers = (status: number, message: string): Promise<unknown> =>
  t.control('/faults', { match: { path: '/v2/*' }, times: 1000, fault: { kind: 'status', status, message } });
const cured = (): Promise<unknown> => fetch(`${t.sandbox.controlUrl}/faults`, { method: 'DELETE' });

type Row = Record<string, unknown>;
const list = async (path: string): Promise<Row[]> => {
  const { body } = await request(t.gateway.server)
    .get(`/api/admin${path}`)
    .set('authorization', `Bearer ${ADMIN_TOKEN}`);
  return body.data as Row[];
};
const alerts = async (open: boolean): Promise<Row[]> =>
  (await list(`/alerts?open=${open}`)).filter((one) => one.kind === 'calcom_setup' || one.kind === 'no_openings');
const reviews = (status: string): Promise<Row[]> => list(`/manual-reviews?status=${status}`);
const refusals = async (): Promise<string[]> => {
  const found = await t.gateway.parts.admin.checks.run(null);
  return found.filter((one) => one.id.startsWith('calcom_refusal:')).map((one) => one.id);
};

test('a new required field raises one alert with what to do, one review with the callers, and a line in check-setup', async () => {
  await askForHair(true);
  const people = [caller(), caller(), caller()];
  for (const one of people) expect((await book('Herrenhaarschnitt', one)).body.booked).toBe(false);
  await until(async () => (await reviews('open')).length > 0 && (await alerts(true))[0]?.occurrences === 3);
  const open = await alerts(true);
  expect(open).toEqual([
    expect.objectContaining({
      kind: 'calcom_setup',
      severity: 'critical',
      occurrences: 3,
      message: expect.stringMatching(/required booking field.*event type 1001.*hair/),
      message_de: expect.stringContaining('Pflichtfeld'),
      what_to_do: expect.stringContaining('booking_field_defaults'),
      what_to_do_de: expect.stringContaining('freiwillig'),
    }),
  ]);
  await until(async () => JSON.stringify(await reviews('open')).includes(people[2]!.from_number));
  const [review, ...others] = await reviews('open');
  expect(others).toEqual([]);
  expect(review).toMatchObject({ kind: 'calcom_setup', company_id: open[0]!.company_id });
  expect(review!.detail).toMatchObject({
    callers: people.map((one) => ({ phone: one.from_number, call_id: one.call_id, tool: 'create_booking' })),
  });
  expect(await refusals()).toEqual(['calcom_refusal:missing_field']);
});

test('alert, review and line close only when each operation that was refused has worked again', async () => {
  await askForHair(true);
  await book('Herrenhaarschnitt', caller());
  await book('Damenhaarschnitt', caller());
  await until(async () => (await alerts(true))[0]?.occurrences === 2 && (await reviews('open')).length > 0);
  await askForHair(false);
  expect((await book('Herrenhaarschnitt', caller())).body.booked).toBe(true);
  expect(await alerts(true)).toHaveLength(1);
  expect((await book('Damenhaarschnitt', caller())).body.booked).toBe(true);
  await until(async () => (await reviews('open')).length === 0);
  expect(await alerts(true)).toEqual([]);
  expect(await reviews('resolved')).toMatchObject([{ resolved_by: 'gateway' }]);
  expect(await refusals()).toEqual([]);
  await askForHair(true);
  await book('Herrenhaarschnitt', caller());
  await until(async () => (await alerts(true)).length === 1);
  expect(await alerts(true)).toHaveLength(1);
});

test.each([
  ['a refused key', 401, 'Invalid API key', 'calcom_refusal:key_refused'],
  ['a deleted event type', 404, 'Event type with id 1001 not found', 'calcom_refusal:event_type_gone'],
  ['missing rights', 403, 'Forbidden resource', 'calcom_refusal:rights_missing'],
])('%s while listing starts is reported until starts are listed again', async (_what, status, message, line) => {
  await answers(status, message);
  const call = caller();
  await t.tool('check_availability', { service_name: 'Herrenhaarschnitt', desired_date: openDay(5) }, call);
  await until(async () => (await alerts(true)).length > 0 && (await reviews('open')).length > 0);
  expect(JSON.stringify((await reviews('open'))[0]!.detail)).toContain(call.from_number);
  await cured();
  if (status !== 401) expect(await refusals()).toEqual([line]);
  await until(async () => {
    // A failure is shared with the callers of the next moments.
    await t.tool('check_availability', { service_name: 'Herrenhaarschnitt', desired_date: openDay(6) }, caller());
    return (await alerts(true)).length === 0;
  });
  expect(await alerts(true)).toEqual([]);
  expect(await alerts(false)).toHaveLength(1);
});

test('missing rights for a write are reported as such, with the caller who met them', async () => {
  const call = caller();
  expect((await book('Herrenhaarschnitt', call)).body.booked).toBe(true);
  await t.control('/faults', {
    match: { method: 'POST', path: '/v2/bookings/*/cancel' },
    fault: { kind: 'status', status: 403, message: 'Forbidden resource' },
  });
  expect((await t.tool('cancel_appointment', {}, call)).body).toMatchObject({ success: false, status: 'error' });
  await until(async () => (await reviews('open')).length > 0 && (await alerts(true)).length > 0);
  expect(await alerts(true)).toEqual([
    expect.objectContaining({ message_de: expect.stringContaining('fehlen bei Cal.com die Rechte') as string }),
  ]);
  expect(await reviews('open')).toEqual([
    expect.objectContaining({
      subject_id: 'rights_missing',
      detail: { callers: [expect.objectContaining({ phone: call.from_number, call_id: call.call_id })] },
    }),
  ]);
});

test('two weeks without a single start are reported', async () => {
  await patch('/event-types/1001', { scheduleId: null, hosts: [] });
  await t.tool('check_availability', { service_name: 'Herrenhaarschnitt', desired_date: openDay(3) }, caller());
  await until(async () => (await alerts(true)).length > 0);
  expect(await alerts(true)).toEqual([
    expect.objectContaining({
      kind: 'no_openings',
      severity: 'warning',
      message: expect.stringContaining('event type 1001'),
    }),
  ]);
});

describe('a refusal that comes after the caller heard that the booking is being confirmed', () => {
  beforeEach(async () => {
    await t.stop();
    t = await startTestGateway({ env: { VOICE_WRITE_DEADLINE_MS: '2000' } });
    const late = { match: { method: 'POST', path: '/v2/bookings' }, fault: { kind: 'delay', delayMs: 2600 } };
    await t.control('/faults', late);
  });

  test('is reviewed with that caller, who is called back', async () => {
    await askForHair(true);
    const call = caller();
    expect((await book('Herrenhaarschnitt', call)).body.status).toBe('pending_confirmation');
    await until(async () => (await reviews('open')).length > 0);
    expect((await reviews('open'))[0]?.detail).toEqual({
      callers: [
        { phone: call.from_number, call_id: call.call_id, tool: 'create_booking', at: expect.any(String) as string },
      ],
    });
    await until(async () => (await list('/callbacks')).length > 0);
    expect(await list('/callbacks')).toEqual([
      expect.objectContaining({
        phone: call.from_number,
        priority: 'urgent',
        reason: expect.stringMatching(/ein Pflichtfeld der Buchung ist leer/) as string,
      }),
    ]);
  });
});

test('what a caller can cure raises nothing', async () => {
  await t.control('/faults', {
    match: { method: 'POST', path: '/v2/bookings' },
    times: 1,
    fault: { kind: 'status', status: 400, message: 'attendee.email cannot receive mail' },
  });
  expect((await book('Herrenhaarschnitt', caller())).body.status).toBe('invalid_email');
  expect(await alerts(true)).toEqual([]);
  expect(await reviews('open')).toEqual([]);
});

import { openDay, startTestGateway, type TestCall, type TestGateway, toolBody } from '../support/gateway';

/** Who is on the phone and what was really asked: further cases of each kind, told apart over HTTP. */
let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

const LINE = '+493012345678';
let people = 0;
const caller = (more: Partial<TestCall> = {}): Partial<TestCall> & { call_id: string } => {
  people += 1;
  const call_id = `call_ca${people.toString(16).padStart(8, '0')}feedbeef01234567`;
  return { call_id, from_number: `+4917612${340_000 + people}`, ...more };
};
const wish = (day: number, time: string, more: object = {}): Record<string, unknown> => ({
  ...{ service_name: 'Herrenhaarschnitt', desired_date: openDay(day), desired_time: time, ...more },
});
const fault = (path: string, status: number, message: string): Promise<unknown> =>
  t.control('/faults', { match: { method: 'POST', path }, times: 1, fault: { kind: 'status', status, message } });

describe('identity', () => {
  const outbound = (to_number: string): Partial<TestCall> =>
    caller({ direction: 'outbound', from_number: LINE, to_number });

  test('on outbound calls two customers stay two, and one is known when calling back', async () => {
    const booked = await t.tool(
      'create_booking',
      wish(2, '09:00', { customer_name: 'Ottilie Aus' }),
      outbound('+4917699000001'),
    );
    expect(booked.body.status).toBe('booked');
    const other = await t.tool('check_customer', {}, outbound('+4917699000002'));
    expect(other.body).toMatchObject({ status: 'new_customer', customer: { phone: '+4917699000002', name: null } });
    for (const from_number of ['+4917699000001', 'sip:+4917699000001@trunk.example']) {
      const back = await t.tool('check_customer', {}, caller({ from_number }));
      expect(back.body).toMatchObject({ status: 'found', customer: { name: 'Ottilie Aus' } });
    }
  });

  test.each<[string, Partial<TestCall>]>([
    ['the salon called by its own line', { direction: 'outbound', from_number: LINE, to_number: LINE }],
    ['a call forwarded under the own line', { from_number: LINE }],
    ['a number that is restricted in words', { from_number: 'Restricted' }],
  ])('%s is no customer', async (_what, ends) => {
    expect((await t.tool('check_customer', {}, caller(ends))).body.status).toBe('anonymous');
    expect((await t.tool('get_customer_appointments', {}, caller(ends))).body.status).toBe('not_allowed');
  });
});

test.each<[string, 'de' | 'en', string, string]>([
  ['Herr Dr. Max Weber', 'de', 'booked', '09:00'],
  ['Weber, Max', 'en', 'booked', '10:00'],
  ['Max Weber junior', 'de', 'confirm_second_booking', '11:00'],
  ['Maxi Weber', 'en', 'confirm_second_booking', '13:00'],
])('after Max Weber, %s in %s under the same number is %s', async (customer_name, language, status, time) => {
  const call = caller();
  const start = wish(3, time);
  await t.tool('create_booking', { ...start, customer_name: 'Max Weber' }, call);
  const { body } = await t.tool(
    'create_booking',
    { ...start, customer_name },
    { ...call, call_id: caller().call_id, language },
  );
  expect(body.status).toBe(status);
  expect(body.message).toContain('Max Weber');
});

test('a yes answers only the question that was put, and a move settles a change of mind', async () => {
  const call = caller();
  const name = { customer_name: 'Vera Wechsel' };
  await t.tool('create_booking', wish(4, '09:00', name), call);
  expect((await t.tool('create_booking', wish(5, '09:00', name), call)).body.status).toBe('confirm_second_booking');
  const other = await t.tool('create_booking', wish(5, '11:00', { ...name, confirm: true }), call);
  expect(other.body).toMatchObject({ status: 'confirm_second_booking', booked: false });
  const beard = await t.tool('create_booking', wish(4, '13:00', { ...name, service_name: 'Bartpflege' }), call);
  expect(beard.body.status).toBe('booked');
  const moved = await t.tool(
    'reschedule_appointment',
    { service_name: 'Herrenhaarschnitt', new_date: openDay(5), new_time: '09:00' },
    call,
  );
  expect(moved.body.status).toBe('rescheduled');
});

test('the same words after a move and after a cancellation are new questions', async () => {
  const call = caller();
  const name = { customer_name: 'Nora Noch' };
  await t.tool('create_booking', wish(6, '09:00', name), call);
  await t.tool('reschedule_appointment', { new_date: openDay(6), new_time: '11:00' }, call);
  const again = await t.tool('create_booking', wish(6, '09:00', name), call);
  expect(again.body).toMatchObject({ status: 'confirm_second_booking', reason: 'already_booked_in_call' });
  await t.tool('cancel_appointment', {}, call);
  const { body } = await t.tool('create_booking', wish(6, '11:00', name), call);
  expect(body).toMatchObject({ status: 'booked', idempotent_replay: false });
});

test.each([
  ['0176 12', /null eins sieben sechs, eins zwei verstanden/],
  ['911', /neun eins eins verstanden/],
])('the number %s is asked about in groups and never completed', async (customer_phone, heard) => {
  const { body } = await t.tool(
    'create_booking',
    wish(7, '09:00', { customer_name: 'Nina Neu', customer_phone }),
    caller(),
  );
  expect(body).toMatchObject({ status: 'invalid_phone', booked: false });
  expect(body.message).toMatch(heard);
});

test.each([
  [{ desired_time: '25:99' }, 'invalid_time'],
  [{ desired_time: 'blaue Stunde' }, 'invalid_time'],
  [{ desired_date: '99.99.', desired_time: '10:00' }, 'invalid_date'],
])('the field that was not understood is the one asked about: %j', async (said, status) => {
  const { body } = await t.tool('check_availability', wish(9, '', said), caller());
  expect(body).toMatchObject({ status, suggested_date: status === 'invalid_time' ? openDay(9) : null });
});

test.each([
  [
    'create_booking',
    '/v2/bookings',
    400,
    'Attendee reached the maximum number of active bookings (3).',
    'limit_reached',
  ],
  ['create_booking', '/v2/bookings', 403, 'Email is in the blacklist', 'not_allowed'],
  [
    'cancel_appointment',
    '/v2/bookings/*/cancel',
    400,
    'Cannot cancel a booking that has already ended',
    'not_changeable',
  ],
  ['reschedule_appointment', '/v2/bookings/*/reschedule', 400, 'Within the minimum notice period', 'not_changeable'],
])('%s hears %s %i “%s” as %s', async (tool, path, code, words, status) => {
  const call = caller();
  const start = wish(10, tool === 'cancel_appointment' ? '09:00' : '11:00', { customer_name: 'Rita Regel' });
  if (tool !== 'create_booking')
    expect((await t.tool('create_booking', { ...start }, call)).body.status).toBe('booked');
  await fault(path, code, words);
  const args =
    tool === 'create_booking'
      ? start
      : tool === 'cancel_appointment'
        ? {}
        : { new_date: openDay(11), new_time: '10:00' };
  const { body } = await t.tool(tool, args, call);
  expect(body).toMatchObject({ success: false, status });
  expect(body.message).toMatch(/\?$/);
});

test("the predecessor's other spellings lead through a whole call at the dispatcher", async () => {
  const call = caller();
  const ask = async (name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> =>
    (await t.post('/api/webhooks/retell/function', toolBody(name, args, call))).body as Record<string, unknown>;
  const day = openDay(12);
  const german = day.split('-').reverse().join('.');
  const steps: [string, Record<string, unknown>, object][] = [
    ['initialize_call_v4', { call_id: '{{call_id}}' }, { status: 'ok', customer: { name: null } }],
    ['get_alternatives', { service_name: 'Färben', preferred_date: day, call_id: 'None' }, { status: 'found' }],
    [
      'start_booking',
      { datetime: `${german} 10:00`, customer_name: 'Karl Kern', service_name: 'Färben' },
      { status: 'booked' },
    ],
    ['query_appointment_by_name', { customer_name: 'Karl Kern', call_id: '12345' }, { status: 'found' }],
    [
      'reschedule_appointment',
      { new_datum: day, new_uhrzeit: '12:00', call_id: 'call_001' },
      { status: 'rescheduled' },
    ],
    [
      'confirm_booking',
      { call_id: 'current' },
      { status: 'booked', datetime: expect.stringContaining(`${day}T12:00`) },
    ],
    ['release_slot_reservation', {}, { status: 'nothing_held' }],
    ['cancel_appointment', { call_id: 'null' }, { status: 'cancelled', data: { status: 'cancelled' } }],
  ];
  for (const [name, args, answer] of steps) expect(await ask(name, args)).toMatchObject(answer);
});

test('three wishes in one breath begin with the first, and refused names are asked for', async () => {
  const call = caller();
  const three = { service_name: 'Färben, Schneiden und Bart' };
  const { body } = await t.tool('check_availability', wish(13, '09:00', three), call);
  expect(body).toMatchObject({ status: 'available', service: { name: 'Färben' } });
  expect(body.message).toMatch(/zuerst Färben, danach Herrenhaarschnitt oder Damenhaarschnitt und Bartpflege/);
  const unnamed = await t.tool(
    'create_booking',
    wish(13, '09:00', { ...three, customer_name: 'geht Sie nichts an' }),
    call,
  );
  expect(unnamed.body).toMatchObject({ status: 'invalid_name', booked: false });
});

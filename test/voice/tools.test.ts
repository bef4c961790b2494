import { openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { expectDocumented } from '../support/openapi-validator';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

const day = openDay(2);
let number = 0;
/** A caller of one's own, so that tests do not share customers. */
const from = (): string => `+4930${9000000 + number++}`;
let calls = 0;
const callId = (): string => `call_${(++calls).toString(16).padStart(8, '0')}feedbeef0123456789`;

describe('a caller asks, books, moves and cancels', () => {
  const call = { call_id: callId(), from_number: from() };
  let appointment = '';

  test('the agent learns where it is, before anything was said', async () => {
    const { body } = await t.tool('current_context', {}, call);
    expect(body).toMatchObject({
      success: true,
      status: 'ok',
      business_name: 'Salon Sonnenschein',
      customer: { status: 'new_customer' },
    });
    expect(body.services.map((service: { name: string }) => service.name).sort()).toEqual([
      'Bartpflege',
      'Damenhaarschnitt',
      'Färben',
      'Herrenhaarschnitt',
    ]);
    expect(body.current_time.timezone).toBe('Europe/Berlin');
  });

  test('a free start is said to be free', async () => {
    const { body } = await t.tool(
      'check_availability',
      { service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: '14:00' },
      call,
    );
    expect(body).toMatchObject({
      success: true,
      status: 'available',
      available: true,
      requested_time: `${day} 14:00`,
      alternatives: [],
      stale: false,
      call_id: call.call_id,
    });
    expect(body.message).toMatch(/vierzehn Uhr/);
    expect(body.message).not.toMatch(/gebucht/);
  });

  test('"um 15 Uhr dann" means the day just talked about', async () => {
    const { body } = await t.tool(
      'check_availability',
      { service_name: 'Herrenhaarschnitt', desired_time: 'um 15 Uhr dann' },
      call,
    );
    expect(body).toMatchObject({ status: 'available', requested_time: `${day} 15:00` });
  });

  test('a booking stands at Cal.com and in the ledger, for exactly that start', async () => {
    const { body } = await t.tool(
      'create_booking',
      { service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: '14:00', customer_name: 'Erika Beispiel' },
      call,
    );
    expect(body).toMatchObject({
      success: true,
      status: 'booked',
      booked: true,
      appointment_time: `${day} 14:00`,
      idempotent_replay: false,
      alternatives: [],
    });
    appointment = body.appointment_id;
    const bookings = (await t.control('/bookings')) as
      { bookings?: { uid: string; start: string }[] } | { uid: string; start: string }[];
    const list = Array.isArray(bookings) ? bookings : (bookings.bookings ?? []);
    expect(list.filter((one) => one.uid === body.booking_uid)).toHaveLength(1);
  });

  test('the same wish again is the same booking', async () => {
    const { body } = await t.tool(
      'create_booking',
      { service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: '14:00', customer_name: 'Erika Beispiel' },
      call,
    );
    expect(body).toMatchObject({ status: 'booked', appointment_id: appointment, idempotent_replay: true });
  });

  test('the caller is known from now on', async () => {
    const { body } = await t.tool('check_customer', {}, { from_number: call.from_number });
    expect(body).toMatchObject({
      status: 'found',
      customer_exists: true,
      customer: { name: 'Erika Beispiel', first_name: 'Erika' },
    });
  });

  test('the appointment is listed', async () => {
    const { body } = await t.tool('get_customer_appointments', {}, { from_number: call.from_number });
    expect(body).toMatchObject({ status: 'found', appointment_count: 1 });
    expect(body.appointments[0]).toMatchObject({
      id: appointment,
      date: day,
      time: '14:00',
      service: 'Herrenhaarschnitt',
      status: 'booked',
    });
  });

  test('it moves natively and keeps its identity, with a new uid', async () => {
    const { body } = await t.tool(
      'reschedule_appointment',
      { new_date: day, new_time: '14:30' },
      { from_number: call.from_number },
    );
    expect(body).toMatchObject({
      status: 'rescheduled',
      rescheduled: true,
      appointment_id: appointment,
      new_time: `${day} 14:30`,
      old_time: `${day} 14:00`,
    });
  });

  test('it is cancelled once, and a repeat says so again', async () => {
    const first = await t.tool(
      'cancel_appointment',
      { appointment_date: day, reason: 'keine Zeit' },
      { ...call, tool_call_id: 'tc_cancel' },
    );
    expect(first.body).toMatchObject({ status: 'cancelled', cancelled: true, appointment_id: appointment });
    const list = await t.tool('get_customer_appointments', {}, { from_number: call.from_number });
    expect(list.body).toMatchObject({ status: 'none_found', appointment_count: 0 });
  });
});

test('a start that is taken is answered with alternatives that Cal.com listed', async () => {
  const times = { service_name: 'Damenhaarschnitt', desired_date: openDay(3), desired_time: '11:00' };
  for (let host = 0; host < 2; host++) {
    const { body } = await t.tool(
      'create_booking',
      { ...times, customer_name: 'Anna Muster' },
      { from_number: from() },
    );
    expect(body.status).toBe('booked');
  }
  const { body } = await t.tool('create_booking', { ...times, customer_name: 'Berta Muster' }, { from_number: from() });
  expect(body).toMatchObject({ success: true, status: 'slot_taken', booked: false, appointment_id: null });
  expect(body.alternatives).toHaveLength(2);
  expect(body.message).toMatch(/Alternativen/);
  expect(body.message).not.toMatch(/gebucht/);
  const check = await t.tool('check_availability', times);
  expect(check.body).toMatchObject({ success: true, status: 'unavailable', available: false });
  for (const alternative of check.body.alternatives) {
    expect(Object.keys(alternative).sort()).toEqual([
      'date',
      'datetime',
      'description',
      'spoken',
      'strategy',
      'time',
      'type',
    ]);
    expect(alternative.datetime).not.toBe(check.body.datetime);
  }
});

test('a booking for another person does not rename the caller', async () => {
  const caller = from();
  await t.tool(
    'create_booking',
    { service_name: 'Bartpflege', desired_date: openDay(4), desired_time: '10:00', customer_name: 'Karl Groß' },
    { from_number: caller },
  );
  const other = await t.tool(
    'create_booking',
    { service_name: 'Bartpflege', desired_date: openDay(4), desired_time: '12:00', customer_name: 'Ludwig Klein' },
    { from_number: caller },
  );
  expect(other.body.status).toBe('booked');
  const { body } = await t.tool('check_customer', {}, { from_number: caller });
  expect(body.customer.name).toBe('Karl Groß');
});

test('anonymous callers may book and touch only what was made in the same call', async () => {
  const call = { call_id: callId(), from_number: 'anonymous' };
  const booked = await t.tool(
    'create_booking',
    { service_name: 'Bartpflege', desired_date: openDay(5), desired_time: '10:00', customer_name: 'Wer Auchimmer' },
    call,
  );
  expect(booked.body.status).toBe('booked');
  const other = await t.tool(
    'cancel_appointment',
    { appointment_date: openDay(5) },
    { call_id: callId(), from_number: 'anonymous' },
  );
  expect(other.body).toMatchObject({ success: false, status: 'not_allowed', appointment_id: null });
  const own = await t.tool('cancel_appointment', { appointment_date: openDay(5) }, call);
  expect(own.body.status).toBe('cancelled');
});

test("another customer's appointment is out of reach, not even by its id", async () => {
  const booked = await t.tool(
    'create_booking',
    { service_name: 'Färben', desired_date: openDay(6), desired_time: '10:00', customer_name: 'Eva Eins' },
    { from_number: from() },
  );
  const { body } = await t.tool(
    'cancel_appointment',
    { appointment_id: booked.body.appointment_id },
    { from_number: from() },
  );
  expect(body.status).toBe('not_found');
});

test('two-step collection repeats the details and books exactly those', async () => {
  const call = { call_id: callId(), from_number: from() };
  const details = { dienstleistung: 'Herrenhaarschnitt', datum: openDay(7), uhrzeit: '16:00', name: 'Hans Halb' };
  const first = await t.tool('collect_appointment', details, call);
  expect(first.body).toMatchObject({ status: 'available', awaiting_confirmation: true, booked: false });
  const second = await t.tool('collect_appointment', { bestaetigung: true }, call);
  expect(second.body).toMatchObject({ status: 'booked', booked: true, appointment_time: `${openDay(7)} 16:00` });
});

test('a reserved start is not available to others until it is released, host by host', async () => {
  const wish = { service_name: 'Färben', desired_date: openDay(8), desired_time: '15:00' };
  const holders = [callId(), callId()];
  const uids: string[] = [];
  for (const call_id of holders) {
    const { body } = await t.tool('reserve_slot', wish, { call_id, from_number: from() });
    expect(body).toMatchObject({ status: 'reserved', reserved: true });
    uids.push(body.reservation_uid);
  }
  const third = await t.tool('check_availability', wish, { from_number: from() });
  expect(third.body.status).toBe('unavailable');
  const mine = await t.tool('check_availability', wish, { call_id: holders[0]! });
  expect(mine.body.status).toBe('available');
  await t.tool('release_slot_reservation', { reservation_uid: uids[0] }, { call_id: holders[0]! });
  const again = await t.tool('check_availability', wish, { from_number: from() });
  expect(again.body.status).toBe('available');
});

test('English is spoken when the call asks for it', async () => {
  const { body } = await t.tool(
    'check_availability',
    { service_name: "men's haircut", desired_date: openDay(9), desired_time: 'half past two' },
    { language: 'en' },
  );
  expect(body).toMatchObject({ status: 'available', requested_time: `${openDay(9)} 14:30` });
  expect(body.message).toMatch(/half past two/);
});

test('a day far ahead is asked about once, and meant when it is said again', async () => {
  const call = { call_id: callId(), from_number: from() };
  const far = new Date(Date.now() + 300 * 86_400_000).toISOString().slice(0, 10);
  const wish = { service_name: 'Herrenhaarschnitt', desired_date: far, desired_time: '10:00' };
  const first = await t.tool('check_availability', wish, call);
  expect(first.body).toMatchObject({ success: false, status: 'confirm_date', suggested_date: far });
  const second = await t.tool('check_availability', wish, call);
  expect(second.body.status).toBe('unavailable');
});

describe('input without any meaning', () => {
  test.each([
    ['no service', { desired_date: day, desired_time: '10:00' }, 'missing_fields'],
    ['no date', { service_name: 'Herrenhaarschnitt', desired_time: '' }, 'missing_fields'],
    ['an unknown service', { service_name: 'Ölwechsel', desired_date: day }, 'unknown_service'],
    ['one of several services', { service_name: 'Haarschnitt', desired_date: day }, 'ambiguous_service'],
    ['a day that does not exist', { service_name: 'Herrenhaarschnitt', desired_date: '31. Februar' }, 'invalid_date'],
    [
      'an hour that does not exist',
      { service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: '25:00' },
      'invalid_time',
    ],
    [
      'a day gone by',
      { service_name: 'Herrenhaarschnitt', desired_date: 'gestern', desired_time: '10:00' },
      'past_time',
    ],
    ['null for everything', { service_name: null, desired_date: null, desired_time: null }, 'missing_fields'],
  ])('%s is a sentence and costs no request', async (_name, args, status) => {
    const before = ((await t.control('/counters')) as { requestsTotal: number }).requestsTotal;
    const response = await t.tool('check_availability', args);
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({ success: false, status });
    expect(response.body.message).toMatch(/\p{L}{3}.*[.?!]$/u);
    expect(((await t.control('/counters')) as { requestsTotal: number }).requestsTotal).toBe(before);
  });

  test.each(['check_availability', 'find_alternatives', 'find_next_available', 'create_booking', 'reserve_slot'])(
    '%s asks for the person when no one of that name works there',
    async (tool) => {
      const wish = { service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: '10:00', staff: 'Łukasz' };
      const response = await t.tool(tool, wish);
      expect(response.body).toMatchObject({
        status: 'missing_fields',
        missing_fields: ['staff'],
        reason: 'unknown_staff',
      });
      expectDocumented(response);
    },
  );

  test('nothing is booked without a name', async () => {
    const { body } = await t.tool(
      'create_booking',
      { service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: '10:00' },
      { from_number: from() },
    );
    expect(body).toMatchObject({
      success: false,
      status: 'missing_fields',
      missing_fields: ['customer_name'],
      booked: false,
    });
  });

  test('an unknown number is an error and never a default', async () => {
    const { body } = await t.tool(
      'check_availability',
      { service_name: 'Herrenhaarschnitt' },
      { to_number: '+4940123456', agent_id: 'agent_unknown' },
    );
    expect(body).toMatchObject({ success: false, status: 'unknown_tenant' });
  });
});

import { openDay, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

let calls = 0;
const caller = (): { call_id: string; from_number: string } => {
  calls += 1;
  return {
    call_id: `call_${calls.toString(16).padStart(8, '0')}cafecafe0123456789`,
    from_number: `+4930${8000000 + calls}`,
  };
};

describe('a yes with a new wish in it', () => {
  const details = { dienstleistung: 'Herrenhaarschnitt', datum: openDay(2), uhrzeit: '11:00', name: 'Ida Ideal' };

  test('books the time said with it, never the one summed up before', async () => {
    const call = caller();
    await t.tool('collect_appointment', details, call);
    const { body } = await t.tool('collect_appointment', { uhrzeit: '11:30', bestaetigung: true }, call);
    expect(body).toMatchObject({ status: 'booked', appointment_time: `${openDay(2)} 11:30` });
  });

  test('asks again when it names another service', async () => {
    const call = caller();
    await t.tool('collect_appointment', { ...details, uhrzeit: '15:00' }, call);
    const { body } = await t.tool('collect_appointment', { dienstleistung: 'Bartpflege', bestaetigung: true }, call);
    expect(body).toMatchObject({ status: 'missing_fields', booked: false });
  });

  test('books what was summed up when it only repeats the service', async () => {
    const call = caller();
    await t.tool('collect_appointment', { ...details, uhrzeit: '16:00' }, call);
    const { body } = await t.tool(
      'collect_appointment',
      { dienstleistung: 'Herrenhaarschnitt', bestaetigung: true },
      call,
    );
    expect(body).toMatchObject({ status: 'booked', appointment_time: `${openDay(2)} 16:00` });
    expect(body.message).toMatch(/Ida Ideal/);
  });
});

describe('one of the times just read out', () => {
  const wish = { service_name: 'Damenhaarschnitt', desired_date: openDay(3), desired_time: '11:00' };
  beforeAll(async () => {
    for (const customer_name of ['Erna Erste', 'Zita Zweite'])
      await t.tool('create_booking', { ...wish, customer_name }, caller());
  });

  test.each([
    ['den zweiten', 1],
    ['nehme ich das erste bitte', 0],
    ['die zweite Option', 1],
    ['the second one', 1],
  ])('is meant by "%s"', async (said, place) => {
    const call = caller();
    const offered = await t.tool('check_availability', wish, call);
    expect(offered.body.status).toBe('unavailable');
    const { body } = await t.tool('check_availability', { desired_time: said }, call);
    expect(body).toMatchObject({ status: 'available', datetime: offered.body.alternatives[place].datetime });
  });

  test('is distinguished by "das spätere"', async () => {
    const call = caller();
    const offered = await t.tool('check_availability', wish, call);
    const starts = offered.body.alternatives.map((one: { datetime: string }) => one.datetime).sort();
    const { body } = await t.tool('create_booking', { datetime: 'das spätere', customer_name: 'Susi Spät' }, call);
    expect(body).toMatchObject({ status: 'booked', datetime: starts[1] });
  });

  test('is not meant before anything was offered', async () => {
    const { body } = await t.tool('check_availability', { ...wish, desired_date: null, desired_time: 'das spätere' });
    expect(body.status).toBe('invalid_time');
  });
});

describe("the caller's own appointment", () => {
  test('is said to be their own when they ask whether its time is free', async () => {
    const wish = { service_name: 'Färben', desired_date: openDay(12), desired_time: '10:00' };
    const call = caller();
    const own = await t.tool('create_booking', { ...wish, customer_name: 'Olga Eigen' }, call);
    await t.tool('create_booking', { ...wish, customer_name: 'Petra Anders' }, caller());
    expect(own.body.status).toBe('booked');
    const { body } = await t.tool('check_availability', wish, call);
    expect(body).toMatchObject({
      status: 'unavailable',
      reason: 'has_existing_appointment',
      existing_appointment_id: own.body.appointment_id,
      existing_appointment_time: `${openDay(12)} 10:00`,
    });
    expect(body.message).toMatch(/Ihr eigener Termin/);
    const other = await t.tool('check_availability', wish, caller());
    expect(other.body).toMatchObject({ reason: 'slot_not_available', existing_appointment_id: null });
  });

  test.each([
    ['another time of its day', { appointment_date: openDay(5), appointment_time: '16:00' }],
    ['another day', { appointment_date: openDay(6) }],
    ['an id that is not theirs', { appointment_id: '3fa85f64-5717-4562-b3fc-2c963f66afa6' }],
  ])('is not cancelled for %s, but named', async (_what, args) => {
    const call = caller();
    const wish = { service_name: 'Bartpflege', desired_date: openDay(5), desired_time: '10:00' };
    await t.tool('create_booking', { ...wish, customer_name: 'Nora Nenn' }, call);
    const { body } = await t.tool('cancel_appointment', args, call);
    expect(body).toMatchObject({ status: 'not_found', cancelled: false });
    expect(body.appointments).toHaveLength(1);
    expect(body.message).toMatch(/zehn Uhr/);
    const { body: cancelled } = await t.tool('cancel_appointment', { appointment_date: openDay(5) }, call);
    expect(cancelled.status).toBe('cancelled');
  });

  test('is found by its service, and moved by an hour or to the same time of another day', async () => {
    const call = caller();
    const on = { desired_date: openDay(7), customer_name: 'Mia Multi' };
    await t.tool('create_booking', { ...on, service_name: 'Herrenhaarschnitt', desired_time: '10:00' }, call);
    await t.tool('create_booking', { ...on, service_name: 'Bartpflege', desired_time: '15:00' }, call);
    const which = await t.tool('reschedule_appointment', { new_time: '12:00' }, call);
    expect(which.body).toMatchObject({ status: 'multiple_found' });
    expect(which.body.message).toMatch(/Herrenhaarschnitt.*Bartpflege/);
    const later = await t.tool(
      'reschedule_appointment',
      { service_name: 'Bartpflege', new_time: 'eine Stunde später' },
      call,
    );
    expect(later.body).toMatchObject({ status: 'rescheduled', new_time: `${openDay(7)} 16:00` });
    const moved = await t.tool(
      'reschedule_appointment',
      { service_name: 'Herrenhaarschnitt', new_date: openDay(8), new_time: 'gleiche Uhrzeit' },
      call,
    );
    expect(moved.body).toMatchObject({ status: 'rescheduled', new_time: `${openDay(8)} 10:00` });
  });

  test('does not move onto a start that is reserved for another caller', async () => {
    const wish = { service_name: 'Färben', desired_date: openDay(9), desired_time: '15:00' };
    for (const holder of [caller(), caller()]) await t.tool('reserve_slot', wish, holder);
    const call = caller();
    await t.tool('create_booking', { ...wish, desired_time: '10:00', customer_name: 'Rita Rücken' }, call);
    const { body } = await t.tool('reschedule_appointment', { new_date: openDay(9), new_time: '15:00' }, call);
    expect(body).toMatchObject({ status: 'slot_taken', rescheduled: false });
  });
});

test('a stretch of days is read back as one, with its last day', async () => {
  const { body } = await t.tool('parse_date', { date: 'nächste Woche' });
  expect(body).toMatchObject({ status: 'ok', time: null });
  expect(body.range_end > body.date).toBe(true);
  expect(body.message).toMatch(/von Montag.*bis Sonntag/);
});

test('a wish for a time of day is answered and read back as a window', async () => {
  const { body } = await t.tool('parse_date', { date: 'morgen', time: 'zwischen 14 und 16 Uhr' });
  expect(body).toMatchObject({ status: 'ok', time: null, range_end: null, window: { from: '14:00', to: '16:00' } });
  expect(body.message).toMatch(/morgen, .*, zwischen vierzehn Uhr und sechzehn Uhr\. Ist das richtig\?/);
  const open = await t.tool('parse_date', { date: 'nächste Woche', time: 'ab 16 Uhr' });
  expect(open.body).toMatchObject({ status: 'ok', window: { from: '16:00', to: null } });
  expect(open.body.message).toMatch(/bis Sonntag.*, ab sechzehn Uhr/);
  const timed = await t.tool('parse_date', { date: 'morgen', time: '14 Uhr' });
  expect(timed.body).toMatchObject({ time: '14:00', window: null });
});

test('a day with a time that is not understood is said back, and only the time is asked for', async () => {
  const call = caller();
  const { body } = await t.tool('parse_date', { date: 'morgen', time: 'Banane' }, call);
  expect(body).toMatchObject({ status: 'invalid_time' });
  expect(body.message).toMatch(/^Morgen, .* gern, nur die Uhrzeit/);
  const then = await t.tool('parse_date', { date: '', time: '15 Uhr' }, call);
  expect(then.body).toMatchObject({ status: 'ok', time: '15:00', date: body.suggested_date });
});

describe('the appointment meant', () => {
  const wish = { service_name: 'Herrenhaarschnitt', customer_name: 'Moritz Meint' };
  const booked = async (call: object, day: number, desired_time: string, more: object = {}): Promise<string> => {
    const { body } = await t.tool(
      'create_booking',
      { ...wish, desired_date: openDay(day), desired_time, ...more },
      { ...call },
    );
    expect(body.status).toBe('booked');
    return body.appointment_id as string;
  };

  test('is not the one cancelled before when another day, time or service is said', async () => {
    const call = caller();
    const id = await booked(call, 8, '10:00');
    await booked(call, 9, '10:00', { service_name: 'Bartpflege' });
    const cancel = (args: object) => t.tool('cancel_appointment', { ...args }, call);
    expect((await cancel({ appointment_date: openDay(8) })).body).toMatchObject({
      cancelled: true,
      appointment_id: id,
    });
    for (const other of [
      { appointment_date: openDay(10) },
      { appointment_date: openDay(8), appointment_time: '16:00' },
      { appointment_date: openDay(8), service_name: 'Färben' },
    ])
      expect((await cancel(other)).body).toMatchObject({ status: 'not_found', cancelled: false });
    for (const same of [{ appointment_date: openDay(8) }, { appointment_id: id }])
      expect((await cancel(same)).body).toMatchObject({ status: 'cancelled', idempotent_replay: true });
  });

  test('is found by its time alone, whatever day it is on, and by a part of the day', async () => {
    const call = caller();
    await booked(call, 11, '10:00');
    const later = await booked(call, 12, '15:00', { service_name: 'Bartpflege' });
    const byTime = await t.tool('reschedule_appointment', { old_time: '15 Uhr', new_time: '16 Uhr' }, call);
    expect(byTime.body).toMatchObject({ status: 'rescheduled', appointment_id: later });
    const { body } = await t.tool('cancel_appointment', { appointment_time: 'nachmittags' }, call);
    expect(body).toMatchObject({ status: 'cancelled', appointment_id: later });
  });

  test('is found by the week it is in', async () => {
    const call = caller();
    const id = await booked(call, 5, '16:00');
    await booked(call, 14, '10:00', { service_name: 'Bartpflege' });
    const { body } = await t.tool('cancel_appointment', { appointment_date: 'nächste Woche' }, call);
    expect(body).toMatchObject({ status: 'cancelled', appointment_id: id });
  });
});

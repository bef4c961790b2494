import { openDay, startTestGateway, toolBody, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

type Answer = Record<string, unknown>;
type Ask = (tool: string, args: object) => Promise<Answer>;

let calls = 0;
/** An agent that speaks to one route for all tools, or to one for each; every answer is read at its top level. */
function agent(
  how: 'dispatcher' | 'per tool',
  from_number = `+4930${8600000 + ++calls}`,
): { ask: Ask; call_id: string } {
  const call_id = `call_${(++calls).toString(16).padStart(28, 'a')}`;
  const ask: Ask = async (tool, args) => {
    const body = toolBody(tool, { ...args }, { call_id, from_number });
    const path = how === 'dispatcher' ? '/api/webhooks/retell/function' : `/api/retell/${tool.replaceAll('_', '-')}`;
    const { status, body: answer } = await t.post(path, body);
    expect(status).toBe(200);
    for (const name of ['success', 'status', 'message']) expect(answer).toHaveProperty(name);
    return answer;
  };
  return { ask, call_id };
}
const german = (date: string): string => date.split('-').reverse().join('.');

describe.each(['dispatcher', 'per tool'] as const)('the live agent over %s', (how) => {
  const day = openDay(how === 'dispatcher' ? 3 : 4);

  test('greets, checks, offers, books and confirms with its own argument names and placeholders', async () => {
    const { ask, call_id } = agent(how);
    const context = await ask('get_current_context', { call_id: '{{call_id}}' });
    expect(context).toMatchObject({ status: 'ok', current_time: { timezone: 'Europe/Berlin' } });
    expect(context.message).toMatch(/digitale Assistentin/);
    const customer = await ask('check_customer', { call_id: 'call_1' });
    expect(customer).toMatchObject({ status: 'new_customer', customer: { name: null } });
    const check = { datum: german(day), dienstleistung: 'Herrenhaarschnitt', uhrzeit: '10:00', call_id: 'None' };
    const free = await ask('check_availability_v17', { ...check, name: 'Lara Live', preferred_staff_id: '' });
    expect(free).toMatchObject({ status: 'available', available: true, requested_time: `${day} 10:00` });
    const other = { service_name: 'Herrenhaarschnitt', preferred_date: day, preferred_time: '10:00', call_id };
    const offers = await ask('get_alternatives', other);
    expect(offers).toMatchObject({ status: 'found' });
    const start = { datetime: `${german(day)} 10:00`, customer_name: 'Lara Live', service_name: 'Herrenhaarschnitt' };
    const booked = await ask('start_booking', { ...start, call_id: 'current', customer_phone: '', customer_email: '' });
    expect(booked).toMatchObject({ status: 'booked', booked: true, appointment_time: `${day} 10:00` });
    expect(booked.appointment_id).toEqual(expect.any(String));
    const confirmed = await ask('confirm_booking', { call_id });
    expect(confirmed).toMatchObject({
      ...{ status: 'booked', booked: true, idempotent_replay: true },
      ...{ appointment_id: booked.appointment_id, booking_uid: booked.booking_uid },
    });
    expect(confirmed.message).toMatch(/Lara Live/);
  });

  test('confirms what was checked with a name, without asking for the name again', async () => {
    const { ask, call_id } = agent(how);
    const check = { datum: day, dienstleistung: 'Damenhaarschnitt', uhrzeit: 'halb drei', call_id };
    await ask('check_availability_v17', { ...check, name: 'Nina Name' });
    const booked = await ask('confirm_booking', { call_id });
    expect(booked).toMatchObject({ status: 'booked', booked: true, appointment_time: `${day} 14:30` });
    expect(booked.message).toMatch(/Nina Name/);
  });

  test('asks for the time, the hours and a service in the middle of a call without being greeted', async () => {
    const { ask, call_id } = agent(how);
    await ask('get_current_context', { call_id });
    const again = await ask('get_current_context', { call_id });
    expect(again).toMatchObject({ status: 'ok', current_time: { timezone: 'Europe/Berlin' } });
    expect(again.message).not.toMatch(/willkommen|Guten Tag/);
    const hours = await ask('get_opening_hours', { call_id, datum: day });
    expect(hours).toMatchObject({ status: 'ok' });
    expect(hours.hours).toHaveLength(7);
    expect(hours.message).toMatch(/neun Uhr.*achtzehn Uhr/);
    const info = await ask('get_service_info', { call_id, dienstleistung: 'Färben' });
    expect(info).toMatchObject({ status: 'found', service: { name: 'Färben', duration_minutes: 90 } });
    expect(info.message).not.toMatch(/Bartpflege/);
    expect(await ask('get_available_services', { call_id })).toMatchObject({ status: 'found' });
    expect(await ask('release_slot_reservation', { call_id })).toMatchObject({
      status: 'nothing_held',
      released: false,
    });
  });

  test('moves twice and cancels by the names of both its generations', async () => {
    const { ask, call_id } = agent(how);
    const start = { name: 'Vera Verschieb', datum: day, uhrzeit: '12:00', dienstleistung: 'Herrenhaarschnitt' };
    const booked = await ask('book_appointment_v17', { ...start, mitarbeiter: '' });
    expect(booked.status).toBe('booked');
    const own = await ask('get_customer_appointments', { call_id });
    expect(own).toMatchObject({ status: 'found', appointment_count: 1, customer_name: 'Vera Verschieb' });
    const move = { new_datum: german(day), new_uhrzeit: '13:00', call_id };
    const moved = await ask('reschedule_appointment', move);
    expect(moved).toMatchObject({ status: 'rescheduled', old_time: `${day} 12:00`, new_time: `${day} 13:00` });
    const repeated = await ask('reschedule_appointment', move);
    expect(repeated).toMatchObject({
      ...{ status: 'rescheduled', idempotent_replay: true },
      ...{ old_time: `${day} 12:00`, new_time: `${day} 13:00`, appointment_id: moved.appointment_id },
    });
    const older = { old_date: day, new_date: day, new_time: '16:00', customer_name: 'Vera Verschieb', call_id };
    expect(await ask('reschedule_appointment', older)).toMatchObject({
      ...{ status: 'rescheduled', old_time: `${day} 13:00`, new_time: `${day} 16:00` },
    });
    const cancel = { appointment_date: day, reason: 'Termin passt nicht', customer_name: 'Vera Verschieb', call_id };
    expect(await ask('cancel_appointment', cancel)).toMatchObject({ status: 'cancelled' });
    expect(await ask('get_customer_appointments', { call_id })).toMatchObject({ status: 'none_found' });
    const wish = { reason: 'Beratung zur Farbe', phone_number: '', customer_name: 'Vera Verschieb', call_id };
    expect(await ask('request_callback', wish)).toMatchObject({ status: 'recorded' });
  });

  test('collects in two steps and finds each field that its flow reads, in every variant', async () => {
    const { ask, call_id } = agent(how);
    const said = { datum: german(day), uhrzeit: '16:30', dienstleistung: 'Damenhaarschnitt', call_id: '{{call_id}}' };
    const nameless = await ask('collect_appointment_data', { ...said, bestaetigung: false });
    expect(nameless.status).toBe('missing_fields');
    const summed = await ask('collect_appointment_data', { ...said, name: 'Susi Summe', bestaetigung: false });
    expect(summed).toMatchObject({ status: 'available', bestaetigung_status: 'pending', appointment_id: null });
    const booked = await ask('collect_appointment_data', { ...said, name: 'Susi Summe', bestaetigung: 'ja' });
    expect(booked).toMatchObject({ status: 'booked', bestaetigung_status: 'confirmed' });
    for (const answer of [nameless, summed, booked]) {
      for (const path of ['bestaetigung_status', 'appointment_id', 'alternatives']) expect(answer).toHaveProperty(path);
    }
    const known = await ask('check_customer', { call_id });
    expect(known).toMatchObject({ status: 'found', customer: { name: 'Susi Summe', status: 'found' } });
    const withheld = await agent(how, 'anonymous').ask('check_customer', {});
    expect(withheld).toMatchObject({ status: 'anonymous', customer: { name: null, phone: null } });
  });
});

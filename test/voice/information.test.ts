import { DateTime } from 'luxon';
import request from 'supertest';
import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

let calls = 0;
const caller = (language: 'de' | 'en' = 'de'): { call_id: string; from_number: string; language: 'de' | 'en' } => {
  calls += 1;
  return {
    call_id: `call_${calls.toString(16).padStart(8, '0')}beadbeef0123456789`,
    from_number: `+4930${7000000 + calls}`,
    language,
  };
};

/** Changes the first record of that kind whose name has the words. */
async function change(kind: string, words: string, body: object): Promise<void> {
  const asOperator = (one: request.Test): request.Test => one.set('authorization', `Bearer ${ADMIN_TOKEN}`);
  const { body: found } = await asOperator(request(t.gateway.server).get(`/api/admin/${kind}?q=${encodeURI(words)}`));
  const path = `/api/admin/${kind}/${found.data[0].id}`;
  const { status, text } = await asOperator(request(t.gateway.server).patch(path)).send(body);
  if (status !== 200) throw new Error(text);
}

const following = (weekday: number): string => {
  const now = DateTime.now().setZone('Europe/Berlin');
  return now.plus({ days: ((weekday - now.weekday + 6) % 7) + 1 }).toISODate() ?? '';
};

describe('get_opening_hours', () => {
  const span = (open: string, close: string): { open: string; close: string } => ({ open, close });
  beforeAll(() =>
    change('branches', 'Sonnenallee', {
      hours: { 1: [span('09:00', '12:30'), span('14:00', '18:00')], 2: [span('09:00', '18:00')] },
    }),
  );

  test('names the week with split and closed days, and tells of the day asked about', async () => {
    const { body } = await t.tool('get_opening_hours', { desired_date: following(1) }, caller());
    expect(body).toMatchObject({ success: true, status: 'ok' });
    expect(body.hours).toEqual([
      { weekday: 'Montag', opens: '09:00', closes: '12:30' },
      { weekday: 'Montag', opens: '14:00', closes: '18:00' },
      { weekday: 'Dienstag', opens: '09:00', closes: '18:00' },
      ...['Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag'].map((weekday) => ({
        weekday,
        opens: null,
        closes: null,
      })),
    ]);
    expect(body.message).toMatch(/haben wir von neun Uhr bis halb eins und von vierzehn Uhr bis achtzehn Uhr geöffnet/);
  });

  test('tells that a day is closed, in English too', async () => {
    const german = await t.tool('get_opening_hours', { datum: following(7) }, caller());
    expect(german.body.message).toMatch(/haben wir geschlossen/);
    const english = await t.tool('get_opening_hours', { desired_date: following(2) }, caller('en'));
    expect(english.body.hours[0]).toEqual({ weekday: 'Monday', opens: '09:00', closes: '12:30' });
    expect(english.body.message).toMatch(/we are open from nine .*to six/);
  });

  test('tells of today without a day, and asks back about one it cannot read', async () => {
    const today = await t.tool('get_opening_hours', {}, caller());
    expect(today.body.message).toMatch(/^Heute, /);
    const unclear = await t.tool('get_opening_hours', { desired_date: 'am Sankt-Nimmerleins-Tag' }, caller());
    expect(unclear.body).toMatchObject({ success: false, status: 'invalid_date', hours: [] });
  });
});

describe('get_service_info', () => {
  beforeAll(async () => {
    await change('companies', 'Sonnenschein', { currency: 'CHF' });
    await change('services', 'Bartpflege', { price: 19.5, description: 'Mit heißem Tuch' });
    await change('services', 'Färben', { price: null });
  });

  test('tells length, price and people of a service', async () => {
    const { body } = await t.tool('get_service_info', { service_name: 'Bartpflege' }, caller());
    expect(body).toMatchObject({
      status: 'found',
      service: {
        name: 'Bartpflege',
        duration_minutes: 15,
        price: 19.5,
        currency: 'CHF',
        description: 'Mit heißem Tuch',
      },
    });
    expect(body.staff.length).toBeGreaterThan(0);
    expect(body.message).toMatch(/^Bartpflege dauert 15 Minuten und kostet 19,50 Schweizer Franken, möglich bei /);
  });

  test('leaves out a price that is not known, in English too', async () => {
    const { body } = await t.tool('get_service_info', { service_name: 'Färben' }, caller('en'));
    expect(body.service).toMatchObject({ price: null, currency: null, description: null });
    expect(body.message).toMatch(/^Färben takes 90 minutes, with /);
  });

  test('does not guess a service that is not offered', async () => {
    const { body } = await t.tool('get_service_info', { service_name: 'Zahnreinigung' }, caller());
    expect(body).toMatchObject({ success: false, status: 'unknown_service', service: null, staff: [] });
    expect(body.services.length).toBeGreaterThan(0);
  });
});

describe('a holiday', () => {
  const asOperator = (one: request.Test): request.Test => one.set('authorization', `Bearer ${ADMIN_TOKEN}`);
  const first = openDay(6);
  const last = openDay(7);
  let id: string;
  let appointmentId: string;
  const owner = caller();
  beforeAll(async () => {
    const args = {
      service_name: 'Bartpflege',
      desired_date: openDay(5),
      desired_time: '11:00',
      customer_name: 'Ida Kern',
    };
    appointmentId = (await t.tool('create_booking', args, owner)).body.appointment_id;
    const { body: companies } = await asOperator(request(t.gateway.server).get('/api/admin/companies'));
    const fields = { company_id: companies.data[0].id, name: 'Betriebsferien', first_day: first, last_day: last };
    const made = await asOperator(request(t.gateway.server).post('/api/admin/holidays')).send(fields);
    if (made.status !== 201) throw new Error(made.text);
    id = made.body.data.id;
  });
  afterAll(() => asOperator(request(t.gateway.server).delete(`/api/admin/holidays/${id}`)).expect(200));
  const wish = { service_name: 'Bartpflege', desired_date: first };

  test('closes the branch to opening hours, which name the days', async () => {
    const { body } = await t.tool('get_opening_hours', { desired_date: first }, caller());
    expect(body.message).toMatch(/^Von .+ bis .+ haben wir geschlossen\. Möchten Sie/);
    expect(body.holidays).toEqual([{ name: 'Betriebsferien', first_day: first, last_day: last }]);
    const { body: before } = await t.tool('get_opening_hours', { desired_date: openDay(5) }, caller('en'));
    expect(before.message).not.toMatch(/closed/);
  });

  test('offers no start of its days, says why, and offers other days instead', async () => {
    const day = await t.tool('check_availability', wish, caller());
    expect(day.body).toMatchObject({ status: 'unavailable', available: false, reason: 'closed', available_slots: [] });
    expect(day.body.message).toMatch(/^Von .+ bis .+ haben wir geschlossen\. An Alternativen habe ich /);
    const start = await t.tool('check_availability', { ...wish, desired_time: '11:00' }, caller('en'));
    expect(start.body).toMatchObject({ status: 'unavailable', reason: 'closed' });
    expect(start.body.message).toMatch(/^From .+ to .+ we are closed\. /);
    const { body: next } = await t.tool('find_next_available', { ...wish, from_date: first }, caller());
    const offered = [...day.body.alternatives, ...start.body.alternatives].map((one: { date: string }) => one.date);
    expect(offered.length).toBeGreaterThan(0);
    for (const date of [...offered, next.datetime.slice(0, 10)]) expect(date < first || date > last).toBe(true);
  });

  test('takes no booking, no reservation and no appointment that is to be moved there', async () => {
    const slot = { ...wish, desired_time: '11:00' };
    const booking = await t.tool('create_booking', { ...slot, customer_name: 'Ada Muster' }, caller());
    expect(booking.body).toMatchObject({ status: 'slot_taken', booked: false, reason: 'closed' });
    expect(booking.body.message).toMatch(/haben wir geschlossen/);
    const held = await t.tool('reserve_slot', slot, caller());
    expect(held.body).toMatchObject({ status: 'slot_taken', reserved: false });
    const move = { appointment_id: appointmentId, new_date: first, new_time: '11:00' };
    const moved = await t.tool('reschedule_appointment', move, owner);
    expect(moved.body).toMatchObject({ status: 'slot_taken', reason: 'closed' });
    expect(moved.body.message).toMatch(/haben wir geschlossen, Ihr bisheriger Termin bleibt bestehen\./);
  });
});

describe('confirm_booking', () => {
  beforeAll(() =>
    change('branches', 'Sonnenallee', {
      hours: Object.fromEntries([1, 2, 3, 4, 5].map((day) => [day, [{ open: '09:00', close: '18:00' }]])),
    }),
  );
  const slot = (time: string): Record<string, string> => ({
    service_name: 'Herrenhaarschnitt',
    desired_date: openDay(4),
    desired_time: time,
  });

  test('with a service and a start books like create_booking', async () => {
    const { body } = await t.tool('confirm_booking', { ...slot('09:00'), customer_name: 'Ada Muster' }, caller());
    expect(body).toMatchObject({ status: 'booked', appointment_time: `${openDay(4)} 09:00`, idempotent_replay: false });
  });

  test('with nothing but the call repeats what the call has booked, and books nothing', async () => {
    const call = caller();
    const first = await t.tool('start_booking', { ...slot('10:00'), customer_name: 'Bea Muster' }, call);
    const again = await t.tool('confirm_booking', { call_id: call.call_id }, call);
    expect(again.body).toMatchObject({
      status: 'booked',
      booked: true,
      idempotent_replay: true,
      appointment_id: first.body.appointment_id,
      booking_uid: first.body.booking_uid,
      appointment_time: `${openDay(4)} 10:00`,
    });
    expect(again.body.message).toMatch(/bereits gebucht/);
    const { body } = await t.tool('get_customer_appointments', {}, call);
    expect(body.appointment_count).toBe(1);
  });

  test('books what was checked, under the name that came with the check', async () => {
    const call = caller('en');
    await t.tool('check_availability', { ...slot('11:00'), name: 'Cora Muster' }, call);
    const { body } = await t.tool('confirm_booking', {}, call);
    expect(body).toMatchObject({ status: 'booked', appointment_time: `${openDay(4)} 11:00` });
    expect(body.message).toMatch(/booked.*Cora Muster/);
  });

  test('books a summary that awaits the yes, although the call has booked before', async () => {
    const call = caller();
    await t.tool('create_booking', { ...slot('12:00'), customer_name: 'Dora Muster' }, call);
    await t.tool('collect_appointment', { ...slot('13:00'), customer_name: 'Dora Muster' }, call);
    // A second one of the same person in one call is asked about first.
    const asked = await t.tool('confirm_booking', {}, call);
    expect(asked.body.status).toBe('confirm_second_booking');
    const { body } = await t.tool('confirm_booking', {}, call);
    expect(body).toMatchObject({ status: 'booked', appointment_time: `${openDay(4)} 13:00`, idempotent_replay: false });
  });

  test('after a cancellation there is nothing to confirm', async () => {
    const call = caller();
    await t.tool('create_booking', { ...slot('14:00'), customer_name: 'Eva Muster' }, call);
    await t.tool('cancel_appointment', {}, call);
    const { body } = await t.tool('confirm_booking', {}, call);
    expect(body).toMatchObject({ success: false, booked: false, status: 'missing_fields' });
  });

  test('in a new call asks what to book', async () => {
    const { body } = await t.tool('confirm_booking', {}, caller());
    expect(body).toMatchObject({ success: false, status: 'missing_fields', missing_fields: ['service_name'] });
  });

  test('is still a spelling of the argument confirm', async () => {
    const call = caller();
    await t.tool('collect_appointment', { ...slot('15:00'), customer_name: 'Fee Muster' }, call);
    const { body } = await t.tool('collect_appointment', { confirm_booking: 'ja' }, call);
    expect(body).toMatchObject({ status: 'booked', appointment_time: `${openDay(4)} 15:00` });
  });
});

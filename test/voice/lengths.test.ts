import request from 'supertest';
import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';

/** An event type with several lengths, and one with a single length. */
let t: TestGateway;
const admin = (): ReturnType<typeof request.agent> =>
  request.agent(t.gateway.server).set('authorization', `Bearer ${ADMIN_TOKEN}`);
beforeAll(async () => {
  t = await startTestGateway();
  const changed = await fetch(`${t.sandbox.controlUrl}/event-types/1002`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lengthInMinutesOptions: [60, 90, 120] }),
  });
  expect(changed.status).toBe(200);
  const [company] = (await admin().get('/api/admin/companies')).body.data;
  const path = '/api/admin/calcom/import-event-types';
  expect((await admin().post(path).send({ company_id: company.id })).status).toBe(200);
  const set = await admin().patch(`/api/admin/companies/${company.id}`).send({ calcom_reservations: true });
  expect(set.status).toBe(200);
});
afterAll(() => t.stop());

let calls = 0;
const caller = (): { call_id: string; from_number: string } => {
  calls += 1;
  return {
    call_id: `call_1e9${calls.toString(16).padStart(6, '0')}feedbeef01234567`,
    from_number: `+4930${8300000 + calls}`,
  };
};
const wish = (day: number, more: object = {}): Record<string, unknown> => ({
  ...{ service_name: 'Damenhaarschnitt', desired_date: openDay(day), desired_time: '10:00', ...more },
});
interface Booking {
  start: string;
  end: string;
}
const lastLength = async (): Promise<number> => {
  const last = ((await t.control('/bookings')) as Booking[]).at(-1);
  return (Date.parse(last?.end ?? '') - Date.parse(last?.start ?? '')) / 60_000;
};

test('the length asked for is the one checked, reserved, booked and kept by a move', async () => {
  const call = caller();
  const checked = await t.tool('check_availability', wish(2, { duration: 90 }), call);
  expect(checked.body).toMatchObject({ status: 'available', service: { duration_minutes: 90 } });
  expect((await t.tool('reserve_slot', wish(2), call)).body.status).toBe('reserved');
  const [reserved] = (await t.control('/reservations')) as { startMs: number; endMs: number }[];
  expect(((reserved?.endMs ?? 0) - (reserved?.startMs ?? 0)) / 60_000).toBe(90);
  const booked = await t.tool('create_booking', wish(2, { customer_name: 'Lena Lang' }), call);
  expect(booked.body).toMatchObject({ status: 'booked', service: { duration_minutes: 90 } });
  expect(await lastLength()).toBe(90);
  const moved = await t.tool('reschedule_appointment', { new_date: openDay(2), new_time: '14:00' }, call);
  expect(moved.body).toMatchObject({ status: 'rescheduled', service: { duration_minutes: 90 } });
  expect(await lastLength()).toBe(90);
});

test('a start is free only when the whole length is', async () => {
  const day = 3;
  // Both hosts are busy from half past eleven.
  for (const who of ['Anna Eins', 'Ben Zwei']) {
    const other = { service_name: 'Färben', desired_date: openDay(day), desired_time: '11:30', customer_name: who };
    expect((await t.tool('create_booking', other, caller())).body.status).toBe('booked');
  }
  const short = await t.tool('check_availability', wish(day), caller());
  const long = await t.tool('check_availability', wish(day, { duration: '120' }), caller());
  expect([short.body.status, long.body.status]).toEqual(['available', 'unavailable']);
  const refused = await t.tool('create_booking', wish(day, { duration: 120, customer_name: 'Lars Länger' }), caller());
  expect(refused.body.status).toBe('slot_taken');
});

test('a summed-up length is the one that a yes books', async () => {
  const call = caller();
  const collected = await t.tool(
    'collect_appointment',
    wish(4, { dauer: 120, customer_name: 'Susi Summe', bestaetigung: false }),
    call,
  );
  expect(collected.body.status).toBe('available');
  expect((await t.tool('confirm_booking', {}, call)).body).toMatchObject({
    status: 'booked',
    service: { duration_minutes: 120 },
  });
  expect(await lastLength()).toBe(120);
  const again = await t.tool('create_booking', wish(4, { duration: 90, customer_name: 'Susi Summe' }), call);
  expect(again.body).toMatchObject({ status: 'booked', idempotent_replay: true, service: { duration_minutes: 120 } });
  expect(again.body.message).toMatch(/Eingetragen sind 120 Minuten/);
});

test('a length that the event type does not offer is asked about once, then the usual one is booked and said', async () => {
  const call = { ...caller(), language: 'de' as const };
  const asked = await t.tool('create_booking', wish(5, { duration: 45, customer_name: 'Kai Kurz' }), call);
  expect(asked.body).toMatchObject({ status: 'missing_fields', missing_fields: ['duration'], booked: false });
  expect(asked.body.message).toMatch(/60 Minuten, 90 Minuten oder 120 Minuten/);
  const chosen = await t.tool('create_booking', { duration: 120, customer_name: 'Kai Kurz' }, call);
  expect(chosen.body).toMatchObject({ status: 'booked', service: { duration_minutes: 120 } });
  const english = { ...caller(), language: 'en' as const };
  const first = await t.tool('check_availability', wish(5, { duration: 45, desired_time: '14:00' }), english);
  expect(first.body.message).toMatch(/60 minutes, 90 minutes or 120 minutes with us\. Which would you like\?/);
  const second = await t.tool('check_availability', wish(5, { duration: 45, desired_time: '14:00' }), english);
  expect(second.body).toMatchObject({ status: 'available', service: { duration_minutes: 60 } });
  expect(second.body.message).toMatch(/usually takes 60 minutes/);
});

test('a service of one length says it and is booked with it', async () => {
  const call = caller();
  const single = wish(6, { service_name: 'Färben', duration: 30, customer_name: 'Emil Eins' });
  const { body } = await t.tool('create_booking', single, call);
  expect(body).toMatchObject({ status: 'booked', service: { duration_minutes: 90 } });
  expect(body.message).toMatch(/Färben dauert bei uns immer 90 Minuten/);
});

import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

let calls = 0;
const caller = (): { call_id: string; from_number: string } => {
  calls += 1;
  return { call_id: `call_refused_${calls}_cafecafe`, from_number: `+4930${8300000 + calls}` };
};
const book = (wish: object, call: object = caller()): ReturnType<TestGateway['tool']> =>
  t.tool('create_booking', { service_name: 'Damenhaarschnitt', customer_name: 'Erika Beispiel', ...wish }, call);
const patch = async (eventTypeId: number, body: object): Promise<void> => {
  const answer = await fetch(`${t.sandbox.controlUrl}/event-types/${eventTypeId}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
};
const refuseNumber = (times: number): Promise<unknown> =>
  t.control('/faults', {
    match: { method: 'POST', path: '/v2/bookings' },
    times,
    fault: { kind: 'status', status: 400, message: 'responses - {attendeePhoneNumber}invalid_number, ' },
  });
async function standing(uid: string): Promise<{ attendees: { phoneNumber?: string; email: string }[] }> {
  const answer = await fetch(`${t.sandbox.url}/bookings/${uid}`, {
    headers: { authorization: 'Bearer cal_sandbox_demo', 'cal-api-version': '2024-08-13' },
  });
  return ((await answer.json()) as { data: Awaited<ReturnType<typeof standing>> }).data;
}

test('a number that Cal.com refuses does not keep its owner from booking', async () => {
  await refuseNumber(1);
  const call = caller();
  const { body } = await book({ desired_date: openDay(2), desired_time: '10:00' }, call);
  expect(body).toMatchObject({ status: 'booked', booked: true });
  const [attendee] = (await standing(body.booking_uid)).attendees;
  expect(attendee?.phoneNumber).toBeUndefined();
  expect(attendee?.email).toMatch(/^caller-/);
  // It is still the caller's own.
  const { body: own } = await t.tool('get_customer_appointments', {}, { ...call, call_id: `${call.call_id}_later` });
  expect(own.appointments).toMatchObject([{ id: body.appointment_id }]);
});

test('a start within the notice of our own is answered with the earliest one, in a booking and a move', async () => {
  const auth = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const call = caller();
  const first = await book({ desired_date: openDay(8), desired_time: '10:00' }, call);
  const { body: services } = await t.tool('get_available_services', {}, call);
  const { id } = services.services.find((one: { name: string }) => one.name === 'Damenhaarschnitt');
  const base = `http://127.0.0.1:${(t.gateway.server.address() as { port: number }).port}`;
  const changed = await fetch(`${base}/api/admin/services/${id}`, {
    ...{ method: 'PATCH', headers: auth, body: JSON.stringify({ minimum_notice_minutes: 72 * 60 }) },
  });
  expect(changed.status).toBe(200);
  const { body } = await book({ desired_date: openDay(1), desired_time: '10:00' });
  expect(body).toMatchObject({ status: 'too_short_notice', booked: false, success: false });
  expect(Date.parse(body.earliest_bookable)).toBeGreaterThan(Date.now() + 72 * 3_600_000);
  expect(body.message).toMatch(/zu kurzfristig.*der früheste freie Termin/);
  const wish = { new_date: openDay(1), new_time: '11:00' };
  const { body: moved } = await t.tool('reschedule_appointment', wish, call);
  expect(moved).toMatchObject({ status: 'too_short_notice', rescheduled: false });
  expect(moved.earliest_bookable).not.toBeNull();
  const { body: own } = await t.tool('get_customer_appointments', {}, call);
  expect(own.appointments).toMatchObject([{ id: first.body.appointment_id, time: '10:00' }]);
});

test("a start within the notice that only Cal.com knows is answered with the earliest one of Cal.com's list", async () => {
  await patch(1003, { minimumBookingNotice: 6 * 24 * 60 });
  const { body } = await book({ service_name: 'Färben', desired_date: openDay(2), desired_time: '10:00' });
  expect(body).toMatchObject({ status: 'too_short_notice', booked: false });
  expect(Date.parse(body.earliest_bookable)).toBeGreaterThan(Date.now() + 5 * 24 * 3_600_000);
  expect(body.message).not.toMatch(/Vorlauf/);
});

test('where Cal.com knows people by their numbers alone, a second person is asked for another number', async () => {
  await patch(1004, {
    bookingFields: [
      { type: 'email', slug: 'email', required: false, hidden: true },
      { type: 'phone', slug: 'attendeePhoneNumber', required: true },
    ],
  });
  const call = caller();
  const wish = { service_name: 'Bartpflege', desired_date: openDay(3), desired_time: '10:00' };
  expect((await book({ ...wish, customer_name: 'Mark Vater' }, call)).body.status).toBe('booked');
  const second = { ...wish, customer_name: 'Timo Sohn', confirm: true };
  expect((await book(second, call)).body.status).toBe('confirm_second_booking');
  const { body } = await book(second, call);
  expect(body).toMatchObject({ status: 'missing_fields', missing_fields: ['customer_phone'], booked: false });
  expect(body.message).toMatch(/anderen Nummer.*Timo Sohn/);
  const { body: booked } = await book({ ...second, customer_phone: '0171 2345678' }, call);
  expect(booked).toMatchObject({ status: 'booked', booked: true });
});

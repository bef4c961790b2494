import { openDay, SANDBOX_KEY, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
  const changed = await fetch(`${t.sandbox.controlUrl}/event-types/1004`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ confirmationPolicy: { type: 'always' } }),
  });
  expect(changed.status).toBe(200);
});
afterAll(() => t.stop());

const call = { call_id: 'call_c0nf1rmfeedbeef0123456789', from_number: '+49308123456' };
const wish = {
  service_name: 'Bartpflege',
  desired_date: openDay(4),
  desired_time: '10:00',
  customer_name: 'Udo Frage',
};

test('where a host has to agree nothing is called booked, and the caller can withdraw it and ask for another time', async () => {
  const { body } = await t.tool('create_booking', wish, call);
  expect(body).toMatchObject({
    success: true,
    status: 'pending_confirmation',
    booked: false,
    booking_uid: expect.any(String),
    appointment_id: expect.any(String),
  });
  expect(body.message).not.toMatch(/gebucht|ist bestätigt/);
  const again = await t.tool('create_booking', wish, call);
  expect(again.body).toMatchObject({
    status: 'pending_confirmation',
    idempotent_replay: true,
    appointment_id: body.appointment_id,
  });
  const known = await t.tool('get_customer_appointments', {}, call);
  expect(known.body.appointments).toMatchObject([{ id: body.appointment_id, status: 'pending' }]);
  // Cal.com would take a move with the owner's key for the owner's yes.
  const moved = await t.tool('reschedule_appointment', { new_date: openDay(4), new_time: '11:00' }, call);
  expect(moved.body).toMatchObject({ success: false, status: 'not_changeable', reason: 'awaiting_confirmation' });
  expect(moved.body.message).toMatch(/angefragt.*zurückziehen/);
  const standing = (await t.control('/bookings')) as { uid: string; status: string }[];
  expect(standing).toMatchObject([{ uid: body.booking_uid, status: 'pending' }]);
  const cancelled = await t.tool('cancel_appointment', {}, call);
  expect(cancelled.body).toMatchObject({ status: 'cancelled' });
  const later = await t.tool('create_booking', { ...wish, desired_time: '11:00' }, call);
  expect(later.body).toMatchObject({ status: 'pending_confirmation', booked: false });
});

test('a request that the host has confirmed unseen can be moved', async () => {
  const other = { call_id: 'call_c0nf1rmedeedbeef0123456789', from_number: '+49308123499' };
  const { body } = await t.tool('create_booking', { ...wish, desired_time: '14:00' }, other);
  expect(body).toMatchObject({ status: 'pending_confirmation' });
  const confirmed = await fetch(`${t.sandbox.url}/bookings/${body.booking_uid}/confirm`, {
    method: 'POST',
    headers: { 'cal-api-version': '2024-08-13', authorization: `Bearer ${SANDBOX_KEY}` },
  });
  expect(confirmed.status).toBe(200);
  const moved = await t.tool('reschedule_appointment', { new_date: openDay(4), new_time: '15:00' }, other);
  expect(moved.body).toMatchObject({ status: 'rescheduled', rescheduled: true });
});

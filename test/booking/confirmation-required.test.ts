import { openDay, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  // Until the gateway minds that its key confirms what it moves, this account's moves stay requests.
  t = await startTestGateway({ sandbox: { behaviour: { organizerMoveConfirms: false } } });
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

test('where a host has to agree nothing is called booked, and the caller can still move and cancel it', async () => {
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
  const moved = await t.tool('reschedule_appointment', { new_date: openDay(4), new_time: '11:00' }, call);
  expect(moved.body).toMatchObject({ status: 'rescheduled', rescheduled: true });
  expect(moved.body.message).toMatch(/angefragt/);
  const cancelled = await t.tool('cancel_appointment', {}, call);
  expect(cancelled.body).toMatchObject({ status: 'cancelled' });
});

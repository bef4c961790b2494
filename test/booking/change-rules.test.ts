import request from 'supertest';
import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { until } from '../support/until';

/** Cal.com's rules about moving do not bind the key of the owner, so the gateway keeps them for callers. */
let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

const changeEventType = async (id: number, change: object): Promise<void> => {
  const changed = await fetch(`${t.sandbox.controlUrl}/event-types/${id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });
  expect(changed.status).toBe(200);
};
const admin = (): ReturnType<typeof request.agent> =>
  request.agent(t.gateway.server).set('authorization', `Bearer ${ADMIN_TOKEN}`);
const imported = async (): Promise<{ calcom_event_type_id: number; calcom_settings: object }[]> => {
  const [company] = (await admin().get('/api/admin/companies')).body.data;
  const report = await admin().post('/api/admin/calcom/import-event-types').send({ company_id: company.id });
  expect(report.status).toBe(200);
  return (await admin().get('/api/admin/services')).body.data;
};

test.each([
  [1001, 'Herrenhaarschnitt', { disableRescheduling: true }, 'rescheduling_disabled'],
  [1002, 'Damenhaarschnitt', { minimumRescheduleNotice: 60 * 24 * 30 }, 'reschedule_notice'],
  [1004, 'Bartpflege', { disableCancelling: true }, 'cancelling_disabled'],
])('the rules of event type %i bind callers', async (eventType, service_name, rule, reason) => {
  await changeEventType(eventType, rule);
  const services = await imported();
  expect(services.find((one) => one.calcom_event_type_id === eventType)?.calcom_settings).toMatchObject({
    rescheduling_disabled: reason === 'rescheduling_disabled',
    cancelling_disabled: reason === 'cancelling_disabled',
    locations: ['address'],
  });
  const call = { call_id: `call_ru1e${eventType}feedbeef01234567`, from_number: `+49308${eventType}11` };
  const wish = { service_name, desired_date: openDay(4), desired_time: '10:00', customer_name: 'Udo Frage' };
  const { body } = await t.tool('create_booking', wish, call);
  expect(body).toMatchObject({ status: 'booked' });
  const answer =
    reason === 'cancelling_disabled'
      ? await t.tool('cancel_appointment', {}, call)
      : await t.tool('reschedule_appointment', { new_date: openDay(4), new_time: '11:00' }, call);
  expect(answer.body).toMatchObject({
    success: false,
    status: 'not_changeable',
    reason,
    booking_uid: body.booking_uid,
  });
  expect(answer.body.message).toMatch(/nicht mehr telefonisch ändern/);
  const other =
    reason === 'cancelling_disabled'
      ? await t.tool('reschedule_appointment', { new_date: openDay(4), new_time: '11:00' }, call)
      : await t.tool('cancel_appointment', {}, call);
  expect(other.body.status).toBe(reason === 'cancelling_disabled' ? 'rescheduled' : 'cancelled');
});

test('a booking takes back what was reserved for it at Cal.com', async () => {
  const [company] = (await admin().get('/api/admin/companies')).body.data;
  const set = await admin().patch(`/api/admin/companies/${company.id}`).send({ calcom_reservations: true });
  expect(set.status).toBe(200);
  const call = { call_id: 'call_re5e2veefeedbeef01234567', from_number: '+493081234599' };
  const wish = { service_name: 'Färben', desired_date: openDay(5), desired_time: '10:00' };
  expect((await t.tool('reserve_slot', wish, call)).body).toMatchObject({ status: 'reserved' });
  const reserved = async (): Promise<unknown[]> => (await t.control('/reservations')) as unknown[];
  expect(await reserved()).toHaveLength(1);
  const booked = await t.tool('create_booking', { ...wish, customer_name: 'Udo Frage' }, call);
  expect(booked.body).toMatchObject({ status: 'booked' });
  await until(reserved, (left) => left.length === 0);
});

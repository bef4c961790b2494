import request from 'supertest';
import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';

const WEEK_MINUTES = 7 * 24 * 60;

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
  const admin = request.agent(t.gateway.server).set('authorization', `Bearer ${ADMIN_TOKEN}`);
  const { body } = await admin.get('/api/admin/services');
  const service = body.data.find((one: { name: string }) => one.name === 'Färben');
  const changed = await admin.patch(`/api/admin/services/${service.id}`).send({ minimum_notice_minutes: WEEK_MINUTES });
  expect(changed.status).toBe(200);
});
afterAll(() => t.stop());

test.each([
  ['check_availability', { available: false }, true],
  ['reserve_slot', { reserved: false }, false],
  ['collect_appointment', { available: false, booked: false }, true],
  ['create_booking', { booked: false }, false],
])('%s says that it is too short notice, and the earliest start', async (tool, fields, success) => {
  const soon = { desired_date: openDay(1), desired_time: '10:00' };
  const { body } = await t.tool(tool, { service_name: 'Färben', ...soon, customer_name: 'Edda Eile' });
  expect(body).toMatchObject({ status: 'too_short_notice', success, ...fields });
  expect(body.message).toMatch(/zu kurzfristig, wir brauchen mindestens 168 Stunden Vorlauf.*früheste freie Termin/);
  expect(Date.parse(body.earliest_bookable)).toBeGreaterThan(Date.now() + WEEK_MINUTES * 60_000 - 60_000);
});

test('the earliest start is the one booked when the caller takes it', async () => {
  const call = { call_id: 'call_5b0a7n0feedbeef0123456', from_number: '+49308400001', language: 'en' as const };
  const soon = { service_name: 'Färben', desired_date: openDay(1), desired_time: '11:00' };
  const { body } = await t.tool('check_availability', soon, call);
  expect(body.message).toMatch(/too short notice, we need at least 168 hours.*earliest free time/);
  const [desired_date, time] = body.earliest_bookable.split('T');
  const booked = await t.tool(
    'create_booking',
    { service_name: 'Färben', desired_date, desired_time: time.slice(0, 5), customer_name: 'Edda Eile' },
    call,
  );
  expect(booked.body).toMatchObject({ status: 'booked', datetime: body.earliest_bookable });
});

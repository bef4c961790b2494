import request from 'supertest';
import { PLATFORMS } from '../../src/domain';
import { openDay } from '../support/gateway';
import { LINE, startPlatformGateway, type PlatformGateway } from '../support/platform-gateway';

let t: PlatformGateway;

beforeAll(async () => {
  t = await startPlatformGateway();
});
afterAll(() => t.stop());

/** What a model could write about who calls. */
const claims = (phone: string): Record<string, string> => ({
  ...{ caller_number: phone, from_number: phone, to_number: phone, user_number: phone, customer_number: phone },
  ...{ _caller: phone, call_id: 'call_claimed', direction: 'inbound' },
});

/** Each on a day of its own, so that none takes another's time. */
const cases = PLATFORMS.map((platform, index) => [platform, `+49171555200${index}`, openDay(9 + index)] as const);

test.each(cases)('on %s the customer of an outbound call is the one who was rung', async (platform, customer, day) => {
  const outbound = t.callOn(platform, { fromNumber: LINE, toNumber: customer, isOutbound: true });
  await outbound.ring();
  const known = claims('+4930901820');
  expect((await outbound.tool('check_customer', known)).answer).toMatchObject({
    ...{ status: 'new_customer', customer: { phone: customer } },
  });
  const wish = { service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: '10:00' };
  const booked = await outbound.tool('create_booking', { ...wish, customer_name: 'Erika Beispiel' });
  expect(booked.answer.status).toBe('booked');
  await outbound.hangUp();
  const { rows } = await t.sql.query(`select phone from customers where phone = any($1)`, [[customer, LINE]]);
  expect(rows).toEqual([{ phone: customer }]);

  const inbound = t.callOn(platform, { fromNumber: customer, toNumber: LINE });
  expect((await inbound.tool('check_customer', {})).answer).toMatchObject({ status: 'found' });
  expect((await inbound.tool('get_customer_appointments', {})).answer).toMatchObject({ status: 'found' });
});

test.each(cases)('on %s a call from a web page is an anonymous caller of its company', async (platform, customer) => {
  const call = t.callOn(platform, { fromNumber: null, toNumber: null });
  await call.ring();
  expect((await call.tool('check_customer', claims(customer))).answer.status).toBe('anonymous');
  expect((await call.tool('get_customer_appointments', claims(customer))).answer.status).not.toBe('found');
  expect((await call.tool('get_available_services', {})).answer.status).toBe('found');
});

test.each(['webCall', 'vapi.websocketCall'])('numbers that come with a %s of Vapi are no one’s', async (type) => {
  const call = { id: `vapi-${type}`, type, customer: { number: cases[1]?.[1] } };
  const toolCallList = [{ id: '1', name: 'check_customer', arguments: {} }];
  const { body } = await t.vapi({ type: 'tool-calls', toolCallList, call, phoneNumber: { number: LINE } });
  expect(JSON.parse(body.results[0].result)).toMatchObject({ status: 'anonymous' });
});

test('the metrics name the platform of every answer', async () => {
  const { text } = await request(t.gateway.server).get('/metrics');
  for (const platform of PLATFORMS)
    expect(text).toMatch(new RegExp(`askpro_tool_answers_total\\{[^}]*platform="${platform}"`));
});

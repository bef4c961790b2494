import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import request from 'supertest';
import { PLATFORMS, type Platform } from '../../src/domain';
import { callerOn } from '../../src/platforms/callers';
import type { CallerOptions, PlatformCaller } from '../../src/platforms/callers/platform-caller';
import { ADMIN_TOKEN, openDay, RETELL_KEY, startTestGateway, type TestGateway } from '../support/gateway';

const LINE = '+493012345678';
const SECRETS: Record<Platform, string> = {
  retell: RETELL_KEY,
  vapi: 'vapi-secret-of-the-salon',
  elevenlabs: 'elevenlabs-secret-of-the-salon',
  mcp: '',
};
let t: TestGateway;
let sql: Client;

beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  const { rows } = await sql.query(`select id from companies where slug = 'salon-sonnenschein'`);
  const id = String(rows[0].id);
  const admin = (method: 'patch' | 'post', path: string, body: object): request.Test =>
    request(t.gateway.server)[method](`/api/admin${path}`).set('authorization', `Bearer ${ADMIN_TOKEN}`).send(body);
  await admin('patch', `/companies/${id}`, { vapi_secret: SECRETS.vapi, elevenlabs_secret: SECRETS.elevenlabs });
  SECRETS.mcp = (await admin('post', '/tokens', { company_id: id, name: 'mcp', role: 'voice' })).body.data.token;
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

function callOn(
  platform: Platform,
  ends: Pick<CallerOptions, 'fromNumber' | 'toNumber' | 'isOutbound'>,
): PlatformCaller {
  const { port } = t.gateway.server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  return callerOn(platform, { baseUrl, secret: SECRETS[platform], agentId: 'agent_demo', language: 'de', ...ends });
}

/** Each on a day of its own, so that none takes another's time. */
const cases = PLATFORMS.map((platform, index) => [platform, `+49171555200${index}`, openDay(9 + index)] as const);

test.each(cases)('on %s the customer of an outbound call is the one who was rung', async (platform, customer, day) => {
  const outbound = callOn(platform, { fromNumber: LINE, toNumber: customer, isOutbound: true });
  await outbound.ring();
  expect((await outbound.tool('check_customer', {})).answer.status).toBe('new_customer');
  const wish = { service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: '10:00' };
  const booked = await outbound.tool('create_booking', { ...wish, customer_name: 'Erika Beispiel' });
  expect(booked.answer.status).toBe('booked');
  await outbound.hangUp();
  const { rows } = await sql.query(`select phone from customers where phone = any($1)`, [[customer, LINE]]);
  expect(rows).toEqual([{ phone: customer }]);

  const inbound = callOn(platform, { fromNumber: customer, toNumber: LINE });
  expect((await inbound.tool('check_customer', {})).answer).toMatchObject({ status: 'found' });
  expect((await inbound.tool('get_customer_appointments', {})).answer).toMatchObject({ status: 'found' });
});

test.each(PLATFORMS)('on %s a call from a web page is an anonymous caller of its company', async (platform) => {
  const call = callOn(platform, { fromNumber: null, toNumber: null });
  await call.ring();
  expect((await call.tool('check_customer', {})).answer.status).toBe('anonymous');
  expect((await call.tool('get_customer_appointments', {})).answer.status).not.toBe('found');
  expect((await call.tool('get_available_services', {})).answer.status).toBe('found');
});

test('the metrics name the platform of every answer', async () => {
  const { text } = await request(t.gateway.server).get('/metrics');
  for (const platform of PLATFORMS)
    expect(text).toMatch(new RegExp(`askpro_tool_answers_total\\{[^}]*platform="${platform}"`));
});

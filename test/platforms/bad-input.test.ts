import { createHmac } from 'node:crypto';
import { Client } from 'pg';
import request from 'supertest';
import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';

const SECRET = 'secret-of-the-salon';
const LINE = '+493012345678';
let t: TestGateway;
let sql: Client;
let token: string;

beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  const { rows } = await sql.query(`select id from companies where slug = 'salon-sonnenschein'`);
  const id = String(rows[0].id);
  const admin = (method: 'patch' | 'post', path: string, body: object): request.Test =>
    request(t.gateway.server)[method](`/api/admin${path}`).set('authorization', `Bearer ${ADMIN_TOKEN}`).send(body);
  await admin('patch', `/companies/${id}`, { vapi_secret: SECRET, elevenlabs_webhook_secret: SECRET });
  token = (await admin('post', '/tokens', { company_id: id, name: 'mcp', role: 'voice' })).body.data.token;
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

const vapi = (message: object): Promise<request.Response> =>
  request(t.gateway.server)
    .post('/api/vapi')
    .set('x-vapi-secret', SECRET)
    .send({ message })
    .then((response) => response);

function report(body: object): Promise<request.Response> {
  const raw = JSON.stringify(body);
  const stamp = String(Math.floor(Date.now() / 1000));
  const digest = createHmac('sha256', SECRET).update(`${stamp}.${raw}`).digest('hex');
  return request(t.gateway.server)
    .post('/api/elevenlabs/webhook')
    .set({ 'content-type': 'application/json', 'elevenlabs-signature': `t=${stamp},v0=${digest}` })
    .send(raw)
    .then((response) => response);
}

test.each([
  ['vapi', 'speech-update', () => vapi({ type: 'speech-update', call: { id: 'vapi-unknown' } })],
  ['vapi', 'of-next-year', () => vapi({ type: 'of-next-year' })],
  ['elevenlabs', 'call_initiation_failure', () => report({ type: 'call_initiation_failure', data: {} })],
  ['elevenlabs', 'of_next_year', () => report({ type: 'of_next_year' })],
])('%s: an unknown message %s is stored and answered with 200', async (provider, type, send) => {
  expect((await send()).status).toBe(200);
  const { rows } = await sql.query('select event_type from webhook_events where provider = $1 and event_type = $2', [
    provider,
    type,
  ]);
  expect(rows).toEqual([{ event_type: type }]);
});

test('a booking and its cancellation in one message are done in the order in which they were asked', async () => {
  const day = openDay(11);
  const wish = { service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: '10:00' };
  const ask = (id: string, name: string, args: object): object => ({
    ...{ id, type: 'function' },
    function: { name, arguments: args },
  });
  const { body } = await vapi({
    type: 'tool-calls',
    call: { id: 'vapi-in-order', type: 'inboundPhoneCall', customer: { number: '+491715553001' } },
    phoneNumber: { number: LINE },
    toolCallList: [
      ask('a', 'create_booking', { ...wish, customer_name: 'Erika Beispiel' }),
      ask('b', 'get_customer_appointments', {}),
      ask('c', 'cancel_appointment', { appointment_date: day }),
      ask('d', 'check_availability', wish),
    ],
  });
  const results = (body.results as { toolCallId: string; result: string }[]).map(({ toolCallId, result }) => [
    toolCallId,
    (JSON.parse(result) as { status: string }).status,
  ]);
  expect(results).toEqual([
    ['a', 'booked'],
    ['b', 'found'],
    ['c', 'cancelled'],
    ['d', 'available'],
  ]);
});

test.each([
  ['2024-11-05', '2024-11-05'],
  ['2025-03-26', '2025-03-26'],
  ['1999-01-01', '2025-11-25'],
])('an MCP client of revision %s is offered %s', async (protocolVersion, offered) => {
  const { status, body } = await request(t.gateway.server)
    .post('/mcp')
    .set({ authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream' })
    .send({
      ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
      params: { protocolVersion, capabilities: {}, clientInfo: { name: 't', version: '1' } },
    });
  expect([status, body.result?.protocolVersion]).toEqual([200, offered]);
});

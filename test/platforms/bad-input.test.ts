import { openDay } from '../support/gateway';
import { LINE, startPlatformGateway, type PlatformGateway } from '../support/platform-gateway';

let t: PlatformGateway;

beforeAll(async () => {
  t = await startPlatformGateway();
});
afterAll(() => t.stop());

test.each([
  ['vapi', 'speech-update', () => t.vapi({ type: 'speech-update', call: { id: 'vapi-unknown' } })],
  ['vapi', 'of-next-year', () => t.vapi({ type: 'of-next-year' })],
  ['elevenlabs', 'call_initiation_failure', () => t.report({ type: 'call_initiation_failure', data: {} })],
  ['elevenlabs', 'of_next_year', () => t.report({ type: 'of_next_year' })],
])('%s: an unknown message %s is stored and answered with 200', async (provider, type, send) => {
  expect((await send()).status).toBe(200);
  const { rows } = await t.sql.query('select event_type from webhook_events where provider = $1 and event_type = $2', [
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
  const { body } = await t.vapi({
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
  const { status, body } = await t.send(
    '/mcp',
    {
      ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
      params: { protocolVersion, capabilities: {}, clientInfo: { name: 't', version: '1' } },
    },
    { authorization: `Bearer ${t.secrets.mcp}`, accept: 'application/json, text/event-stream' },
  );
  expect([status, body.result?.protocolVersion]).toEqual([200, offered]);
});

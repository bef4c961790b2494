import { createHmac } from 'node:crypto';
import type request from 'supertest';
import { openDay } from '../support/gateway';
import { LINE, startPlatformGateway, type PlatformGateway } from '../support/platform-gateway';
import { until } from '../support/until';

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

test.each([
  ['nothing', undefined],
  ['no revision', { capabilities: {}, clientInfo: { name: 't', version: '1' } }],
  ['a revision that is no text', { protocolVersion: 5, capabilities: {}, clientInfo: { name: 't', version: '1' } }],
  ['no client', { protocolVersion: '2025-06-18', capabilities: {} }],
])('an MCP client that opens with %s hears what is missing', async (_what, params) => {
  const { status, body } = await t.send(
    '/mcp',
    { jsonrpc: '2.0', id: 'a', method: 'initialize', params },
    { authorization: `Bearer ${t.secrets.mcp}`, accept: 'application/json, text/event-stream' },
  );
  expect([status, body.id, body.error.code]).toEqual([200, 'a', -32_602]);
  expect(body.error.message).toContain('protocolVersion');
});

const NOW_SECONDS = (): number => Math.floor(Date.now() / 1000);
const signed = (raw: string, atSeconds: number): string =>
  createHmac('sha256', t.reportSecret).update(`${atSeconds}.${raw}`).digest('hex');

test.each([
  ['with spaces', (at: number, digest: string) => `t=${at}, v0=${digest}`, 200],
  [
    'with the digest of an older secret too',
    (at: number, digest: string) => `t=${at},v0=${'0'.repeat(64)},v0=${digest}`,
    200,
  ],
  ['without a time', (_at: number, digest: string) => `v0=${digest}`, 401],
  ['with another time', (at: number, digest: string) => `t=${at + 1},v0=${digest}`, 401],
])('a report of ElevenLabs whose signature comes %s', async (_how, header, status) => {
  const raw = JSON.stringify({ type: 'of_next_year' });
  const at = NOW_SECONDS();
  const answer = await t.send('/api/elevenlabs/webhook', raw, { 'elevenlabs-signature': header(at, signed(raw, at)) });
  expect(answer.status).toBe(status);
});

test.each([
  [-270, 200],
  [-330, 401],
  [-1700, 401],
  [330, 401],
])('a report of ElevenLabs that was signed %d seconds from now is answered with %d', async (away, status) => {
  expect((await t.report({ type: 'of_next_year' }, NOW_SECONDS() + away)).status).toBe(status);
});

test('the start of a conversation is found by underscores too', async () => {
  const secret = { 'x-askpro-secret': t.secrets.elevenlabs };
  const answer = await t.send('/api/elevenlabs/conversation_initiation', { called_number: LINE }, secret);
  // Named by the transfer tool, so that the platform must find it.
  expect(answer.body.dynamic_variables).toMatchObject({ transfer_number: '', greeting: expect.stringContaining('KI') });
});

test.each<[string, object, Record<string, string>, string]>([
  ['a header', {}, { 'x-language': 'en-US' }, 'en'],
  ['a variable', { dynamic_variables: { language: 'English' } }, { 'x-language': 'de' }, 'en'],
  ['the setting of the agent', { conversation_config_override: { agent: { language: 'en' } } }, {}, 'en'],
  ['a header that was not filled', {}, { 'x-language': '{{language}}' }, 'de'],
  ['a language that is not spoken here', {}, { 'x-language': 'fr' }, 'de'],
])('ElevenLabs names the language of a conversation by %s', async (_how, body, headers, language) => {
  const secret = { 'x-askpro-secret': t.secrets.elevenlabs, ...headers };
  const start = { called_number: LINE, ...body };
  const { body: started } = await t.send('/api/elevenlabs/conversation-initiation', start, secret);
  expect(started.dynamic_variables.language).toBe(language);
  const call = { ...secret, 'x-language': started.dynamic_variables.language as string, 'x-line-number': LINE };
  const { body: told } = await t.send('/api/elevenlabs/get_available_services', {}, call);
  expect(told.message).toMatch(language === 'en' ? /We offer/ : /Wir bieten/);
});

describe('an MCP request', () => {
  const mcp = (body: unknown, headers: Record<string, string> = {}): Promise<request.Response> =>
    t.send('/mcp', body, {
      ...{ authorization: `Bearer ${t.secrets.mcp}`, accept: 'application/json, text/event-stream' },
      ...headers,
    });
  const call = (id: number, name: string, args: object = {}): object => ({
    ...{ jsonrpc: '2.0', id, method: 'tools/call' },
    params: { name, arguments: args },
  });

  test('of several messages is done in their order, where the revision has batches', async () => {
    const day = openDay(12);
    const wish = { service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: '10:00' };
    const batch = [
      call(1, 'create_booking', { ...wish, customer_name: 'Erika Beispiel' }),
      call(2, 'get_customer_appointments'),
      call(3, 'cancel_appointment', { appointment_date: day }),
      call(4, 'check_availability', wish),
    ];
    const ends = { 'x-call-id': 'mcp-in-order', 'x-caller-number': '+491715553002', 'x-line-number': LINE };
    const { status, body } = await mcp(batch, { ...ends, 'mcp-protocol-version': '2025-03-26' });
    const results = body as { id: number; result: { structuredContent: { status: string } } }[];
    expect([status, ...results.map(({ id, result }) => [id, result.structuredContent.status])]).toEqual([
      ...[200, [1, 'booked'], [2, 'found'], [3, 'cancelled'], [4, 'available']],
    ]);
  });

  test('of several messages is refused by later revisions, and when it is long', async () => {
    const later = await mcp([call(1, 'check_customer')], { 'mcp-protocol-version': '2025-06-18' });
    expect([later.status, later.body.error.message]).toEqual([400, expect.stringContaining('2025-06-18')]);
    const long = await mcp(Array.from({ length: 21 }, (_, id) => call(id, 'check_customer')));
    expect([long.status, long.body.error.code]).toEqual([400, -32600]);
  });

  test.each([{ accept: '*/*' }, { accept: 'text/html, */*;q=0.1' }, {}])('with %j is answered', async (accept) => {
    const token = { authorization: `Bearer ${t.secrets.mcp}` };
    expect((await t.send('/mcp', call(1, 'check_customer'), { ...token, ...accept })).status).toBe(200);
  });

  test.each(['ongoing', 'ended'])('cannot speak for a call of another platform that is %s', async (status) => {
    const callId = `call_of_retell_${status}`;
    await t.sql.query(
      `insert into calls (company_id, branch_id, retell_call_id, status, started_at, recording_consent, recording_consent_at)
       select company_id, id, $1, $2, now(), false, now() from branches`,
      [callId, status],
    );
    const asked = [call(1, 'record_consent', { consent: 'ja' }), call(2, 'transfer_to_human', { reason: 'Rechnung' })];
    const { body } = await mcp(asked, { 'x-call-id': callId, 'x-caller-number': '+491715553003' });
    expect(body[0].result.structuredContent).toMatchObject({ status: 'error', consent: null });
    const { rows } = await t.sql.query(
      'select recording_consent, hand_over, platform from calls where retell_call_id = $1',
      [callId],
    );
    expect(rows).toEqual([{ recording_consent: false, hand_over: null, platform: 'retell' }]);
  });
});

test('a yes to the recording that comes after the call is not noted', async () => {
  const call = t.callOn('vapi', { fromNumber: '+491715553004' });
  await call.ring();
  expect((await call.tool('record_consent', { consent: 'nein' })).answer.status).toBe('recorded');
  await t.sql.query(`update calls set status = 'analyzed' where retell_call_id = $1`, [call.callId]);
  expect((await call.tool('record_consent', { consent: 'ja' })).answer.status).toBe('error');
  const { rows } = await t.sql.query('select recording_consent from calls where retell_call_id = $1', [call.callId]);
  expect(rows).toEqual([{ recording_consent: false }]);
});

test('Vapi learns where to transfer a call, and why not', async () => {
  const call = { id: 'vapi-transfer', type: 'inboundPhoneCall', customer: { number: '+491715553005' } };
  const ends = { call, phoneNumber: { number: LINE } };
  const { rows: branches } = await t.sql.query('select id from branches');
  const asked = (): Promise<request.Response> => t.vapi({ type: 'transfer-destination-request', ...ends });
  expect((await asked()).body).toEqual({ error: expect.stringMatching(/\S/) });
  await t.admin('patch', `/branches/${String(branches[0].id)}`, {
    transfer_rules: { numbers: [], fallback: '+493012340000' },
  });
  const reason = 'möchte eine Rechnung klären';
  const toolCallList = [{ id: 'a', name: 'transfer_to_human', arguments: { reason } }];
  await t.vapi({ type: 'tool-calls', toolCallList, ...ends });
  expect((await asked()).body).toEqual({
    destination: { type: 'number', number: '+493012340000', message: expect.stringMatching(/\S/) },
  });
  const { rows } = await t.sql.query(`select hand_over from calls where retell_call_id = 'vapi-transfer'`);
  expect(rows).toMatchObject([{ hand_over: { reason, transferNumber: '+493012340000' } }]);
});

test('reports without the usual place of words or numbers are read at the other one', async () => {
  const from = '+491715553006';
  await t.vapi({
    ...{ type: 'end-of-call-report', endedReason: 'hangup', phoneNumber: { number: LINE } },
    artifact: { transcript: 'AI: Guten Tag.\nUser: Hallo.\n' },
    call: { id: 'vapi-text-only', type: 'inboundPhoneCall', customer: { number: from } },
  });
  const phone_call = { type: 'sip_trunking', direction: 'outbound', agent_number: LINE, external_number: from };
  const metadata = { start_time_unix_secs: NOW_SECONDS(), call_duration_secs: 7, phone_call };
  await t.report({ type: 'post_call_transcription', data: { conversation_id: 'conv_by_line', metadata } });
  const read = async (): Promise<unknown[]> =>
    (
      await t.sql.query(
        `select direction, from_number, to_number, transcript from calls
         where retell_call_id in ('vapi-text-only', 'conv_by_line') and status = 'analyzed' order by platform`,
      )
    ).rows;
  expect(await until(read, (found) => found.length >= 2)).toEqual([
    { direction: 'outbound', from_number: LINE, to_number: from, transcript: null },
    { direction: 'inbound', from_number: from, to_number: LINE, transcript: 'Agent: Guten Tag.\nUser: Hallo.' },
  ]);
});

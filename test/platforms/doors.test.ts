import { createHmac } from 'node:crypto';
import { Client as McpClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import request from 'supertest';
import { ADMIN_TOKEN, openDay } from '../support/gateway';
import { LINE, startPlatformGateway, type PlatformGateway } from '../support/platform-gateway';
import { until } from '../support/until';

const FOREIGN = 'vapi-secret-of-another-one';

let t: PlatformGateway;
let foreignId: string;

beforeAll(async () => {
  t = await startPlatformGateway();
  const another = await t.admin('post', '/companies', { name: 'Another', slug: 'another', vapi_secret: FOREIGN });
  foreignId = another.body.data.id as string;
  expect(another.body.data).toMatchObject({ has_vapi_secret: true, has_elevenlabs_secret: false });
});
afterAll(() => t.stop());

type Ask = (tool: string, args: object) => Promise<Record<string, unknown>>;
const vapiMessage = (message: object, secret = t.secrets.vapi): Promise<request.Response> =>
  t.send('/api/vapi', { message }, { 'x-vapi-secret': secret });
const vapiCall = (id: string, from: string) => ({
  call: { id, type: 'inboundPhoneCall', customer: { number: from } },
  phoneNumber: { number: LINE },
});

let asked = 0;
/** One call on each platform, as its agent would ask. */
const PLATFORMS: Record<string, (from: string) => Promise<{ ask: Ask; end: () => Promise<void> }>> = {
  retell: async (from) => {
    const call = { call_id: `call_${from.slice(1)}abcdef`, from_number: from };
    return { ask: async (tool, args) => (await t.tool(tool, { ...args }, call)).body, end: async () => undefined };
  },
  vapi: async (from) => ({
    ask: async (tool, args) => {
      const id = `toolu_${++asked}`;
      const toolCallList = [{ id, type: 'function', function: { name: tool, arguments: JSON.stringify(args) } }];
      const answer = await vapiMessage({
        type: 'tool-calls',
        toolCallList,
        ...vapiCall(`vapi-${from.slice(1)}`, from),
      });
      expect(answer.body.results).toHaveLength(1);
      const [{ toolCallId, name, result }] = answer.body.results;
      expect({ toolCallId, name }).toEqual({ toolCallId: id, name: tool });
      expect(result).not.toContain('\n');
      return JSON.parse(result);
    },
    end: async () => undefined,
  }),
  elevenlabs: async (from) => ({
    ask: async (tool, args) =>
      (
        await t.send(`/api/elevenlabs/${tool}`, args, {
          ...{ 'x-askpro-secret': t.secrets.elevenlabs, 'x-call-id': `conv_${from.slice(1)}` },
          ...{ 'x-caller-number': from, 'x-line-number': LINE },
        })
      ).body,
    end: async () => undefined,
  }),
  mcp: async (from) => {
    const client = new McpClient({ name: 'test', version: '1' });
    const headers = {
      ...{ authorization: `Bearer ${t.secrets.mcp}`, 'x-call-id': `mcp-call-${from.slice(1)}` },
      ...{ 'x-caller-number': from, 'x-line-number': LINE },
    };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${t.url}/mcp`), { requestInit: { headers } }));
    return {
      ask: async (tool, args) => {
        const { content, structuredContent } = await client.callTool({ name: tool, arguments: { ...args } });
        const fields = structuredContent as Record<string, unknown>;
        expect((content as { text: string }[])[0]!.text).toBe(fields.message);
        return fields;
      },
      end: () => client.close(),
    };
  },
};

test('the same conversation is the same on every platform', async () => {
  const day = openDay(9);
  const heard: Record<string, unknown[]> = {};
  for (const [index, [platform, call]] of Object.entries(PLATFORMS).entries()) {
    const from = `+49171555100${index}`;
    const { ask, end } = await call(from);
    const slot = { service_name: 'Herrenhaarschnitt', desired_date: day, desired_time: '10:00' };
    const booking = { ...slot, customer_name: 'Erika Beispiel' };
    const answers = [
      await ask('check_customer', {}),
      await ask('check_availability', slot),
      await ask('book_appointment', booking),
      await ask('book_appointment', booking),
      await ask('cancel_appointment', { appointment_date: day }),
    ];
    await end();
    heard[platform] = answers.map(({ status, message, booked, available }) => ({ status, message, booked, available }));
    expect(answers.map(({ status }) => status)).toEqual([
      ...['new_customer', 'available', 'booked', 'booked', 'cancelled'],
    ]);
    expect(answers[3]).toMatchObject({ idempotent_replay: true, booking_uid: answers[2]!.booking_uid });
    const { rows } = await t.sql.query(`select platform, from_number from calls where from_number = $1`, [from]);
    expect(rows).toEqual([{ platform, from_number: from }]);
  }
  for (const platform of Object.keys(PLATFORMS)) expect(heard[platform]).toEqual(heard.retell);
});

test('several tool calls in one message are answered each, in order, whatever their shape', async () => {
  const toolCallList = [
    { id: 'a', name: 'get_available_services', arguments: {} },
    { id: 'b', function: { name: 'make_coffee', arguments: '{}' } },
    { id: 'c', name: 'parse_date', parameters: { date: 'morgen' } },
  ];
  const { status, body } = await vapiMessage({
    type: 'tool-calls',
    toolCallList,
    ...vapiCall('vapi-several', '+4917155'),
  });
  expect(status).toBe(200);
  expect(body.results.map((one: { toolCallId: string }) => one.toolCallId)).toEqual(['a', 'b', 'c']);
  const statuses = body.results.map((one: { result: string }) => (JSON.parse(one.result) as { status: string }).status);
  expect(statuses).toEqual(['found', 'error', 'ok']);
});

test('what the model writes identifies no caller; a call without numbers is an anonymous caller', async () => {
  const args = {
    caller_number: '+4930901820',
    from_number: '+4930901820',
    call_id: 'call_known',
    _caller: '+4930901820',
  };
  const web = { type: 'tool-calls', call: { id: 'vapi-web', type: 'webCall' } };
  const vapi = await vapiMessage({ ...web, toolCallList: [{ id: '1', name: 'check_customer', arguments: args }] });
  expect(JSON.parse(vapi.body.results[0].result)).toMatchObject({ status: 'anonymous' });
  const headers = { 'x-askpro-secret': t.secrets.elevenlabs, 'x-caller-number': '{{system__caller_id}}' };
  expect((await t.send('/api/elevenlabs/check_customer', args, headers)).body).toMatchObject({ status: 'anonymous' });
});

test.each([
  ['Vapi without a secret', '/api/vapi', {}],
  ['Vapi with a wrong one', '/api/vapi', { 'x-vapi-secret': 'not-the-secret-at-all' }],
  ['ElevenLabs without a secret', '/api/elevenlabs/check_customer', {}],
  ['ElevenLabs with Vapi’s', '/api/elevenlabs/check_customer', { 'x-askpro-secret': 'vapi' }],
  ['a report without a signature', '/api/elevenlabs/webhook', { 'x-askpro-secret': 'elevenlabs' }],
  ['MCP without a token', '/mcp', {}],
  ['MCP with a token of another role', '/mcp', { authorization: `Bearer ${ADMIN_TOKEN}` }],
])('%s is 401', async (_what, path, { 'x-askpro-secret': of, ...others }: Record<string, string>) => {
  const secret = of === 'vapi' || of === 'elevenlabs' ? { 'x-askpro-secret': t.secrets[of] } : {};
  const message = { type: 'tool-calls', toolCallList: [{ id: '1', name: 'check_customer', arguments: {} }] };
  expect((await t.send(path, { message }, { ...others, ...secret })).status).toBe(401);
});

test('a secret speaks for its own company alone', async () => {
  const message = { type: 'tool-calls', toolCallList: [{ id: '1', name: 'check_customer', arguments: {} }] };
  expect((await vapiMessage({ ...message, ...vapiCall('vapi-foreign', '+4930901820') }, FOREIGN)).status).toBe(401);
  await t.admin('patch', `/companies/${foreignId}`, { is_active: false });
  expect((await vapiMessage(message, FOREIGN)).status).toBe(401);
});

test('events of a call are stored once, unknown ones too, and answered with 200', async () => {
  const call = vapiCall('vapi-events', '+491715550077');
  const messages = [
    { role: 'bot', message: 'Guten Tag.' },
    { role: 'user', message: 'Hallo.' },
  ];
  const report = { type: 'end-of-call-report', endedReason: 'customer-ended-call', artifact: { messages }, ...call };
  for (const message of [
    { type: 'status-update', status: 'in-progress', ...call },
    report,
    report,
    { type: 'hang', ...call },
  ]) {
    const answer = await vapiMessage(message);
    expect([answer.status, answer.body]).toEqual([200, {}]);
  }
  const raw = JSON.stringify({
    type: 'post_call_transcription',
    data: {
      conversation_id: 'conv_reported',
      transcript: [{ role: 'agent', message: 'Guten Tag.' }],
      metadata: {
        ...{ start_time_unix_secs: 1_795_500_000, call_duration_secs: 42 },
        termination_reason: 'end_call tool was called.',
      },
      conversation_initiation_client_data: {
        dynamic_variables: { system__caller_id: '+491715550088', system__called_number: LINE },
      },
    },
  });
  const stamp = String(Math.floor(Date.now() / 1000));
  const digest = createHmac('sha256', t.reportSecret).update(`${stamp}.${raw}`).digest('hex');
  const signed = { 'elevenlabs-signature': `t=${stamp},v0=${digest}` };
  expect((await t.send('/api/elevenlabs/webhook', raw, signed)).status).toBe(200);
  expect((await t.send('/api/elevenlabs/webhook', `${raw} `, signed)).status).toBe(401);
  await t.gateway.parts.webhooks.inbox.sweep();
  const analyzed = (id: string): Promise<unknown> =>
    until(async () => {
      const text = `select transcript, from_number, disconnection_reason from calls where retell_call_id = $1 and status = 'analyzed'`;
      return (await t.sql.query(text, [id])).rows[0] as unknown;
    });
  expect(await analyzed('vapi-events')).toMatchObject({
    transcript: 'Agent: Guten Tag.\nUser: Hallo.',
    disconnection_reason: 'user_hangup',
  });
  expect(await analyzed('conv_reported')).toMatchObject({
    ...{ from_number: '+491715550088', transcript: 'Agent: Guten Tag.' },
    disconnection_reason: 'agent_hangup',
  });
  const { rows } = await t.sql.query(`select event_type from webhook_events where provider = 'vapi' order by 1`);
  expect(rows.map((row) => row.event_type as string)).toEqual(['call_analyzed', 'call_ended', 'call_started', 'hang']);
});

test('a conversation starts with every variable, an assistant with its own', async () => {
  const body = { caller_id: '+4930901820', agent_id: 'a', called_number: LINE, call_sid: 'CA1' };
  const headers = { 'x-askpro-secret': t.secrets.elevenlabs };
  const { body: started } = await t.send('/api/elevenlabs/conversation-initiation', body, headers);
  expect(started).toMatchObject({
    type: 'conversation_initiation_client_data',
    dynamic_variables: { language: 'de', business_name: 'Salon Sonnenschein', known_customer_name: expect.any(String) },
  });
  const { body: none } = await vapiMessage({ type: 'assistant-request', ...vapiCall('vapi-start', '+4930901820') });
  expect(none).toEqual({ error: expect.any(String) });
  const named = { assistant: { id: 'assistant_1' }, ...vapiCall('vapi-start-2', '+4930901820') };
  const { body: assistant } = await vapiMessage({ type: 'assistant-request', ...named });
  expect(assistant).toMatchObject({
    assistantId: 'assistant_1',
    assistantOverrides: { variableValues: { language: 'de' } },
  });
});

describe('MCP', () => {
  const headers = (): Record<string, string> => ({
    authorization: `Bearer ${t.secrets.mcp}`,
    accept: 'application/json, text/event-stream',
  });
  const rpc = (method: string, params: object = {}, more: Record<string, string> = {}): Promise<request.Response> =>
    t.send('/mcp', { jsonrpc: '2.0', id: 1, method, params }, { ...headers(), ...more });

  test('speaks every revision from 2025-06-18 on and names the others', async () => {
    const client = { capabilities: {}, clientInfo: { name: 't', version: '1' } };
    for (const protocolVersion of ['2025-06-18', '2025-11-25']) {
      const { body } = await rpc('initialize', { protocolVersion, ...client });
      expect(body.result).toMatchObject({ protocolVersion, capabilities: { tools: {} } });
      expect((await rpc('tools/list', {}, { 'mcp-protocol-version': protocolVersion })).status).toBe(200);
    }
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const modern = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
    const { body } = await rpc('tools/list', { _meta: meta }, modern);
    expect(body.result.tools).toContainEqual(
      expect.objectContaining({
        name: 'cancel_appointment',
        annotations: {
          readOnlyHint: false,
          destructiveHint: true,
          idempotentHint: expect.any(Boolean),
          openWorldHint: true,
        },
      }),
    );
    const refused = await rpc('tools/list', {}, { 'mcp-protocol-version': '2020-01-01' });
    expect([refused.status, refused.body.error.message]).toEqual([400, expect.stringContaining('2025-11-25')]);
  });

  test('refuses other methods, origins and tools by the protocol’s rules', async () => {
    expect((await request(t.gateway.server).get('/mcp')).status).toBe(405);
    expect((await rpc('tools/list', {}, { origin: 'https://evil.example' })).status).toBe(403);
    const unknown = await rpc('tools/call', { name: 'make_coffee' }, { 'mcp-protocol-version': '2025-11-25' });
    expect(unknown.body.error.code).toBe(-32602);
    expect((await t.send('/mcp', '{', headers())).body.error.code).toBe(-32700);
    expect((await t.send('/mcp', {}, {})).headers['www-authenticate']).toBe('Bearer');
  });

  test('takes a caller without numbers as anonymous, and a repeat as a repeat', async () => {
    const version = { 'mcp-protocol-version': '2025-11-25' };
    const call = async (name: string, args: object): Promise<Record<string, unknown>> =>
      (await rpc('tools/call', { name, arguments: args }, version)).body.result.structuredContent;
    expect(await call('check_customer', {})).toMatchObject({ status: 'anonymous' });
    const booking = { service_name: 'Bartpflege', desired_date: openDay(12), desired_time: '11:00' };
    const person = { customer_name: 'Jo Beispiel', customer_phone: '+491715559999' };
    const first = await call('book_appointment', { ...booking, ...person });
    expect(first).toMatchObject({ status: 'booked' });
    expect(await call('book_appointment', { ...booking, ...person })).toMatchObject({ booking_uid: first.booking_uid });
  });
});

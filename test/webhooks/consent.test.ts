import { createHmac } from 'node:crypto';
import { Client } from 'pg';
import request from 'supertest';
import { ADMIN_TOKEN, startTestGateway, type TestGateway } from '../support/gateway';
import { webhooksSettled } from '../support/webhooks-settled';
import { until } from '../support/until';

const LINE = '+493012345678';
const VAPI = 'vapi-secret-of-the-salon';
const ELEVENLABS = 'elevenlabs-webhook-of-the-salon';
const WORDS = 'Agent: Guten Tag, hier ist die digitale Assistentin.\nUser: Mein Name ist Rosmarin.';

let t: TestGateway;
let sql: Client;
let company: string;
beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  company = `/api/admin/companies/${(await sql.query(`select id from companies`)).rows[0].id as string}`;
  await change({ vapi_secret: VAPI, elevenlabs_webhook_secret: ELEVENLABS });
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

const authorised = { authorization: `Bearer ${ADMIN_TOKEN}` };
async function change(fields: object): Promise<Record<string, unknown>> {
  const answer = await request(t.gateway.server).patch(company).set(authorised).send(fields);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body.data as Record<string, unknown>;
}

let calls = 0;
const newCall = (): string => `call_decade${(++calls).toString(16).padStart(22, '0')}`;

const rowOf = async (callId: string): Promise<Record<string, unknown>> =>
  (
    await sql.query(
      `select c.*, (select json_agg(e.payload) from webhook_events e where e.payload::text like '%' || $1 || '%') as events
       from calls c where retell_call_id = $1`,
      [callId],
    )
  ).rows[0];

const RECORDING = 'https://recordings.example/Rosmarin.wav';

/** How each platform tells of the end of a call. */
const ENDS: Record<string, (callId: string) => Promise<request.Response>> = {
  retell: async (callId) => {
    const call = { call_id: callId, agent_id: 'agent_demo', agent_version: 7, to_number: LINE, transcript: WORDS };
    Object.assign(call, { recording_url: RECORDING });
    await t.post('/api/retell/webhook', { event: 'call_ended', call });
    const call_analysis = { call_summary: 'Rosmarin fragt', user_sentiment: 'Negative' };
    return t.post('/api/retell/webhook', { event: 'call_analyzed', call: { ...call, call_analysis } });
  },
  vapi: (callId) => {
    const messages = WORDS.split('\n').map((line) => ({
      role: line.startsWith('Agent') ? 'bot' : 'user',
      message: line.slice(line.indexOf(' ') + 1),
    }));
    const message = {
      ...{ type: 'end-of-call-report', artifact: { messages, recordingUrl: RECORDING }, phoneNumber: { number: LINE } },
      call: { id: callId, type: 'inboundPhoneCall', customer: { number: '+49301118888' } },
      analysis: { summary: 'Rosmarin fragt', structuredData: { sentiment: 'Negative' } },
    };
    return request(t.gateway.server).post('/api/vapi').set('x-vapi-secret', VAPI).send({ message });
  },
  elevenlabs: (callId) => {
    const transcript = WORDS.split('\n').map((line) => ({
      role: line.startsWith('Agent') ? 'agent' : 'user',
      message: line.slice(line.indexOf(' ') + 1),
    }));
    const analysis = { transcript_summary: 'Rosmarin fragt', data_collection_results: { sentiment: 'Negative' } };
    const data = { conversation_id: callId, agent_id: 'agent_demo', transcript, analysis };
    const raw = JSON.stringify({ type: 'post_call_transcription', data });
    const at = Math.floor(Date.now() / 1000);
    const digest = createHmac('sha256', ELEVENLABS).update(`${at}.${raw}`).digest('hex');
    return request(t.gateway.server)
      .post('/api/elevenlabs/webhook')
      .set({ 'content-type': 'application/json', 'elevenlabs-signature': `t=${at},v0=${digest}` })
      .send(raw);
  },
};
/** A call's row on that platform, as its first tool call makes it. */
const open = (platform: string, callId: string): Promise<unknown> =>
  t
    .tool('record_consent', { consent: 'nein' }, { call_id: callId })
    .then(() => sql.query(`update calls set platform = $2 where retell_call_id = $1`, [callId, platform]));

describe.each(Object.keys(ENDS))('the end of a call on %s', (platform) => {
  test('keeps the words and proves the disclosure, and stores no judgement of feelings', async () => {
    const callId = newCall();
    expect((await ENDS[platform]!(callId)).status).toBeLessThan(300);
    await webhooksSettled(t, sql);
    const row = await rowOf(callId);
    expect(row).toMatchObject({ transcript: WORDS, platform, disclosed_at: expect.any(Date), flags: {} });
    expect(row.recording_url).toBe(platform === 'elevenlabs' ? null : RECORDING);
    expect(row.agent_version).toBe(platform === 'retell' ? '7' : null);
    expect(JSON.stringify(row.analysis)).toContain('Rosmarin fragt');
    expect(JSON.stringify(row)).not.toMatch(/negative/i);
  });

  test('keeps no word after a no to the recording, but the disclosure', async () => {
    const callId = newCall();
    await open(platform, callId);
    await ENDS[platform]!(callId);
    await webhooksSettled(t, sql);
    const row = await rowOf(callId);
    expect(row).toMatchObject({ status: 'analyzed', recording_consent: false, transcript: null, analysis: null });
    expect(row.disclosed_at).toEqual(expect.any(Date));
    expect(JSON.stringify(row)).not.toContain('Rosmarin');
  });
});

test('a no that comes after the events deletes what they brought', async () => {
  const callId = newCall();
  await ENDS.retell!(callId);
  await webhooksSettled(t, sql);
  await t.tool('record_consent', { consent: false }, { call_id: callId });
  const row = await rowOf(callId);
  expect(row).toMatchObject({ recording_consent: false, transcript: null, analysis: null });
  expect(JSON.stringify(row)).not.toContain('Rosmarin');
});

test('an answer to the question about a recording is noted with its time; the last one counts', async () => {
  const call = { call_id: newCall() };
  expect((await t.tool('record_consent', {}, call)).body).toMatchObject({
    ...{ status: 'missing_fields', missing_fields: ['consent'], consent: null },
    message: 'Darf das Gespräch aufgezeichnet werden, ja oder nein?',
  });
  expect((await t.tool('record_consent', { consent: 'lieber nicht' }, call)).body).toMatchObject({
    ...{ success: true, status: 'recorded', consent: false },
    message: expect.stringContaining('keine Aufzeichnung'),
  });
  const first = (await rowOf(call.call_id)).recording_consent_at as Date;
  expect((await t.tool('record_consent', { consent: 'yes' }, { ...call, language: 'en' })).body).toMatchObject({
    ...{ status: 'recorded', consent: true, message: 'Thank you. What can I do for you?' },
  });
  const row = await rowOf(call.call_id);
  expect(row.recording_consent).toBe(true);
  expect((row.recording_consent_at as Date).getTime()).toBeGreaterThanOrEqual(first.getTime());
});

test('an agent that does not say what it is raises one alert for its version, in both languages', async () => {
  for (const callId of [newCall(), newCall()])
    await t.post('/api/retell/webhook', {
      event: 'call_analyzed',
      call: { call_id: callId, agent_id: 'agent_demo', agent_version: 8, to_number: LINE, transcript: 'Agent: Hallo.' },
    });
  await webhooksSettled(t, sql);
  const { body } = await until(
    () => request(t.gateway.server).get('/api/admin/alerts?kind=disclosure_missing').set(authorised),
    (answer) => answer.body.data.length > 0,
  );
  expect(body.data).toHaveLength(1);
  expect(body.data[0]).toMatchObject({
    message: expect.stringMatching(/agent_demo, version 8, did not say/),
    message_de: expect.stringMatching(/agent_demo, Version 8, hat .* nicht gesagt/),
    what_to_do: expect.stringContaining('{{greeting}}'),
    what_to_do_de: expect.stringContaining('{{greeting}}'),
  });
});

test('the greeting of the inbound call and of current_context follow the company’s settings', async () => {
  const inbound = async (): Promise<Record<string, string>> =>
    (
      await t.post('/api/retell/webhook', {
        event: 'call_inbound',
        call_inbound: { to_number: LINE, from_number: '+49301119999', agent_id: 'agent_demo' },
      })
    ).body.call_inbound.dynamic_variables;
  expect(await inbound()).toMatchObject({
    greeting: expect.stringContaining('hier ist die digitale Assistentin von Salon Sonnenschein, eine KI.'),
    recording_notice: 'off',
  });
  const changed = await change({
    ai_disclosure: { de: 'Hier antwortet der Computer von {{business_name}}' },
    recording_notice: 'ask',
  });
  expect(changed.ai_disclosure).toEqual({
    enabled: true,
    de: 'Hier antwortet der Computer von {{business_name}}',
    en: null,
  });
  const greeting = 'Hier antwortet der Computer von Salon Sonnenschein. Darf das Gespräch aufgezeichnet werden?';
  expect(await inbound()).toMatchObject({ greeting, recording_notice: 'ask' });
  expect((await t.tool('current_context', {})).body).toMatchObject({ message: greeting, recording_notice: 'ask' });
  expect((await t.tool('current_context', {}, { language: 'en' })).body.message).toMatch(/AI assistant .*recorded\?$/);
});

test('switching the disclosure off is audited and warned of', async () => {
  const finding = async (): Promise<Record<string, unknown>> => {
    const { body } = await request(t.gateway.server).get('/api/admin/check-setup').set(authorised);
    return body.data.find((one: { id: string }) => one.id === 'ai_disclosure') as Record<string, unknown>;
  };
  expect(await finding()).toMatchObject({ status: 'ok' });
  await change({ ai_disclosure: { enabled: false } });
  expect(await finding()).toMatchObject({ status: 'warning', what_to_do: expect.any(String) });
  const { rows } = await sql.query(`select detail from audit_log order by created_at desc limit 1`);
  expect(rows[0].detail).toMatchObject({
    before: { ai_disclosure: { enabled: true } },
    after: { ai_disclosure: { enabled: false } },
  });
});

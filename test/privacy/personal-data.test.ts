import { createHmac } from 'node:crypto';
import Redis from 'ioredis';
import { Client } from 'pg';
import request from 'supertest';
import { PostgresRetentionStore } from '../../src/models/retention-store';
import { retentionJob } from '../../src/jobs/scheduled-jobs';
import { createDataSource } from '../../src/models/data-source';
import { ADMIN_TOKEN, CALCOM_SECRET, openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { RecordingLogger } from '../support/recording-logger';
import { redisUrl } from '../support/servers';
import { keysWith, rowsWith } from './where-it-stands';
import { silentLogger } from '../../src/infra/logger';
import { webhooksSettled } from '../support/webhooks-settled';

const NAME = 'Zacharias Quellenfeind';
const FROM = '+4915799887766';
const OTHER_NUMBER = '+4915788776655';
const EMAIL = 'zq.quellenfeind@privat.example';
const NOTE = 'Allergie gegen Rosmarinwasser';
const WORDS = ['Zacharias', 'Quellenfeind', '99887766', '88776655', 'privat.example', 'Rosmarinwasser'];
const CALL = { call_id: 'call_00000000000000000000000000aa', from_number: FROM };

const log = new RecordingLogger();
let t: TestGateway;
let sql: Client;
let redis: Redis;

beforeAll(async () => {
  t = await startTestGateway({ logger: log });
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  redis = new Redis(redisUrl());
});
afterAll(async () => {
  redis.disconnect();
  await sql.end();
  await t.stop();
});

/** A call with everything a person can leave behind in it, mistakes and an unwilling Cal.com included. */
async function wholeCall(): Promise<{ uid: string }> {
  const wish = { service_name: 'Bartpflege', desired_date: openDay(8), desired_time: '10:00' };
  const person = { customer_name: NAME, customer_phone: OTHER_NUMBER, customer_email: EMAIL, notes: NOTE };
  const retell = (event: string, more: object = {}): Promise<unknown> =>
    t.post('/api/retell/webhook', {
      event,
      call: { ...CALL, agent_id: 'agent_demo', to_number: '+493012345678', start_timestamp: Date.now(), ...more },
    });
  const transcript = `Agent: Wie heißen Sie?\nUser: ${NAME}, ${FROM}, ${EMAIL}. ${NOTE}.`;
  await retell('call_started');
  await t.tool('check_customer', { customer_name: NAME }, CALL);
  await t.tool('check_availability', wish, CALL);
  await t.tool('create_booking', { ...wish, desired_date: `am Tag von ${NAME}`, ...person }, CALL);
  await t.control('/faults', {
    match: { method: 'POST', path: '/v2/bookings' },
    times: 1,
    fault: { kind: 'status', status: 400, message: `${NAME} ${EMAIL} cannot book` },
  });
  await t.tool('create_booking', { ...wish, desired_time: '15:00', ...person }, CALL);
  const { body } = await t.tool('create_booking', { ...wish, ...person }, CALL);
  expect(body.status).toBe('booked');
  await t.tool('get_customer_appointments', {}, CALL);
  await t.tool('reschedule_appointment', { new_date: openDay(9), new_time: '11:00', reason: NOTE }, CALL);
  await t.tool(
    'request_callback',
    { reason: `${NAME}: ${NOTE}`, customer_name: NAME, phone_number: OTHER_NUMBER },
    CALL,
  );
  await t.post('/api/retell/create_booking', `{"args":{"customer_name":"${NAME}"`);
  await t.tool(
    'collect_appointment',
    { customer_name: NAME, telefonnummer: OTHER_NUMBER, sonstiges: EMAIL, datum: `${NAME} ${EMAIL}`, notizen: NOTE },
    CALL,
  );
  const uid = body.booking_uid as string;
  await calcom('BOOKING_CREATED', uid, { status: 'ACCEPTED' });
  await retell('call_ended', { transcript, end_timestamp: Date.now(), duration_ms: 61_000 });
  await retell('call_analyzed', { transcript, call_analysis: { call_summary: `${NAME} (${EMAIL}) books` } });
  await webhooksSettled(t, sql);
  await t.gateway.parts.voice.trace.flush();
  return { uid };
}

async function calcom(triggerEvent: string, uid: string, more: object): Promise<void> {
  const raw = JSON.stringify({
    triggerEvent,
    createdAt: new Date().toISOString(),
    payload: {
      ...{ uid, eventTypeId: 1004, startTime: `${openDay(9)}T10:00:00Z`, endTime: `${openDay(9)}T10:15:00Z` },
      ...{ attendees: [{ name: NAME, email: EMAIL, phoneNumber: FROM }], additionalNotes: NOTE, ...more },
    },
  });
  const signature = createHmac('sha256', CALCOM_SECRET).update(raw).digest('hex');
  await request(t.gateway.server)
    .post('/api/calcom/webhook')
    .set({ 'content-type': 'application/json', 'x-cal-signature-256': signature })
    .send(raw);
}

const traces = async (): Promise<string> =>
  (await sql.query('select t::text as row from call_tool_invocations t')).rows
    .map((row) => row.row as string)
    .join('\n');

describe('a person who rang and booked', () => {
  let uid: string;
  beforeAll(async () => {
    ({ uid } = await wholeCall());
  });

  test('stands in no line of the log', () => {
    expect(log.lines.length).toBeGreaterThan(10);
    expect(log.lines.filter((line) => WORDS.some((word) => line.includes(word)))).toEqual([]);
  });

  test('stands in no trace', async () => {
    const all = await traces();
    expect(all).toContain('create_booking');
    for (const word of WORDS) expect(all).not.toContain(word);
  });

  test('is forgotten by every table and by Redis when erased; Cal.com keeps its attendee', async () => {
    const { rows } = await sql.query('select id, company_id from customers where phone = $1', [FROM]);
    const companyId = rows[0].company_id as string;
    const waiting = { serviceId: 's', startMs: 0, name: NAME, phone: OTHER_NUMBER, email: EMAIL };
    for (const call of [CALL.call_id, 'call_without_row'])
      await redis.set(`call-memory:${companyId}:${call}`, JSON.stringify({ awaiting: waiting }), 'PX', 60_000);
    expect((await rowsWith(sql, WORDS)).length).toBeGreaterThan(5);
    expect((await keysWith(redis, WORDS)).length).toBeGreaterThan(1);
    const answer = await request(t.gateway.server)
      .delete(`/api/admin/customers/${rows[0].id as string}/personal-data`)
      .set('authorization', `Bearer ${ADMIN_TOKEN}`);
    expect(answer.status).toBe(200);
    expect(await rowsWith(sql, WORDS)).toEqual([]);
    expect(await keysWith(redis, WORDS)).toEqual([]);
    expect(JSON.stringify(await atCalcom(uid))).toContain(NAME);
  });

  test('does not come back with an event that is delivered late', async () => {
    await calcom('BOOKING_CANCELLED', uid, { status: 'CANCELLED', cancellationReason: NOTE });
    await t.post('/api/retell/webhook', {
      event: 'call_ended',
      call: { ...CALL, agent_id: 'agent_demo', to_number: '+493012345678', transcript: `User: ${NAME}`, attempt: 2 },
    });
    await webhooksSettled(t, sql);
    const stored = (await rowsWith(sql, WORDS)).filter((row) => !row.startsWith('webhook_events'));
    expect(stored).toEqual([]);
  });
});

async function atCalcom(uid: string): Promise<unknown> {
  const answer = await fetch(`${t.sandbox.url}/bookings/${uid}`, {
    headers: { authorization: 'Bearer cal_sandbox_demo', 'cal-api-version': '2024-08-13' },
  });
  return answer.json();
}

describe('what is older than the configured days', () => {
  const age = async (table: string, column: string, days: number): Promise<void> => {
    await sql.query(`update ${table} set ${column} = now() - $1 * interval '1 day'`, [days]);
  };
  const left = async (): Promise<Record<string, number>> => {
    const { rows } = await sql.query(`select
      (select count(*)::int from calls where transcript is not null or analysis is not null) as transcripts,
      (select count(*)::int from call_tool_invocations) as traces,
      (select count(*)::int from webhook_events) as events,
      (select count(*)::int from appointments) as appointments`);
    return rows[0] as Record<string, number>;
  };

  test.each([90, 30])('transcripts, traces and events of more than %i days go, appointments stay', async (days) => {
    await t.tool('parse_date', { date: 'morgen' }, { call_id: 'call_00000000000000000000000000bb' });
    await t.gateway.parts.voice.trace.flush();
    await sql.query(`update calls set transcript = 'words', analysis = '{}', erased_at = null`);
    const before = await left();
    expect(before.traces).toBeGreaterThan(0);
    const source = await createDataSource(t.databaseUrl, 2).initialize();
    const job = retentionJob({
      retention: new PostgresRetentionStore(source),
      retentionDays: days,
      logger: silentLogger,
    });
    const run = (): Promise<unknown> => Promise.resolve(job.run({}, { signal: new AbortController().signal } as never));
    try {
      for (const [table, column] of TIMES) await age(table, column, days - 1);
      await run();
      expect(await left()).toEqual(before);
      for (const [table, column] of TIMES) await age(table, column, days + 1);
      await run();
      expect(await left()).toEqual({ transcripts: 0, traces: 0, events: 0, appointments: before.appointments });
    } finally {
      await source.destroy();
    }
  });
});

const TIMES = [
  ['calls', 'started_at'],
  ['call_tool_invocations', 'started_at'],
  ['webhook_events', 'received_at'],
] as const;

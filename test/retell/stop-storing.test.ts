import { Client } from 'pg';
import request from 'supertest';
import { STOP_STORING } from '../../src/jobs/stop-storing-job';
import { ADMIN_TOKEN, startTestGateway, type TestGateway } from '../support/gateway';
import { problemWith } from '../support/retell-schemas';
import { RetellStandIn } from '../support/retell-stand-in';

const KEY = 'key_management';

let retell: RetellStandIn;
let t: TestGateway;
let sql: Client;

async function start(env: Record<string, string>): Promise<void> {
  problemWith('CallUpdateParams', {});
  retell = new RetellStandIn(KEY);
  await retell.start();
  t = await startTestGateway({ env: { RETELL_BASE_URL: retell.url, ...env } });
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
}
async function stop(): Promise<void> {
  await sql.end();
  await t.stop();
  await retell.stop();
}

let calls = 0;
const newCall = (): string => `call_facade${(++calls).toString(16).padStart(22, '0')}`;
const drain = (): Promise<void> => t.gateway.parts.operations.jobs.drain();
const jobOf = async (callId: string): Promise<Record<string, unknown>> =>
  (await sql.query(`select * from jobs where name = $1 and payload ->> 'callId' = $2`, [STOP_STORING, callId])).rows[0];
const toldOf = (callId: string): unknown[] =>
  retell.requests.filter(({ path }) => path === `/v2/update-call/${callId}`).map(({ body }) => body);
const findings = async (): Promise<{ id: string; status: string }[]> => {
  const company = (await sql.query(`select id from companies`)).rows[0].id as string;
  const authorised = { authorization: `Bearer ${ADMIN_TOKEN}` };
  await request(t.gateway.server)
    .patch(`/api/admin/companies/${company}`)
    .set(authorised)
    .send({ recording_notice: 'ask' });
  const { body } = await request(t.gateway.server).get(`/api/admin/check-setup?company_id=${company}`).set(authorised);
  return (body.data as { id: string; status: string }[]).filter(({ id }) => id === 'recording_refusal');
};

describe('after a no to the recording, with a key of Retell', () => {
  beforeAll(() => start({ RETELL_MANAGEMENT_KEY: KEY }));
  afterAll(stop);

  test('Retell is asked again and again until it agrees', async () => {
    const callId = newCall();
    retell.faults.push({ on: 'PATCH /v2/update-call', status: 422 }, { on: 'PATCH /v2/update-call', status: 503 });
    await t.tool('record_consent', { consent: 'nein' }, { call_id: callId });
    for (const attempts of [1, 2]) {
      await drain();
      expect(await jobOf(callId)).toMatchObject({ status: 'queued', attempts });
      await sql.query(`update jobs set run_at = now() where status = 'queued'`);
    }
    await drain();
    expect(await jobOf(callId)).toMatchObject({ status: 'done', attempts: 3 });
    expect(toldOf(callId)).toEqual(Array(3).fill({ data_storage_setting: 'basic_attributes_only' }));
  });

  test('a yes that follows counts, and calls of other platforms are not sent to Retell', async () => {
    const [agreed, elsewhere] = [newCall(), newCall()];
    await t.tool('record_consent', { consent: 'nein' }, { call_id: agreed });
    await t.tool('record_consent', { consent: 'ja' }, { call_id: agreed });
    await t.tool('record_consent', { consent: 'nein' }, { call_id: elsewhere });
    await sql.query(`update calls set platform = 'vapi' where retell_call_id = $1`, [elsewhere]);
    await drain();
    expect(await jobOf(agreed)).toMatchObject({ status: 'done' });
    expect(await jobOf(elsewhere)).toMatchObject({ status: 'done' });
    expect([...toldOf(agreed), ...toldOf(elsewhere)]).toEqual([]);
  });

  test('an order that was lost is given once more when the call ends', async () => {
    const callId = newCall();
    await t.tool('record_consent', { consent: 'nein' }, { call_id: callId });
    await sql.query(`delete from jobs where payload ->> 'callId' = $1`, [callId]);
    await t.gateway.parts.voice.lifecycle.ended({
      ...{ platform: 'retell', home: null, callId, direction: 'inbound', fromNumber: null, toNumber: '+493012345678' },
      ...{ agentId: null, startedAt: null, endedAt: new Date(), durationMs: null, disconnectionReason: null },
      ...{
        transcript: null,
        analysis: null,
        language: null,
        agentVersion: null,
        heard: null,
        timing: null,
        recordingUrl: null,
      },
    });
    await drain();
    expect(toldOf(callId)).toEqual([{ data_storage_setting: 'basic_attributes_only' }]);
  });

  test('the set-up check says that Retell is asked', async () => {
    expect(await findings()).toMatchObject([{ status: 'ok' }]);
  });
});

describe('after a no to the recording, without a key of Retell', () => {
  beforeAll(() => start({}));
  afterAll(stop);

  test('nothing is sent, and the set-up check says so', async () => {
    const callId = newCall();
    await t.tool('record_consent', { consent: 'nein' }, { call_id: callId });
    await drain();
    expect(await jobOf(callId)).toMatchObject({ status: 'done' });
    expect(retell.requests).toEqual([]);
    expect(await findings()).toMatchObject([{ status: 'warning' }]);
  });
});

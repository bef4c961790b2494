import fc from 'fast-check';
import { Client } from 'pg';
import { openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { webhooksSettled } from '../support/webhooks-settled';

let t: TestGateway;
let sql: Client;
beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

let calls = 0;
const newCall = (): string => `call_c0ffee${(++calls).toString(16).padStart(22, '0')}`;
const CLAIM = 'Agent: Ihr Termin ist gebucht.\nUser: Danke.';

function deliver(event: string, callId: string, more: object = {}) {
  const call = {
    ...{ call_id: callId, agent_id: 'agent_demo', to_number: '+493012345678', from_number: '+4930901820' },
    ...{ start_timestamp: 1_795_500_000_000, ...more },
  };
  return t.post('/api/retell/webhook', { event, call });
}

interface CallRow {
  status: string;
  transcript: string | null;
  duration_ms: number | null;
  flags: Record<string, unknown>;
}
const callRow = async (callId: string): Promise<CallRow> =>
  (await sql.query('select status, transcript, duration_ms, flags from calls where retell_call_id = $1', [callId]))
    .rows[0] as CallRow;
const alertsOf = async (callId: string): Promise<number> =>
  (await sql.query(`select 1 from alerts where alert_key = $1`, [`call:${callId}`])).rows.length;
const flagged = async (callId: string): Promise<boolean> =>
  'spoken_confirmation_without_booking' in (await callRow(callId)).flags;

test('events in any order, and any of them twice, end in the same call', async () => {
  const events = ['call_started', 'call_ended', 'call_analyzed'] as const;
  const bodies = {
    call_started: {},
    call_ended: { end_timestamp: 1_795_500_060_000, duration_ms: 60_000, transcript: 'Agent: Hallo.' },
    call_analyzed: { duration_ms: 60_000, transcript: 'Agent: Hallo. Bis bald.', call_analysis: { call_summary: 'x' } },
  };
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...events], { minLength: 3 }),
      fc.array(fc.constantFrom(...events), { maxLength: 2 }),
      async (order, again) => {
        const callId = newCall();
        for (const event of [...order, ...again]) {
          expect((await deliver(event, callId, bodies[event])).status).toBe(204);
          await webhooksSettled(t, sql);
        }
        expect(await callRow(callId)).toMatchObject({
          ...{ status: 'analyzed', transcript: 'Agent: Hallo. Bis bald.', duration_ms: 60_000 },
        });
        const { rows } = await sql.query(`select 1 from webhook_events where dedupe_key like '%' || $1`, [callId]);
        expect(rows).toHaveLength(3);
      },
    ),
    { numRuns: 15 },
  );
});

test('an event is a row before it is answered', async () => {
  const callId = newCall();
  await deliver('call_ended', callId, { transcript: 'Agent: x' });
  const { rows } = await sql.query(`select status from webhook_events where dedupe_key = $1`, [`call_ended:${callId}`]);
  expect(rows).toHaveLength(1);
  await webhooksSettled(t, sql);
});

test('an event never books', async () => {
  const count = async (): Promise<unknown> => (await sql.query('select count(*) from appointments')).rows[0];
  const before = await count();
  await deliver('call_analyzed', newCall(), {
    transcript: 'User: Bitte morgen um zehn.',
    call_analysis: { custom_analysis_data: { book: true, date: openDay(3), time: '10:00', service: 'Färben' } },
  });
  await webhooksSettled(t, sql);
  expect(await count()).toEqual(before);
});

describe('a booking that the agent announces', () => {
  test('and that does not exist raises a flag and one alert, however often the event comes', async () => {
    const callId = newCall();
    await deliver('call_analyzed', callId, { transcript: CLAIM });
    await webhooksSettled(t, sql);
    await deliver('call_analyzed', callId, { transcript: CLAIM });
    await webhooksSettled(t, sql);
    expect([await flagged(callId), await alertsOf(callId)]).toEqual([true, 1]);
  });

  test('and that exists raises nothing', async () => {
    const callId = newCall();
    const wish = {
      service_name: 'Bartpflege',
      desired_date: openDay(6),
      desired_time: '10:00',
      customer_name: 'Eva Echt',
    };
    expect((await t.tool('create_booking', wish, { call_id: callId })).body.status).toBe('booked');
    await deliver('call_analyzed', callId, { transcript: CLAIM });
    await webhooksSettled(t, sql);
    expect([await flagged(callId), await alertsOf(callId)]).toEqual([false, 0]);
  });

  test('and that was moved in this call, booked in another, raises nothing', async () => {
    const [first, second] = [newCall(), newCall()];
    const from_number = '+493090182777';
    const wish = {
      service_name: 'Bartpflege',
      desired_date: openDay(6),
      desired_time: '11:00',
      customer_name: 'Eva Echt',
    };
    await t.tool('create_booking', wish, { call_id: first, from_number });
    const { body } = await t.tool(
      'reschedule_appointment',
      { new_date: openDay(7), new_time: '12:00' },
      { call_id: second, from_number },
    );
    expect(body.status).toBe('rescheduled');
    await deliver('call_analyzed', second, {
      from_number,
      transcript: 'Agent: Ich habe Sie für zwölf Uhr eingetragen.',
    });
    await webhooksSettled(t, sql);
    expect(await flagged(second)).toBe(false);

    const third = newCall();
    await t.tool('get_customer_appointments', {}, { call_id: third, from_number });
    await deliver('call_analyzed', third, {
      from_number,
      transcript: 'Agent: Sie haben um zwölf Uhr einen Termin gebucht.',
    });
    await webhooksSettled(t, sql);
    expect(await flagged(third)).toBe(false);
  });

  test('and that failed raises a flag', async () => {
    const callId = newCall();
    await t.control('/faults', {
      match: { method: 'POST', path: '/v2/bookings' },
      times: 5,
      fault: { kind: 'status', status: 400, message: 'No available users found.' },
    });
    const wish = {
      service_name: 'Färben',
      desired_date: openDay(8),
      desired_time: '10:00',
      customer_name: 'Nora Nicht',
    };
    const { body } = await t.tool('create_booking', wish, { call_id: callId });
    expect(body.booked).toBe(false);
    await deliver('call_analyzed', callId, { transcript: "Agent: Great, you're all set for ten." });
    await webhooksSettled(t, sql);
    expect(await flagged(callId)).toBe(true);
    await fetch(`${t.sandbox.controlUrl}/faults`, { method: 'DELETE' });
  });

  test('only asked about raises nothing', async () => {
    const callId = newCall();
    await deliver('call_analyzed', callId, { transcript: 'Agent: Soll ich den Termin buchen?\nUser: Nein.' });
    await webhooksSettled(t, sql);
    expect(await flagged(callId)).toBe(false);
  });
});

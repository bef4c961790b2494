import fc from 'fast-check';
import { Client } from 'pg';
import request from 'supertest';
import type { Holiday, TransferRules, WeeklyHours } from '../../src/domain';
import { inZone, localDate } from '../../src/local-time';
import { withinHours } from '../../src/services/tenants/opening-hours';
import { callbackDue } from '../../src/services/voice/callbacks';
import { ADMIN_TOKEN, openDay, startTestGateway, type TestGateway } from '../support/gateway';
import { until } from '../support/until';

const zone = 'Europe/Berlin';
const NINE_TO_FIVE: WeeklyHours = Object.fromEntries(
  [1, 2, 3, 4, 5].map((day) => [
    day,
    [
      { open: '09:00', close: '12:00' },
      { open: '13:00', close: '17:00' },
    ],
  ]),
);
const local = (at: Date): string => inZone(at, zone).toFormat('ccc dd.MM. HH:mm');

const closedOn = (day: string): Holiday => ({ name: 'Feiertag', firstDay: day, lastDay: day, isYearly: false });

describe('the time by which a caller is rung back', () => {
  const due = (iso: string, priority: 'normal' | 'high' | 'urgent', hours = NINE_TO_FIVE, holidays: Holiday[] = []) =>
    local(callbackDue(new Date(iso), priority, { hours, zone, holidays }));

  test('counts opening hours only, skips holidays, and is a quarter of an hour', () => {
    expect(due('2026-11-24T09:02:00Z', 'urgent')).toBe('Tue 24.11. 10:45');
    expect(due('2026-11-24T09:00:00Z', 'high')).toBe('Tue 24.11. 12:00');
    expect(due('2026-11-24T09:30:00Z', 'high')).toBe('Tue 24.11. 13:30');
    expect(due('2026-11-24T15:00:00Z', 'normal')).toBe('Wed 25.11. 12:00');
    expect(due('2026-11-27T15:30:00Z', 'high')).toBe('Mon 30.11. 10:30');
    expect(due('2026-11-27T15:30:00Z', 'high', NINE_TO_FIVE, [closedOn('2026-11-30')])).toBe('Tue 01.12. 10:30');
    expect(due('2026-11-24T09:02:00Z', 'urgent', {})).toBe('Tue 24.11. 10:45');
  });

  test('is never before its minutes have passed, nor outside opening hours, at whatever moment it is asked for', () => {
    const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, fc.constantFrom('normal', 'high', 'urgent'), (from, priority) => {
        const at = callbackDue(from, priority, { hours: NINE_TO_FIVE, zone, holidays: [closedOn('2026-12-25')] });
        const minutes = { urgent: 30, high: 120, normal: 240 }[priority];
        expect(at.getTime() - from.getTime()).toBeGreaterThanOrEqual(minutes * 60_000);
        expect(withinHours(new Date(at.getTime() - 60_000), NINE_TO_FIVE, zone)).toBe(true);
        expect(localDate(at, zone)).not.toBe('2026-12-25');
      }),
    );
  });
});

describe('a caller who needs a person', () => {
  let t: TestGateway;
  let sql: Client;
  let branch: string;
  beforeAll(async () => {
    t = await startTestGateway();
    sql = new Client({ connectionString: t.databaseUrl });
    await sql.connect();
    branch = `/api/admin/branches/${(await sql.query(`select id from branches`)).rows[0].id as string}`;
  });
  afterAll(async () => {
    await sql.end();
    await t.stop();
  });

  const authorised = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const ALWAYS: WeeklyHours = Object.fromEntries(
    [1, 2, 3, 4, 5, 6, 7].map((day) => [day, [{ open: '00:00', close: '24:00' }]]),
  );
  const today = (): string => localDate(new Date(), zone);
  async function rules(transfer_rules: Partial<TransferRules>): Promise<void> {
    const answer = await request(t.gateway.server).patch(branch).set(authorised).send({ transfer_rules });
    if (answer.status !== 200) throw new Error(answer.text);
  }
  async function withHolidayToday(run: () => Promise<void>): Promise<void> {
    const fields = { branch_id: branch.split('/').at(-1), name: 'Betriebsausflug', first_day: today() };
    const company = (await sql.query(`select company_id as id from branches`)).rows[0].id as string;
    const add = request(t.gateway.server).post('/api/admin/holidays').set(authorised);
    const { body } = await add.send({ company_id: company, ...fields }).expect(201);
    await run();
    await request(t.gateway.server).delete(`/api/admin/holidays/${body.data.id}`).set(authorised).expect(200);
  }
  let calls = 0;
  const newCall = (from_number = `+49301114${String(++calls).padStart(3, '0')}`) => ({
    call_id: `call_facade${(++calls).toString(16).padStart(22, '0')}`,
    from_number,
  });
  /** What was asked in a call is written down behind its answers. */
  const traced = ({ call_id }: { call_id: string }, answers: number): Promise<unknown> =>
    until(async () => {
      const text = `select 1 from calls c join call_tool_invocations i on i.call_id = c.retell_call_id where i.call_id = $1`;
      return (await sql.query(text, [call_id])).rowCount === answers;
    });
  const noteOf = async (callId: string): Promise<Record<string, unknown>> =>
    (
      await request(t.gateway.server)
        .get(`/api/admin/calls?call_id=${callId}`)
        .set(authorised)
        .then(async ({ body }) =>
          request(t.gateway.server)
            .get(`/api/admin/calls/${String(body.data[0].id)}`)
            .set(authorised),
        )
    ).body.data.hand_over as Record<string, unknown>;

  test('is put through to the first number that answers now, with a note for the person who takes over', async () => {
    await rules({
      numbers: [
        { number: '+493099900001', hours: {} },
        { number: '+493099900002', hours: ALWAYS },
        { number: '+493099900003', hours: ALWAYS },
      ],
    });
    const call = newCall();
    await t.tool(
      'check_availability',
      { service_name: 'Färben', desired_date: openDay(3), desired_time: '10:00' },
      call,
    );
    await traced(call, 1);
    const args = {
      reason: 'möchte über Allergien sprechen',
      customer_name: 'Ada Muster',
      summary: 'Färben, hat Allergien',
    };
    const { body } = await t.tool('human_handoff', args, call);
    expect(body).toMatchObject({
      ...{ success: true, status: 'transfer', transfer_number: '+493099900002', callback_due: null },
      ...{ message: 'Einen Moment bitte, ich verbinde Sie.', reason: 'möchte über Allergien sprechen' },
      summary: expect.stringMatching(/^Anruf von Ada Muster: Färben, .*zehn Uhr.*Allergien/),
    });
    expect(await noteOf(call.call_id)).toMatchObject({
      ...{ outcome: 'transfer', transferNumber: '+493099900002', asked: 'Färben, hat Allergien' },
      customer: { name: 'Ada Muster', phone: call.from_number },
      collected: { service: 'Färben', day: openDay(3), start: expect.stringMatching(/T/) },
      tried: [{ tool: 'check_availability', status: expect.any(String) }],
      ...{ reason: 'möchte über Allergien sprechen', nextQuestion: null },
    });
  });

  test('reaches the fallback on a holiday', async () => {
    const fallback = '+493099900009';
    await rules({ numbers: [{ number: '+493099900002', hours: ALWAYS }], fallback });
    await withHolidayToday(async () => {
      const { body } = await t.tool('request_transfer', { reason: 'Beschwerde' }, newCall());
      expect(body).toMatchObject({ status: 'transfer', transfer_number: fallback });
    });
  });

  test('is offered a callback with its time when no person answers now', async () => {
    await rules({ numbers: [{ number: '+493099900002', hours: {} }] });
    const call = newCall();
    const { body } = await t.tool('transfer_to_human', { reason: 'Beschwerde' }, call);
    expect(body).toMatchObject({
      ...{
        success: true,
        status: 'callback_offered',
        transfer_number: null,
        callback_due: expect.stringMatching(/\+0[12]:00$/),
      },
      message: expect.stringMatching(
        /^Im Moment ist leider niemand erreichbar, wir rufen Sie bis spätestens .+ zurück\./,
      ),
    });
    const { rows } = await sql.query(`select * from callback_requests where call_id = $1`, [call.call_id]);
    expect(rows).toMatchObject([
      { id: body.callback_id, priority: 'high', phone: call.from_number, status: 'pending' },
    ]);
    expect((rows[0].due_at as Date).getTime()).toBe(Date.parse(body.callback_due));
    expect(await noteOf(call.call_id)).toMatchObject({
      outcome: 'callback',
      nextQuestion: 'Welche Leistung wünschen Sie?',
    });
    // The same wish again is the same callback.
    const again = await t.tool('transfer_to_human', { reason: 'Beschwerde' }, call);
    expect(again.body).toMatchObject({ callback_id: body.callback_id, callback_due: body.callback_due });
  });

  test('with a withheld number is asked for one', async () => {
    await rules({});
    const { body } = await t.tool('transfer_to_human', { reason: 'Frage' }, newCall('anonymous'));
    expect(body).toMatchObject({ status: 'missing_fields', missing_fields: ['phone_number'] });
  });

  test('and rings again within 15 minutes after a failed call is offered a person first', async () => {
    const inbound = async (from_number: string): Promise<string> => {
      const event = { event: 'call_inbound', call_inbound: { to_number: '+493012345678', from_number } };
      return (await t.post('/api/retell/webhook', event)).body.call_inbound.dynamic_variables.prefer_human as string;
    };
    const failed = newCall();
    expect(await inbound(failed.from_number)).toBe('false');
    await t.tool('check_availability', { service_name: 'Raumfahrt', desired_date: openDay(3) }, failed);
    await traced(failed, 1);
    expect(await inbound(failed.from_number)).toBe('true');
    const again = { call_id: 'call_aga1nfeedbeef0123456789ab', from_number: failed.from_number };
    expect((await t.tool('current_context', {}, again)).body).toMatchObject({ prefer_human: true });
    expect(await inbound('+493011149999')).toBe('false');
    await sql.query(`update calls set started_at = now() - interval '16 minutes' where retell_call_id = $1`, [
      failed.call_id,
    ]);
    expect(await inbound(failed.from_number)).toBe('false');
    const helped = newCall();
    await t.tool('check_availability', { service_name: 'Raumfahrt', desired_date: openDay(3) }, helped);
    await t.tool('request_callback', { reason: 'Raumfahrt' }, helped);
    await traced(helped, 2);
    expect(await inbound(helped.from_number)).toBe('false');
  });

  test('finds rules that no person could follow refused', async () => {
    const refused = async (transfer_rules: object): Promise<number> =>
      (await request(t.gateway.server).patch(branch).set(authorised).send({ transfer_rules })).status;
    expect(await refused({ numbers: [{ number: '030 1234' }] })).toBe(400);
    expect(await refused({ fallback: '030 1234' })).toBe(400);
    expect(await refused({ numbers: [{ number: '+493099900002', hours: { 8: [] } }] })).toBe(400);
  });
});

import { nextWorkdayInWords, playConversation, playTestCall } from '../../src/platforms/conversation';
import { PLATFORMS } from '../../src/domain';
import { openDay } from '../support/gateway';
import { startPlatformGateway, type PlatformGateway } from '../support/platform-gateway';
import { until } from '../support/until';

let t: PlatformGateway;
beforeAll(async () => {
  t = await startPlatformGateway();
});
afterAll(() => t.stop());

test.each([
  ['retell', 'de', 'Herrenhaarschnitt', 'um vierzehn Uhr', '+4930901830'],
  ['retell', 'en', "men's haircut", 'at three in the afternoon', '+4930901840'],
  ['vapi', 'en', "men's haircut", 'at four in the afternoon', '+4930901850'],
  ['elevenlabs', 'de', 'Herrenhaarschnitt', 'um zehn Uhr', '+4930901860'],
  ['mcp', 'en', "men's haircut", 'at eleven in the morning', '+4930901870'],
  ['elevenlabs', 'en', "men's haircut", 'at noon', '+4930901880'],
] as const)('a call on %s with all its detours ends well in %s', async (platform, language, service, time, number) => {
  const strangers = [1, 2, 3].map((index) => t.callOn(platform, { fromNumber: `${number}${index}`, language }));
  const shown: string[] = [];
  const turns = await playConversation(
    t.callOn(platform, { fromNumber: number, language }),
    strangers,
    {
      ...{ language, service, time, date: nextWorkdayInWords(language), name: 'Erika Beispiel' },
      ...{ detours: true, books: true, cancelled: false },
    },
    (step) => shown.push(step.kind === 'turn' ? step.message : step.kind),
  );
  expect(turns.map((turn) => `${turn.tool} ${String(turn.answer.status)}`)).toEqual([
    'current_context ok',
    'check_availability available',
    'create_booking slot_taken',
    'create_booking booked',
    'check_availability unavailable',
    'get_customer_appointments found',
    'reschedule_appointment rescheduled',
    'cancel_appointment cancelled',
  ]);
  expect(turns[4]?.answer.reason).toBe('has_existing_appointment');
  expect(shown.join('\n')).not.toMatch(/\d{4}-\d{2}-\d{2}/);
  expect(shown.join('\n')).not.toMatch(language === 'en' ? /Termin|Uhr/ : /appointment|o'clock/);
  const { rows } = await t.sql.query(`select distinct platform from calls where from_number = $1`, [number]);
  expect(rows).toEqual([{ platform }]);
});

test.each(PLATFORMS)('the test call of %s books nothing, with a number and without', async (platform) => {
  const before = await t.sql.query(`select count(*)::int as count from appointments`);
  for (const ends of [{}, { fromNumber: null, toNumber: null }]) {
    expect(await playTestCall(t.callOn(platform, ends))).toMatchObject({
      ok: true,
      heard: [/./, /./].map((text) => expect.stringMatching(text)),
    });
  }
  expect((await t.sql.query(`select count(*)::int as count from appointments`)).rows).toEqual(before.rows);
});

test.each(PLATFORMS)('a test call of %s with a wrong secret says what was refused', async (platform) => {
  const played = await playTestCall(t.callOn(platform, { secret: 'not-the-secret-at-all' }));
  expect(played).toMatchObject({ ok: false, heard: [expect.stringContaining('answered 401')] });
});

test('a call that is played twice finds its time free again, and both end with a duration', async () => {
  const call = {
    ...({ language: 'de', service: 'Herrenhaarschnitt', time: 'um elf Uhr', name: 'Toni Beispiel' } as const),
    ...{ date: openDay(4), detours: false, books: true, cancelled: true },
  };
  for (const pass of [1, 2]) {
    const caller = t.callOn('retell', { fromNumber: '+493023125850' });
    const turns = await playConversation(caller, [], call, () => undefined);
    expect([pass, ...turns.map((turn) => `${turn.tool} ${String(turn.answer.status)}`)]).toEqual([
      ...[pass, 'current_context ok', 'check_availability available', 'create_booking booked'],
    ]);
    expect((await listed(caller.callId)).duration_ms).toBeGreaterThan(0);
  }
});

/** The call in the operator's list, once it has ended. */
async function listed(callId: string): Promise<Record<string, unknown>> {
  const read = async (): Promise<Record<string, unknown>> =>
    (await t.admin('get', `/calls?call_id=${callId}`)).body.data[0] ?? {};
  const isOver = ({ platform, status }: Record<string, unknown>): boolean =>
    status === 'analyzed' || (platform === 'mcp' && status === 'ended');
  return until(read, isOver);
}

test.each(PLATFORMS)('a call on %s is listed with its ends, its end and its duration', async (platform) => {
  const caller = t.callOn(platform, { fromNumber: '+493023125870' });
  await caller.ring();
  expect((await caller.tool('current_context', {})).answer.status).toBe('ok');
  await caller.hangUp();
  if (platform === 'mcp') {
    await t.gateway.parts.voice.trace.flush();
    const { retention } = t.gateway.parts.stores;
    const going = async (): Promise<unknown> => {
      await retention.closeSilent();
      return (await t.sql.query('select status, duration_ms from calls where retell_call_id = $1', [caller.callId]))
        .rows;
    };
    expect(await going()).toEqual([{ status: 'ongoing', duration_ms: null }]);
    const earlier = `started_at = started_at - interval '6 minutes'`;
    await t.sql.query(`update calls set ${earlier} where retell_call_id = $1`, [caller.callId]);
    expect(await going()).toEqual([{ status: 'ongoing', duration_ms: null }]);
    await t.sql.query(`update call_tool_invocations set ${earlier} where call_id = $1`, [caller.callId]);
    await retention.closeSilent();
  }
  expect(await listed(caller.callId)).toMatchObject({
    ...{ platform, direction: 'inbound', from_number: '+493023125870', to_number: '+493012345678' },
    ...{ booked: false, disclosed_at: platform === 'mcp' ? null : expect.any(String) },
    ...{ ended_at: expect.any(String), duration_ms: expect.any(Number) },
  });
});

test('a caller who only asks books nothing, and one whose booking is taken back shows it', async () => {
  const shown: string[] = [];
  for (const books of [false, true]) {
    const call = {
      ...({ language: 'de', service: 'Herrenhaarschnitt', time: 'um zwölf Uhr', name: 'Toni Beispiel' } as const),
      // The detours of the calls above took starts of the next workday.
      ...{ date: openDay(5), detours: false, books, cancelled: true },
    };
    await playConversation(t.callOn('retell', { fromNumber: '+493023125840' }), [], call, (step) =>
      shown.push(step.kind === 'turn' ? step.status : step.kind === 'taken_back' ? `back: ${step.status}` : step.kind),
    );
  }
  expect(shown.filter((step) => step !== 'ring' && step !== 'hang_up')).toEqual([
    ...['ok', 'available'],
    ...['ok', 'available', 'booked', 'back: cancelled'],
  ]);
});

test('a caller who can be offered nothing hangs up', async () => {
  const caller = t.callOn('retell', { fromNumber: '+493023125860' });
  const call = {
    ...({ language: 'de', service: 'Mondfahrt', time: 'um elf Uhr', name: 'Toni Beispiel' } as const),
    ...{ date: nextWorkdayInWords('de'), detours: false, books: true, cancelled: false },
  };
  const turns = await playConversation(caller, [], call, () => undefined);
  expect(turns.map((turn) => turn.tool)).toEqual(['current_context', 'check_availability']);
});

test('the next workday is said in words', () => {
  const on = (day: string, language: 'de' | 'en'): string => nextWorkdayInWords(language, new Date(`${day}T12:00:00Z`));
  expect(on('2026-11-24', 'de')).toBe('morgen');
  expect(on('2026-11-28', 'de')).toBe('übermorgen');
  expect(on('2026-11-27', 'de')).toBe('am Montag');
  expect(on('2026-11-27', 'en')).toBe('on Monday');
});

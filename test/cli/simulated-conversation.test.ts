import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import request from 'supertest';
import { nextWorkdayInWords, playConversation } from '../../src/cli/simulated-conversation';
import { PLATFORMS, type Platform } from '../../src/domain';
import { callerOn } from '../../src/platforms/callers';
import type { CallerOptions, PlatformCaller } from '../../src/platforms/callers/platform-caller';
import { playTestCall } from '../../src/platforms/test-call';
import { ADMIN_TOKEN, RETELL_KEY, startTestGateway, type TestGateway } from '../support/gateway';

const SECRETS: Record<Platform, string> = {
  retell: RETELL_KEY,
  vapi: 'vapi-secret-of-the-salon',
  elevenlabs: 'elevenlabs-secret-of-the-salon',
  mcp: '',
};
let t: TestGateway;
let sql: Client;
beforeAll(async () => {
  t = await startTestGateway();
  sql = new Client({ connectionString: t.databaseUrl });
  await sql.connect();
  const { rows } = await sql.query(`select id from companies where slug = 'salon-sonnenschein'`);
  const id = String(rows[0].id);
  const admin = (method: 'patch' | 'post', path: string, body: object): request.Test =>
    request(t.gateway.server)[method](`/api/admin${path}`).set('authorization', `Bearer ${ADMIN_TOKEN}`).send(body);
  await admin('patch', `/companies/${id}`, { vapi_secret: SECRETS.vapi, elevenlabs_secret: SECRETS.elevenlabs });
  SECRETS.mcp = (await admin('post', '/tokens', { company_id: id, name: 'mcp', role: 'voice' })).body.data.token;
});
afterAll(async () => {
  await sql.end();
  await t.stop();
});

function callerFrom(
  platform: Platform,
  fromNumber: string | null,
  language: 'de' | 'en',
  change: Partial<CallerOptions> = {},
): PlatformCaller {
  const { port } = t.gateway.server.address() as AddressInfo;
  return callerOn(platform, {
    baseUrl: `http://127.0.0.1:${port}`,
    secret: SECRETS[platform],
    fromNumber,
    toNumber: '+493012345678',
    agentId: 'agent_demo',
    language,
    ...change,
  });
}

test.each([
  ['retell', 'de', 'Herrenhaarschnitt', 'um vierzehn Uhr', '+4930901830'],
  ['retell', 'en', "men's haircut", 'at three in the afternoon', '+4930901840'],
  ['vapi', 'en', "men's haircut", 'at four in the afternoon', '+4930901850'],
  ['elevenlabs', 'de', 'Herrenhaarschnitt', 'um zehn Uhr', '+4930901860'],
  ['mcp', 'de', 'Herrenhaarschnitt', 'um elf Uhr', '+4930901870'],
] as const)('a call on %s with all its detours ends well in %s', async (platform, language, service, time, number) => {
  const strangers = [1, 2, 3].map((index) => callerFrom(platform, `${number}${index}`, language));
  const shown: string[] = [];
  const turns = await playConversation(
    callerFrom(platform, number, language),
    strangers,
    {
      ...{ language, service, time, date: nextWorkdayInWords(language), name: 'Erika Beispiel' },
      ...{ detours: true, cancelled: false },
    },
    (line) => shown.push(line),
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
  const { rows } = await sql.query(`select distinct platform from calls where from_number = $1`, [number]);
  expect(rows).toEqual([{ platform }]);
});

test.each(PLATFORMS)('the test call of %s books nothing, with a number and without', async (platform) => {
  const before = await sql.query(`select count(*)::int as count from appointments`);
  for (const ends of [{}, { toNumber: null }]) {
    const from = 'toNumber' in ends ? null : '+4930901890';
    expect(await playTestCall(callerFrom(platform, from, 'de', ends))).toMatchObject({
      ok: true,
      heard: [/./, /./].map((text) => expect.stringMatching(text)),
    });
  }
  expect((await sql.query(`select count(*)::int as count from appointments`)).rows).toEqual(before.rows);
});

test.each(PLATFORMS)('a test call of %s with a wrong secret says what was refused', async (platform) => {
  const played = await playTestCall(callerFrom(platform, '+4930901890', 'de', { secret: 'not-the-secret-at-all' }));
  expect(played).toMatchObject({ ok: false, heard: [expect.stringContaining('answered 401')] });
});

test('a call that is played twice finds its time free again, and both end with a duration', async () => {
  const call = {
    ...({ language: 'de', service: 'Herrenhaarschnitt', time: 'um elf Uhr', name: 'Toni Beispiel' } as const),
    ...{ date: nextWorkdayInWords('de'), detours: false, cancelled: true },
  };
  for (const pass of [1, 2]) {
    const caller = callerFrom('retell', '+493023125850', 'de');
    const turns = await playConversation(caller, [], call, () => undefined);
    expect([pass, ...turns.map((turn) => `${turn.tool} ${String(turn.answer.status)}`)]).toEqual([
      ...[pass, 'current_context ok', 'check_availability available', 'create_booking booked'],
    ]);
    const ended = async (): Promise<number | null> => {
      const answer = await request(t.gateway.server)
        .get(`/api/admin/calls?call_id=${caller.callId}`)
        .set('authorization', `Bearer ${ADMIN_TOKEN}`);
      return answer.body.data[0]?.duration_ms ?? null;
    };
    for (let tries = 0; tries < 100 && (await ended()) === null; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await ended()).toBeGreaterThan(0);
  }
});

test('a caller who can be offered nothing hangs up', async () => {
  const caller = callerFrom('retell', '+493023125860', 'de');
  const call = {
    ...({ language: 'de', service: 'Mondfahrt', time: 'um elf Uhr', name: 'Toni Beispiel' } as const),
    ...{ date: nextWorkdayInWords('de'), detours: false, cancelled: false },
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

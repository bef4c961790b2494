import type { AddressInfo } from 'node:net';
import { RetellCaller } from '../../src/platforms/callers/retell-caller';
import { nextWorkdayInWords, playConversation } from '../../src/cli/simulated-conversation';
import { RETELL_KEY, startTestGateway, type TestGateway } from '../support/gateway';

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway();
});
afterAll(() => t.stop());

function callerFrom(fromNumber: string, language: 'de' | 'en'): RetellCaller {
  const { port } = t.gateway.server.address() as AddressInfo;
  return new RetellCaller({
    baseUrl: `http://127.0.0.1:${port}`,
    secret: RETELL_KEY,
    fromNumber,
    toNumber: '+493012345678',
    agentId: 'agent_demo',
    language,
  });
}

test.each([
  ['de', 'Herrenhaarschnitt', 'um vierzehn Uhr', '+4930901830'],
  ['en', "men's haircut", 'at three in the afternoon', '+4930901840'],
] as const)('a call with all its detours ends well in %s', async (language, service, time, number) => {
  const strangers = [1, 2, 3].map((index) => callerFrom(`${number}${index}`, language));
  const shown: string[] = [];
  const turns = await playConversation(
    callerFrom(number, language),
    strangers,
    { language, service, time, date: nextWorkdayInWords(language), name: 'Erika Beispiel', detours: true },
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
});

test('the next workday is said in words', () => {
  const on = (day: string, language: 'de' | 'en'): string => nextWorkdayInWords(language, new Date(`${day}T12:00:00Z`));
  expect(on('2026-11-24', 'de')).toBe('morgen');
  expect(on('2026-11-28', 'de')).toBe('übermorgen');
  expect(on('2026-11-27', 'de')).toBe('am Montag');
  expect(on('2026-11-27', 'en')).toBe('on Monday');
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ALERTS, type AlertKind } from '../../src/services/admin/alert-texts';
import { IMPORT_REFUSAL_CODES } from '../../src/services/admin/event-type-limits';
import { OBSTACLE_TEXTS } from '../../src/services/admin/event-type-limits';
import { SEND_PROBLEMS } from '../../src/services/notifications/notification-ports';
import { SETUP_FAULT_TEXTS, type SetupFault } from '../../src/services/calcom/setup-fault-texts';

type Facts<K extends AlertKind> = Parameters<(typeof ALERTS)[K]>[0];
const faults = Object.keys(SETUP_FAULT_TEXTS) as SetupFault[];
/** What an alert of each kind may be about. */
const FACTS: { [K in AlertKind]: Facts<K>[] } = {
  budget: [
    { used: 1, limit: 2, keyNames: null },
    { used: 1, limit: 2, keyNames: 'main: Salon' },
  ],
  circuit_open: [{ service: 'reads', keyNames: 'main: Salon' }],
  slow_upstream: [{ endpoint: '/slots', p95Ms: 2000 }],
  stale: [{}],
  calcom_drift: [{ found: ['/slots data: missing'] }],
  unknown_refusal: [{ words: 'No.' }],
  dead_job: [{ job: { en: 'warm', de: 'wärmen' }, error: 'lost' }],
  booking_not_settled: (['book', 'move', 'cancel'] as const).map((kind) => ({ kind, reason: 'missing_field' })),
  reconcile_difference: [{ missing: 2 }],
  spoken_confirmation_without_booking: [{}],
  disclosure_missing: [
    { agentId: null, version: null },
    { agentId: 'agent_1', version: '3' },
  ],
  callback_overdue: [{ branchName: 'Mitte', dueAt: new Date('2026-12-24T10:00:00Z'), timeZone: 'Europe/Berlin' }],
  notification_failed: SEND_PROBLEMS.map((problem) => ({ kind: 'webhook', problem })),
  holidays_end: [{ until: 2028 }],
  token_expiring: [{ name: 'BI', day: '2026-12-24' }],
  calcom_setup: faults.map((fault) => ({ fault, eventTypeId: 1001, said: 'No.' })),
  no_openings: [{ fault: 'no_openings', eventTypeId: null, said: '' }],
  event_type_gone: IMPORT_REFUSAL_CODES.map((reason) => ({ title: 'Färben', id: 1003, reason })),
  event_types_changed: [{ names: ['Färben: price'], more: true }],
  event_type_obstacle: [
    { title: 'Färben', id: 1003, obstacles: Object.keys(OBSTACLE_TEXTS) as (keyof typeof OBSTACLE_TEXTS)[] },
  ],
  unknown_line: [{ line: '+4930123456', today: 2 }],
  secret_unreadable: [{ name: 'retell_api_key' }],
  event_type_without_owner: [
    { eventTypeId: 1, offeredBy: [] },
    { eventTypeId: 1, offeredBy: ['Salon', 'Praxis'] },
  ],
};
const kinds = Object.keys(ALERTS) as AlertKind[];
const textsOf = <K extends AlertKind>(kind: K): ReturnType<(typeof ALERTS)[K]>[] => {
  const make = ALERTS[kind] as (facts: Facts<K>) => ReturnType<(typeof ALERTS)[K]>;
  return FACTS[kind].map((facts) => make(facts));
};

test.each(kinds)('%s says in both languages what is wrong and what to do', (kind) => {
  for (const { kind: named, message, todo } of textsOf(kind)) {
    expect(named).toBe(kind);
    for (const text of [message.en, message.de, todo.en, todo.de]) expect(text).toMatch(/\S.*[.“”a-z]$/);
    expect(todo.de).toMatch(/Bitte/);
    expect(todo.en).not.toBe(todo.de);
    // An unknown refusal is in Cal.com's own words.
    if (kind !== 'unknown_refusal') expect(message.de).not.toBe(message.en);
    expect(`${message.en} ${message.de}`).not.toMatch(/undefined|\[object/);
  }
});

test.each(['en', 'de'])('the dashboard names every kind of alert, and no other, in %s', (language) => {
  const words = readFileSync(path.join(__dirname, `../../src/dashboard/i18n/${language}-words.js`), 'utf8');
  const named = [...words.matchAll(/'alertKind\.(\w+)'/g)].map((match) => match[1]);
  expect(named.sort()).toEqual([...kinds].sort());
});

test('no alert is raised without a text of its kind', () => {
  const src = path.join(__dirname, '../../src');
  const files = (readdirSync(src, { recursive: true }) as string[]).filter((file) => file.endsWith('.ts'));
  expect(existsSync(path.join(src, 'services/admin/alert-texts.ts'))).toBe(true);
  const strings = files.filter((file) => /\.raise\(\s*['"`]/.test(readFileSync(path.join(src, file), 'utf8')));
  expect(strings).toEqual([]);
});

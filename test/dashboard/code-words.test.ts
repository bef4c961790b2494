import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ADMIN_ROUTES } from '../../src/controllers/admin/admin-router';
import { event } from '../../src/controllers/admin/calendar-routes';
import * as history from '../../src/controllers/admin/history-schemas';
import { TRANSCRIPT_STATES } from '../../src/services/admin/call-trace';
import { SPEAKERS } from '../../src/services/voice/transcript';
import {
  CALLBACK_EVENTS,
  CALLBACK_OUTCOMES,
  CALLBACK_PRIORITIES,
  CALLBACK_STATUSES,
} from '../../src/services/admin/callback-work';
import {
  check,
  circuit,
  hostChoiceReport,
  importReport,
  webhookReport,
} from '../../src/controllers/admin/operations-schemas';
import { PROVIDER_CALLBACK } from '../../src/controllers/admin/provider-routes';
import { actionOf } from '../../src/controllers/admin/route-spec';
import { service } from '../../src/controllers/admin/setup-schemas';
import { openRoutes, sessionRoutes } from '../../src/controllers/admin/session-routes';
import { sharedWords } from '../../src/compose/shared-words';
import {
  APPOINTMENT_STATUSES,
  JOB_STATUSES,
  LANGUAGE_CODES,
  type Language,
  PHONE_OBSTACLES,
  PLATFORMS,
  RECORDING_NOTICES,
  REVIEW_STATUSES,
  SEVERITIES,
} from '../../src/domain';
import { STEP_SOURCES } from '../../src/request-context';
import { ELEVENLABS_ENDS, VAPI_ENDS } from '../../src/platforms/end-reasons';
import { CONNECT_STEPS } from '../../src/retell/connect-steps';
import { ROLES } from '../../src/services/admin/actor';
import { ALERTS } from '../../src/services/admin/alert-texts';
import { OPERATION_STATES } from '../../src/services/booking/ledger';
import { CALCOM_ENDPOINTS } from '../../src/services/calcom/calcom-ports';
import { CHANNEL_EVENTS, CHANNEL_KINDS, SEND_PROBLEMS } from '../../src/services/notifications/notification-ports';
import { NEEDED_TRIGGERS } from '../../src/services/admin/webhook-setup';
import { USER_STATES } from '../../src/services/people/people-ports';
import { TOOLS } from '../../src/services/voice/tools';
import { EVENT_STATUSES } from '../../src/services/webhooks/inbox';
import { DASHBOARD, messagesOf, pageModule } from './page-module';

const alertKinds = Object.keys(ALERTS);
const { operations } = history.trace.shape;
const { items } = importReport.shape;

/** Every code that a page shows, from where it is defined, by the group of its words. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  appointment: APPOINTMENT_STATUSES,
  callback: CALLBACK_STATUSES,
  callbackOutcome: CALLBACK_OUTCOMES,
  callbackEvent: CALLBACK_EVENTS,
  transcript: TRANSCRIPT_STATES.filter((state) => state !== 'kept'),
  speaker: SPEAKERS,
  webhook: EVENT_STATUSES,
  job: JOB_STATUSES,
  review: REVIEW_STATUSES,
  priority: CALLBACK_PRIORITIES,
  severity: SEVERITIES,
  operation: operations.element.shape.kind.options,
  ledger: OPERATION_STATES,
  bookedBy: history.appointment.shape.sync_origin.options,
  event: event.shape.what.options,
  party: event.shape.by.options,
  check: check.shape.status.options,
  state: circuit.shape.state.options,
  circuit: ['calcom_api:reads', 'calcom_api:writes'],
  import: items.element.shape.outcome.options,
  hostChoice: hostChoiceReport.shape.event_types.element.shape.outcome.options,
  'records.scheduling': service.answer.shape.scheduling_type.options,
  'company.webhook': [...webhookReport.shape.outcome.options, 'by_hand'],
  platform: [...PLATFORMS, ...history.PROVIDERS],
  language: LANGUAGE_CODES,
  recording: RECORDING_NOTICES,
  obstacle: PHONE_OBSTACLES,
  role: ROLES,
  person: USER_STATES,
  tool: TOOLS.map(({ name }) => name),
  outcome: TOOLS.flatMap(({ answer }) => (answer.shape.status as unknown as { options: string[] }).options),
  alertKind: alertKinds,
  // A call is marked by the alert that it raised.
  flag: ['spoken_confirmation_without_booking', 'disclosure_missing'].filter((kind) => alertKinds.includes(kind)),
  endpoint: [...CALCOM_ENDPOINTS, 'slots'],
  source: STEP_SOURCES,
  delivery: [...NEEDED_TRIGGERS, 'PING', 'call_started', 'call_ended', 'call_analyzed'],
  endReason: [...retellsEndReasons(), ...Object.values(VAPI_ENDS), ...ELEVENLABS_ENDS.map(([, code]) => code)],
  notifyKind: CHANNEL_KINDS,
  notifyEvent: CHANNEL_EVENTS,
  sendProblem: SEND_PROBLEMS,
  generalError: [...errorCodes(), 'payload_too_large'],
  'agent.step': Object.keys(CONNECT_STEPS),
  audit: ['done', 'refused'],
  ...sharedGroups(),
};

/** Groups whose codes are the page's own: they stand as texts in the same file that shows them. */
const OF_THE_PAGE = new Set(
  `about action active actor calendar call callDuration did error gauge handOver key live login.refused nav people.problem place records
   records.weekday reviewKind span step subject testCall testCall.fault token trace.show trends.start work yesNo`.split(
    /\s+/,
  ),
);

function sharedGroups(): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const key of Object.keys(sharedWords('en'))) {
    const [group = '', code = ''] = key.split('.');
    (groups[group] ??= []).push(code);
  }
  return groups;
}

/** As the type in src/errors.ts has them. */
function errorCodes(): string[] {
  const source = readFileSync(path.join(DASHBOARD, '../errors.ts'), 'utf8');
  const [, union = ''] = /export type ErrorCode =([^;]+);/.exec(source) ?? [];
  return [...union.matchAll(/'(\w+)'/g)].map(([, code = '']) => code);
}

/** As Retell's own types have them. */
function retellsEndReasons(): string[] {
  const types = readFileSync(path.join(path.dirname(require.resolve('retell-sdk')), 'resources/call.d.ts'), 'utf8');
  const [, union = ''] = /disconnection_reason\?: ([^;]+);/.exec(types) ?? [];
  return [...union.matchAll(/'(\w+)'/g)].map(([, code = '']) => code);
}

describe.each(LANGUAGE_CODES)('in %s', (language) => {
  const messages = messagesOf(language);

  test.each(Object.entries(CODES))('every code of %s has words', (group, codes) => {
    expect(codes.length).toBeGreaterThan(0);
    const without = [...new Set(codes)].filter((code) => !messages[`${group}.${code}`]?.trim());
    expect(without).toEqual([]);
  });

  test('every action of the log has words', async () => {
    const { useLanguage } = pageModule('core/i18n.js') as { useLanguage: (next: Language) => Promise<void> };
    const { actionWords } = pageModule('core/action-words.js') as {
      actionWords: (entry: { action: string; subject_type: string }) => string;
    };
    await useLanguage(language);
    const actions = [...ADMIN_ROUTES, ...openRoutes, ...sessionRoutes].map(actionOf);
    const unknown = actionWords({ action: 'post /api/admin', subject_type: 'unknown' });
    expect(unknown).toBe(messages['did.nothing']);
    const poor = [...actions, `get ${PROVIDER_CALLBACK}`].filter((action) => {
      const words = actionWords({ action, subject_type: 'x' });
      return words === unknown || /\/|did\./.test(words);
    });
    expect(poor).toEqual([]);
    expect(actionWords({ action: 'post /api/retell/create_booking', subject_type: 'signature' })).toBe(
      messages['did.tool'],
    );
    const file = actionWords({ action: 'get /api/admin/calls', subject_type: 'export' });
    expect(file).not.toBe(actionWords({ action: 'get /api/admin/calls', subject_type: 'calls' }));
  });
});

test('both languages have words for the same keys', () => {
  const [first, ...others] = LANGUAGE_CODES.map((language) => Object.keys(messagesOf(language)).sort());
  for (const keys of others) expect(keys).toEqual(first);
});

test('every group that a page shows is one of those above', () => {
  const files = readdirSync(DASHBOARD, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.js') && !name.startsWith('i18n'),
  );
  const shown = files.flatMap((name) => {
    const text = readFileSync(path.join(DASHBOARD, name), 'utf8');
    const groups = text.matchAll(/(?:t\.word|badge|anyOption)\('([\w.]+)'|\bt(?:\.maybe)?\(`([a-z][\w.]*)\.\$\{/g);
    return [...groups].map(([, word, key]) => word ?? key ?? '');
  });
  const known = new Set([...Object.keys(CODES), ...OF_THE_PAGE]);
  expect([...new Set(shown)].filter((group) => !known.has(group))).toEqual([]);
  expect(shown.length).toBeGreaterThan(50);
});

test('a call whose platform names an end without words here quotes the platform', async () => {
  const { useLanguage } = pageModule('core/i18n.js') as { useLanguage: (next: Language) => Promise<void> };
  const { endReason } = pageModule('components/call-timeline.js') as { endReason: (call: object) => string };
  await useLanguage('de');
  const of = (reason: string | null): string => endReason({ platform: 'elevenlabs', disconnection_reason: reason });
  expect(of('agent_hangup')).toBe('Agent hat das Gespräch beendet');
  expect(of('Quota exceeded')).toBe('laut ElevenLabs: „Quota exceeded“');
  expect(of(null)).toBe('–');
});

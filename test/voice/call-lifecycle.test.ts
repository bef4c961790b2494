import { type Appointment, tenantId, type TenantProfile } from '../../src/domain';
import { CallLifecycle, type CallLifecycleDeps } from '../../src/services/voice/call-lifecycle';
import type { AlertText } from '../../src/services/admin/alert-texts';
import type { CallFacts, AppointmentFilter } from '../../src/services/voice/ports';
import { FakeCallStore, FakeCustomerStore } from '../fakes/voice-stores';

const companyId = tenantId('salon');
const LINE = '+493012345678';
const NOW = new Date('2026-11-24T09:00:00Z');
const profile = {
  company: {
    ...{ id: companyId, name: 'Salon', language: 'de', isActive: true },
    settings: { aiDisclosure: { enabled: true, de: null, en: null }, recordingNotice: 'off' },
  },
  branch: { id: 'branch', timeZone: 'Europe/Berlin', hours: {}, phone: LINE },
  ownNumbers: [LINE, '+493012345679'],
  services: [],
  staff: [],
} as unknown as TenantProfile;

const CALL: CallFacts = {
  ...{
    platform: 'retell',
    home: null,
    callId: 'call_1',
    direction: null,
    agentId: null,
    fromNumber: '+4930901820',
    toNumber: LINE,
    language: null,
  },
  ...{ startedAt: null, endedAt: null, durationMs: null, disconnectionReason: null, transcript: null, analysis: null },
  ...{ agentVersion: null, heard: null, timing: null, recordingUrl: null },
};

class Setup {
  constructor(readonly company: TenantProfile = profile) {}
  readonly calls = new FakeCallStore();
  readonly customers = new FakeCustomerStore();
  readonly alerts: string[] = [];
  readonly settled: string[] = [];
  readonly released: string[] = [];
  /** What the call itself has booked, moved or cancelled. */
  touched: Partial<Appointment>[] = [];
  readonly lifecycle = new CallLifecycle({
    tenants: {
      byPhoneNumber: async (number: string) =>
        number === LINE ? { companyId, branchId: 'branch', language: null } : null,
      byAgentId: async () => null,
      profile: async () => this.company,
    },
    calls: this.calls,
    customers: this.customers,
    appointments: {
      list: async (_company: string, filter: AppointmentFilter) => (filter.touchedBy ? this.touched : []),
    },
    holds: { release: async (_company: string, owner: string) => void this.released.push(owner) },
    popularServices: async () => [],
    now: () => NOW,
    background: { run: (_name: string, work: Promise<unknown>) => void work.catch(() => undefined) },
    metrics: { count: () => undefined },
    stopStoring: async () => true,
    alerts: {
      raise: ({ kind }: AlertText, key: string) => void this.alerts.push(`${kind} ${key}`),
      settle: (keys: string[]) => void this.settled.push(...keys),
    },
  } as unknown as CallLifecycleDeps);
}

test('an inbound call learns its caller by name, and nothing of an unknown line', async () => {
  const { lifecycle, customers } = new Setup();
  await customers.ensure(companyId, { phone: '+4930901820', name: 'Ada Muster', email: null });
  expect(await lifecycle.inbound(CALL)).toMatchObject({
    customerFirstName: 'Ada',
    greeting: expect.stringMatching(/Salon.*Ada|Ada.*Salon/),
  });
  expect(await lifecycle.inbound({ ...CALL, toNumber: '+4940111111' })).toBeNull();
});

test('an end without a beginning makes the row, and gives back what was held', async () => {
  const { lifecycle, calls, released } = new Setup();
  expect(await lifecycle.ended({ ...CALL, durationMs: 5000 })).toBe(companyId);
  expect(calls.calls.get('call_1')).toMatchObject({ companyId, status: 'ended', fromNumber: '+4930901820' });
  expect(calls.facts.get('call_1')).toMatchObject({ durationMs: 5000 });
  expect(released).toEqual(['call_1']);
});

test('a call of an unknown line is no company’s', async () => {
  const { lifecycle, calls } = new Setup();
  expect(await lifecycle.started({ ...CALL, toNumber: '+4940111111' })).toBeNull();
  expect(calls.calls.size).toBe(0);
});

describe('a booking that the agent claimed', () => {
  const transcript = 'Agent: Hier ist eine KI. Ihr Termin ist gebucht.\nUser: Danke.';

  test('raises an alert and a flag when the call has booked nothing', async () => {
    const { lifecycle, calls, alerts } = new Setup();
    await lifecycle.analyzed({ ...CALL, transcript });
    expect(alerts).toEqual(['spoken_confirmation_without_booking call:call_1']);
    expect(calls.flags).toMatchObject([{ callId: 'call_1', flag: 'spoken_confirmation_without_booking' }]);
  });

  test.each([
    ['booked', []],
    ['failed', ['spoken_confirmation_without_booking call:call_1']],
  ] as const)('with an appointment that is %s leads to the alerts %j', async (status, expected) => {
    const setup = new Setup();
    setup.touched = [{ status }];
    await setup.lifecycle.analyzed({ ...CALL, transcript });
    expect(setup.alerts).toEqual(expected);
  });
});

describe('the disclosure of the AI', () => {
  const silent = 'Agent: Guten Tag, willkommen im Salon.';
  const said = 'Agent: Guten Tag, hier ist die digitale Assistentin vom Salon.';
  const version = { agentId: 'agent_1', agentVersion: '3' };

  test('that an agent leaves out is an alert of its version, until one of its calls begins with it', async () => {
    const { lifecycle, calls, alerts, settled } = new Setup();
    await lifecycle.analyzed({ ...CALL, ...version, transcript: silent });
    expect(alerts).toEqual(['disclosure_missing disclosure:salon:agent_1:3']);
    expect(calls.flags).toMatchObject([{ callId: 'call_1', flag: 'disclosure_missing' }]);
    const startedAt = new Date('2026-11-24T08:50:00Z');
    await lifecycle.analyzed({ ...CALL, ...version, callId: 'call_2', startedAt, transcript: said });
    expect(settled).toEqual(['disclosure:salon:agent_1:3']);
    expect(calls.facts.get('call_2')).toMatchObject({ disclosedAt: startedAt, agentVersion: '3' });
  });

  test('is not asked for where the company has switched it off, nor of a call without a word of the agent', async () => {
    const { lifecycle, alerts } = new Setup();
    await lifecycle.analyzed({ ...CALL, transcript: 'User: Hallo?' });
    expect(alerts).toEqual([]);
    const off = { ...profile.company.settings, aiDisclosure: { enabled: false, de: null, en: null } };
    const other = new Setup({ ...profile, company: { ...profile.company, settings: off } });
    await other.lifecycle.analyzed({ ...CALL, transcript: silent });
    expect(other.alerts).toEqual([]);
  });

  test('is found although the words themselves may not be stored', async () => {
    const { lifecycle, calls, alerts } = new Setup();
    await lifecycle.started(CALL);
    await calls.recordConsent(companyId, CALL.callId, false);
    const words = { transcript: said, analysis: { call_summary: 'x' } };
    const storable = await lifecycle.storable({ ...CALL, ...words });
    expect(storable).toMatchObject({ transcript: null, analysis: null, heard: { isDisclosed: true, claims: [] } });
    await lifecycle.analyzed(storable);
    expect(calls.facts.get(CALL.callId)).toMatchObject({ disclosedAt: NOW });
    expect(alerts).toEqual([]);
  });
});

test('words that were on their way when the caller refused a recording are deleted', async () => {
  const { lifecycle, calls } = new Setup();
  const ended = { ...CALL, transcript: 'Agent: Hier ist eine KI.' };
  const storable = await lifecycle.storable(ended);
  expect(storable).toEqual(ended);
  await lifecycle.started(CALL);
  await calls.recordConsent(companyId, CALL.callId, false);
  const forget = jest.spyOn(calls, 'forgetWords');
  await lifecycle.ended(storable);
  expect(forget).toHaveBeenCalledWith(companyId, CALL.callId);
  expect(calls.facts.get(CALL.callId)).not.toHaveProperty('transcript');
});

import { type Appointment, tenantId, type TenantProfile } from '../../src/domain';
import { type CallFacts, CallLifecycle, type CallLifecycleDeps } from '../../src/services/voice/call-lifecycle';
import type { AppointmentFilter } from '../../src/services/voice/ports';
import { FakeCallStore, FakeCustomerStore } from '../fakes/voice-stores';

const companyId = tenantId('salon');
const LINE = '+493012345678';
const NOW = new Date('2026-11-24T09:00:00Z');
const profile = {
  company: { id: companyId, name: 'Salon', language: 'de', isActive: true },
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
};

class Setup {
  readonly calls = new FakeCallStore();
  readonly customers = new FakeCustomerStore();
  readonly alerts: string[] = [];
  readonly released: string[] = [];
  /** What the call itself has booked, moved or cancelled. */
  touched: Partial<Appointment>[] = [];
  readonly lifecycle = new CallLifecycle({
    tenants: {
      byPhoneNumber: async (number: string) =>
        number === LINE ? { companyId, branchId: 'branch', language: null } : null,
      byAgentId: async () => null,
      profile: async () => profile,
    },
    calls: this.calls,
    customers: this.customers,
    appointments: {
      list: async (_company: string, filter: AppointmentFilter) => (filter.touchedBy ? this.touched : []),
    },
    holds: { release: async (_company: string, owner: string) => void this.released.push(owner) },
    popularServices: async () => [],
    greeting: (_language: string, business: string, name: string | null) => `${business} ${name ?? ''}`,
    now: () => NOW,
    background: { run: (_name: string, work: Promise<unknown>) => void work.catch(() => undefined) },
    alert: (kind: string, key: string) => void this.alerts.push(`${kind} ${key}`),
  } as unknown as CallLifecycleDeps);
}

test('an inbound call learns its caller by name, and nothing of an unknown line', async () => {
  const { lifecycle, customers } = new Setup();
  await customers.ensure(companyId, { phone: '+4930901820', name: 'Ada Muster', email: null });
  expect(await lifecycle.inbound(CALL)).toMatchObject({ customerFirstName: 'Ada', greeting: 'Salon Ada' });
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
  const transcript = 'Agent: Ihr Termin ist gebucht.\nUser: Danke.';

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

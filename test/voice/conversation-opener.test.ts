import { UNSIGNED } from '../../src/services/tenants/signature-owners';
import { tenantId, type TenantProfile } from '../../src/domain';
import { CallMemories, emptyMemory } from '../../src/services/voice/call-memory';
import { ConversationOpener, type ConversationOpenerDeps } from '../../src/services/voice/conversation-opener';
import type { VoiceCall } from '../../src/services/voice/voice-request';
import { FakeCallStore, FakeCustomerStore } from '../fakes/voice-stores';

const companyId = tenantId('salon');
const LINE = '+493012345678';
const NOW = new Date('2026-11-24T09:00:00Z');
const ref = { companyId, branchId: 'branch', language: null };
const profile = {
  company: { id: companyId, language: 'de', isActive: true },
  branch: { id: 'branch', timeZone: 'Europe/Berlin', phone: LINE },
  ownNumbers: [LINE, '+493012345679'],
  services: [],
  staff: [],
} as unknown as TenantProfile;

const call = (changes: Partial<VoiceCall> = {}): VoiceCall => ({
  platform: 'retell',
  home: null,
  callId: 'call_1',
  toolCallId: null,
  direction: null,
  toNumber: LINE,
  fromNumber: '+4930901820',
  agentId: null,
  startedAt: null,
  language: null,
  hasCallObject: true,
  ...changes,
});

function setup(
  demoWithoutCall = false,
  remembered: (key: string) => string | null = () => null,
): {
  opener: ConversationOpener;
  calls: FakeCallStore;
  customers: FakeCustomerStore;
} {
  const calls = new FakeCallStore();
  const customers = new FakeCustomerStore();
  const deps = {
    tenants: {
      byPhoneNumber: async (number: string) => (number === LINE ? ref : null),
      byAgentId: async (agentId: string) => (agentId === 'agent_1' ? ref : null),
      profile: async () => profile,
      demo: async () => ref,
    },
    owners: { maySpeakFor: async () => true },
    confirmLine: async () => undefined,
    unknownLine: () => undefined,
    calls,
    customers,
    memories: new CallMemories({
      get: async (key) => remembered(key),
      set: async () => undefined,
      forget: async () => undefined,
    }),
    calcom: async () => ({}),
    holds: {},
    now: () => NOW,
    demoWithoutCall,
    background: { run: (_name: string, work: Promise<unknown>) => void work.catch(() => undefined) },
  } as unknown as ConversationOpenerDeps;
  return { opener: new ConversationOpener(deps), calls, customers };
}

test('the line names the company, and the call is recorded once', async () => {
  const { opener, calls } = setup();
  const conversation = await opener.open(call(), 'request_1', UNSIGNED);
  expect(conversation).toMatchObject({ companyId, owner: 'call_1', callerPhone: '+4930901820', anonymous: false });
  await conversation?.callRecorded();
  expect(calls.calls.get('call_1')).toMatchObject({ companyId, fromNumber: '+4930901820', startedAt: NOW });
});

test('a recorded call needs no line', async () => {
  const { opener, calls } = setup();
  await calls.ensure({
    ...{
      platform: 'retell' as const,
      callId: 'call_1',
      companyId,
      branchId: 'branch',
      customerId: null,
      fromNumber: '+4930901821',
      toNumber: LINE,
    },
    ...{ agentId: null, direction: null, language: 'en', startedAt: NOW, status: 'ongoing', recordingConsent: null },
  });
  const conversation = await opener.open(call({ toNumber: null, fromNumber: null }), 'request_1', UNSIGNED);
  expect(conversation).toMatchObject({ companyId, language: 'en', callerPhone: '+4930901821' });
});

test('what is remembered is read beside the row of the call, and of the company that the row names', async () => {
  const other = tenantId('barber');
  const read: string[] = [];
  const { opener, calls } = setup(false, (key) => {
    read.push(key);
    return JSON.stringify({ ...emptyMemory(), customerName: key });
  });
  let answer: (row: null) => void = () => undefined;
  jest.spyOn(calls, 'find').mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const opening = opener.open(call(), 'request_1', UNSIGNED);
  await new Promise((resolve) => setImmediate(resolve));
  expect(read).toEqual(['call-memory:salon:call_1']);
  answer(null);
  expect((await opening)?.memory.customerName).toBe('call-memory:salon:call_1');
  expect(read).toHaveLength(1);

  await calls.ensure({
    ...{ platform: 'retell' as const, callId: 'call_2', companyId: other, branchId: 'branch', customerId: null },
    ...{ fromNumber: null, toNumber: LINE, agentId: null, direction: null, language: null },
    ...{ startedAt: NOW, status: 'ongoing' as const, recordingConsent: null },
  });
  const named = await opener.open(call({ callId: 'call_2' }), 'request_2', UNSIGNED);
  expect(named).toMatchObject({ companyId: other, memory: { customerName: 'call-memory:barber:call_2' } });
});

test('the id of a call that has ended names neither company nor caller; its line still does', async () => {
  const { opener, calls } = setup();
  await calls.ensure({
    ...{ platform: 'retell' as const, callId: 'call_1', companyId, branchId: 'branch', customerId: null },
    ...{ fromNumber: '+4930901821', toNumber: LINE, agentId: null, direction: null, language: 'en' as const },
    ...{ startedAt: NOW, status: 'ended' as const, recordingConsent: null },
  });
  const bare = call({ toNumber: null, fromNumber: null });
  expect(await opener.open(bare, 'request_1', UNSIGNED)).toBeNull();
  const conversation = await opener.open(call(), 'request_2', UNSIGNED);
  expect(conversation).toMatchObject({ companyId, callerPhone: '+4930901820' });
  await conversation?.callRecorded();
  expect(await opener.open(bare, 'request_3', UNSIGNED)).toBeNull();
});

test('an unknown line without a known agent belongs to no company', async () => {
  const { opener } = setup(true);
  expect(await opener.open(call({ toNumber: '+4940111111' }), 'request_1', UNSIGNED)).toBeNull();
  expect(await opener.open(call({ toNumber: null, agentId: 'agent_1' }), 'request_1', UNSIGNED)).not.toBeNull();
});

test('a request without any call is the demo only where that is allowed', async () => {
  const alone = call({ callId: null, toNumber: null, fromNumber: null, hasCallObject: false });
  expect(await setup(false).opener.open(alone, 'request_1', UNSIGNED)).toBeNull();
  expect(await setup(true).opener.open(alone, 'request_1', UNSIGNED)).toMatchObject({
    owner: 'request_1',
    anonymous: true,
  });
});

test('the customer is looked for by the exact number, and not at all for a withheld one', async () => {
  const { opener, customers } = setup();
  const ada = await customers.ensure(companyId, { phone: '+4930901820', name: 'Ada', email: null });
  const known = await opener.open(call(), 'request_1', UNSIGNED);
  expect((await known?.customer())?.id).toBe(ada.id);
  const withheld = await opener.open(call({ callId: 'call_2', fromNumber: 'anonymous' }), 'request_2', UNSIGNED);
  expect(await withheld?.customer()).toBeNull();
});

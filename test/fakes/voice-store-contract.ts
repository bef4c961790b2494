import type { TenantId } from '../../src/domain';
import type {
  AppointmentStore,
  CallbackStore,
  CallRecord,
  CallStore,
  CustomerStore,
} from '../../src/services/voice/ports';
import type { InvocationStore, ToolInvocation } from '../../src/services/voice/trace-writer';

/** What a contract's test says of an appointment; instants in ISO 8601. */
export interface BookedSetup {
  startsAt: string;
  endsAt: string;
  status?: 'booked' | 'cancelled';
  customerId?: string | null;
  callId?: string | null;
  uid?: string;
}

export interface StoreSetup {
  calls: CallStore;
  customers: CustomerStore;
  callbacks: CallbackStore;
  appointments: AppointmentStore;
  invocations: InvocationStore;
  /** Puts an appointment there, without the ledger. @returns its id */
  book(company: 'mine' | 'theirs', appointment: BookedSetup): Promise<string>;
  /** What the trace holds of a call, in the order written. */
  traced(callId: string): Promise<Pick<ToolInvocation, 'companyId' | 'tool' | 'output' | 'durationMs'>[]>;
  /** Two companies, each with a branch. */
  mine: { companyId: TenantId; branchId: string };
  theirs: { companyId: TenantId; branchId: string };
}

let number = 0;

/** What services rely on, of the stores in Postgres and of their fakes alike. */
export function voiceStoreContract(setup: () => StoreSetup): void {
  const call = (): CallRecord => ({
    platform: 'vapi',
    companyId: setup().mine.companyId,
    branchId: setup().mine.branchId,
    callId: `call_contract_${++number}`,
    customerId: null,
    direction: 'inbound',
    fromNumber: '+491701234567',
    toNumber: '+493012345678',
    agentId: 'agent_1',
    language: 'de',
    startedAt: new Date('2026-11-24T09:00:00Z'),
    status: 'ongoing',
    recordingConsent: null,
  });
  const phone = (): string => `+4916${String(++number).padStart(8, '0')}`;

  it('keeps the first row of a call', async () => {
    const { calls, theirs } = setup();
    const wanted = call();
    expect(await calls.find(wanted.callId)).toBeNull();
    expect(await calls.ensure(wanted)).toEqual(wanted);
    expect((await calls.ensure({ ...wanted, companyId: theirs.companyId, branchId: theirs.branchId })).companyId).toBe(
      wanted.companyId,
    );
    expect(await calls.find(wanted.callId)).toEqual(wanted);
  });

  it('moves a call only forward, and only in the name of its company', async () => {
    const { calls, customers, theirs } = setup();
    const { callId, companyId } = await calls.ensure(call());
    const { id } = await customers.ensure(companyId, { phone: phone(), name: 'Ada', email: null });
    await calls.finish(theirs.companyId, callId, { status: 'ended' });
    await calls.attachCustomer(theirs.companyId, callId, id);
    expect(await calls.find(callId)).toMatchObject({ status: 'ongoing', customerId: null });
    await calls.finish(companyId, callId, { status: 'analyzed' });
    await calls.finish(companyId, callId, { status: 'ended' });
    await calls.attachCustomer(companyId, callId, id);
    expect(await calls.find(callId)).toMatchObject({ status: 'analyzed', customerId: id });
  });

  it('has one customer per number and company, and never overwrites what is known', async () => {
    const { customers, mine, theirs } = setup();
    const number = phone();
    const first = await customers.ensure(mine.companyId, { phone: number, name: 'Ada', email: null });
    const again = await customers.ensure(mine.companyId, { phone: number, name: 'Eve', email: 'ada@example.org' });
    expect(again).toMatchObject({ id: first.id, name: 'Ada', email: 'ada@example.org' });
    expect((await customers.ofNumber(mine.companyId, number))?.id).toBe(first.id);
    expect(await customers.ofNumber(theirs.companyId, number)).toBeNull();
    expect(await customers.find(theirs.companyId, first.id)).toBeNull();
  });

  it('has one open callback per call and number', async () => {
    const { calls, callbacks, mine } = setup();
    const { callId } = await calls.ensure(call());
    const { companyId, branchId } = mine;
    const request = {
      companyId,
      branchId,
      callId,
      customerId: null,
      customerName: null,
      phone: phone(),
      reason: 'Preis',
      dueAt: new Date('2026-11-24T11:00:00Z'),
    };
    const first = await callbacks.record({ ...request, priority: 'normal' });
    expect(first.created).toBe(true);
    expect(await callbacks.record({ ...request, priority: 'normal' })).toEqual({
      ...{ id: first.id, created: false, dueAt: request.dueAt },
    });
    expect((await callbacks.record({ ...request, phone: phone(), priority: 'normal' })).created).toBe(true);
  });

  it('lists appointments by start, each part of the filter narrowing the list', async () => {
    const { appointments, book, calls, customers, mine } = setup();
    const { id: customerId } = await customers.ensure(mine.companyId, { phone: phone(), name: 'Ada', email: null });
    const { callId } = await calls.ensure(call());
    const at = (hour: string): { startsAt: string; endsAt: string } => ({
      startsAt: `2031-01-06T${hour}:00:00Z`,
      endsAt: `2031-01-06T${hour}:30:00Z`,
    });
    const late = await book('mine', { ...at('14'), customerId });
    const early = await book('mine', { ...at('09'), callId });
    const gone = await book('mine', { ...at('11'), customerId, status: 'cancelled' });
    await book('theirs', at('10'));
    const ids = async (filter: Parameters<AppointmentStore['list']>[1]): Promise<string[]> =>
      (await appointments.list(mine.companyId, filter)).map(({ id }) => id);
    expect(await ids({})).toEqual([early, gone, late]);
    expect(await ids({ statuses: ['booked'] })).toEqual([early, late]);
    expect(await ids({ callId })).toEqual([early]);
    expect(await ids({ touchedBy: callId })).toEqual([early]);
    expect(await ids({ customer: { id: customerId, phone: null } })).toEqual([gone, late]);
    expect(await ids({ customer: { id: customerId, phone: null }, statuses: ['booked'] })).toEqual([late]);
    expect(await ids({ endsAfter: new Date('2031-01-06T11:30:00Z') })).toEqual([late]);
    expect(await ids({ startsBefore: new Date('2031-01-06T11:00:00Z') })).toEqual([early]);
    expect(await ids({ limit: 2 })).toEqual([early, gone]);
    expect(await ids({ limit: 0 })).toEqual([early]);
  });

  it('finds an appointment by id in its own company only', async () => {
    const { appointments, book, mine, theirs } = setup();
    const uid = `contract-${++number}`;
    const id = await book('mine', { startsAt: '2031-01-07T09:00:00Z', endsAt: '2031-01-07T09:30:00Z', uid });
    expect(await appointments.find(mine.companyId, id)).toMatchObject({ id, calcomBookingUid: uid, status: 'booked' });
    expect(await appointments.find(theirs.companyId, id)).toBeNull();
    expect(await appointments.find(mine.companyId, 'no id')).toBeNull();
  });

  it('keeps every line of the trace, with whole milliseconds', async () => {
    const { calls, invocations, mine, traced } = setup();
    const { callId } = await calls.ensure(call());
    const line: ToolInvocation = {
      ...{ companyId: mine.companyId, callId, requestId: crypto.randomUUID(), tool: 'check_availability' },
      ...{ toolCallId: 'tc', input: {}, output: { status: 'available' }, status: 'available', success: true },
      ...{ startedAt: new Date('2026-11-24T09:00:00Z'), durationMs: 12.4, steps: [], error: null },
    };
    await invocations.append([]);
    await invocations.append([line, { ...line, durationMs: -1 }]);
    const kept = { companyId: mine.companyId, tool: 'check_availability', output: { status: 'available' } };
    expect(await invocations.ofCall(mine.companyId, callId)).toHaveLength(2);
    expect(await invocations.ofCall(setup().theirs.companyId, callId)).toEqual([]);
    expect(await traced(callId)).toEqual([
      { ...kept, durationMs: 12 },
      { ...kept, durationMs: 0 },
    ]);
  });
}

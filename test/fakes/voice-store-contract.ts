import type { TenantId } from '../../src/domain';
import type { CallbackStore, CallRecord, CallStore, CustomerStore } from '../../src/services/voice/ports';

export interface StoreSetup {
  calls: CallStore;
  customers: CustomerStore;
  callbacks: CallbackStore;
  /** Two companies, each with a branch. */
  mine: { companyId: TenantId; branchId: string };
  theirs: { companyId: TenantId; branchId: string };
}

let number = 0;

/** What services rely on, of the stores in Postgres and of their fakes alike. */
export function voiceStoreContract(setup: () => StoreSetup): void {
  const call = (): CallRecord => ({
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
    };
    const first = await callbacks.record({ ...request, priority: 'normal' });
    expect(first.created).toBe(true);
    expect(await callbacks.record({ ...request, priority: 'normal' })).toEqual({ id: first.id, created: false });
    expect((await callbacks.record({ ...request, phone: phone(), priority: 'normal' })).created).toBe(true);
  });
}

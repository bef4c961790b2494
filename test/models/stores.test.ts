import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import { PostgresAppointmentStore } from '../../src/models/appointment-store';
import { PostgresCallStore, PostgresInvocationStore } from '../../src/models/call-store';
import { PostgresCallbackStore } from '../../src/models/callback-store';
import { PostgresCustomerStore } from '../../src/models/customer-store';
import type { CallbackRequest, CallRecord } from '../../src/services/voice/ports';
import type { ToolInvocation } from '../../src/services/voice/trace-writer';
import { voiceStoreContract } from '../fakes/voice-store-contract';
import { cloneDatabase } from '../support/servers';
import { makeAppointment, makeCompany, type CompanyFixture } from './company-fixture';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let source: DataSource;
let mine: CompanyFixture;
let theirs: CompanyFixture;

beforeAll(async () => {
  database = await cloneDatabase();
  source = await createDataSource(database.url, 5).initialize();
});
beforeEach(async () => {
  mine = await makeCompany(source);
  theirs = await makeCompany(source);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

let number = 0;
const fresh = (prefix: string): string => `${prefix}_${++number}`;
const freshPhone = (): string => `+4917${String(++number).padStart(8, '0')}`;

describe('the voice stores in Postgres', () => {
  voiceStoreContract(() => ({
    calls: new PostgresCallStore(source),
    customers: new PostgresCustomerStore(source),
    callbacks: new PostgresCallbackStore(source),
    appointments: new PostgresAppointmentStore(source),
    invocations: new PostgresInvocationStore(source),
    book: (company, given) => makeAppointment(source, { mine, theirs }[company], given),
    traced: (callId) =>
      source.query(
        `select company_id as "companyId", tool, output, duration_ms as "durationMs" from call_tool_invocations where call_id = $1`,
        [callId],
      ),
    mine,
    theirs,
  }));
});

describe('calls', () => {
  const store = (): PostgresCallStore => new PostgresCallStore(source);
  const call = (changes: Partial<CallRecord> = {}): CallRecord => ({
    platform: 'retell',
    callId: fresh('call'),
    companyId: mine.companyId,
    branchId: mine.branchId,
    customerId: null,
    direction: 'inbound',
    fromNumber: '+491701234567',
    toNumber: '+493012345678',
    agentId: 'agent_1',
    language: 'de',
    startedAt: new Date('2026-11-24T09:00:00Z'),
    status: 'ongoing',
    recordingConsent: null,
    ...changes,
  });
  const row = async (callId: string): Promise<Record<string, unknown>> =>
    (await source.query(`select * from calls where retell_call_id = $1`, [callId]))[0];

  it('are made once, however many requests are the first, and read back as they were', async () => {
    const wanted = call();
    const seen = await Promise.all(Array.from({ length: 8 }, () => store().ensure(wanted)));
    for (const one of seen) expect(one).toEqual(wanted);
    expect(await store().find(wanted.callId)).toEqual(wanted);
    expect(await store().find('call_nobody_made')).toBeNull();
  });

  it('stay with the company that had them first', async () => {
    const first = await store().ensure(call());
    const second = await store().ensure({ ...first, companyId: theirs.companyId, branchId: theirs.branchId });
    expect(second.companyId).toBe(mine.companyId);
  });

  it('learn from later events and never forget', async () => {
    const { callId } = await store().ensure(call());
    const analysis = { call_summary: 'Termin\0 gebucht', in_voicemail: false };
    await store().finish(mine.companyId, callId, {
      status: 'analyzed',
      transcript: 'User: Hallo. Agent: Gebucht.',
      analysis,
    });
    await store().finish(mine.companyId, callId, {
      status: 'ended',
      endedAt: new Date('2026-11-24T09:03:00Z'),
      durationMs: 180_000.4,
      disconnectionReason: 'user_hangup',
      transcript: 'User: Hallo.',
    });
    await store().finish(mine.companyId, callId, { status: 'analyzed', transcript: '' });
    expect(await row(callId)).toMatchObject({
      status: 'analyzed',
      ended_at: new Date('2026-11-24T09:03:00Z'),
      duration_ms: 180_000,
      disconnection_reason: 'user_hangup',
      transcript: 'User: Hallo. Agent: Gebucht.',
      analysis: { call_summary: 'Termin gebucht', in_voicemail: false },
    });
  });

  it('collect flags side by side', async () => {
    const { callId } = await store().ensure(call());
    await Promise.all([
      store().flag(mine.companyId, callId, 'spoken_confirmation_without_booking', 'um drei'),
      store().flag(mine.companyId, callId, 'long_silence', '12 s'),
    ]);
    expect(await row(callId)).toMatchObject({
      flags: {
        spoken_confirmation_without_booking: { detail: 'um drei', at: expect.any(String) },
        long_silence: { detail: '12 s', at: expect.any(String) },
      },
    });
  });

  it('are not touched in the name of another company', async () => {
    const { callId } = await store().ensure(call());
    const customer = await new PostgresCustomerStore(source).ensure(mine.companyId, {
      phone: null,
      name: 'Ada',
      email: null,
    });
    await store().finish(theirs.companyId, callId, { status: 'ended', transcript: 'fremd' });
    await store().flag(theirs.companyId, callId, 'x', 'y');
    await store().attachCustomer(theirs.companyId, callId, customer.id);
    expect(await row(callId)).toMatchObject({ status: 'ongoing', transcript: null, flags: {}, customer_id: null });
    await store().attachCustomer(mine.companyId, callId, customer.id);
    expect(await row(callId)).toMatchObject({ customer_id: customer.id });
  });
});

describe('the trace', () => {
  const invocation = (changes: Partial<ToolInvocation> = {}): ToolInvocation => ({
    companyId: mine.companyId,
    callId: 'call_7',
    requestId: fresh('request'),
    tool: 'check_availability',
    toolCallId: null,
    input: { service_name: 'Massage' },
    output: { status: 'available' },
    status: 'available',
    success: true,
    startedAt: new Date('2026-11-24T09:00:00.123Z'),
    durationMs: 41.6,
    steps: [{ endpoint: '/slots', ms: 30 }],
    error: null,
    ...changes,
  });

  it('is written in one go for any number of companies', async () => {
    const batch = [
      ...Array.from({ length: 200 }, () => invocation()),
      invocation({
        companyId: theirs.companyId,
        callId: null,
        output: null,
        steps: [],
        status: 'error',
        success: false,
        error: 'busy',
      }),
    ];
    await new PostgresInvocationStore(source).append(batch);
    await new PostgresInvocationStore(source).append([]);
    const written = await source.query(`select * from call_tool_invocations where request_id = any($1)`, [
      batch.map((one) => one.requestId),
    ]);
    expect(written).toHaveLength(201);
    expect(written.find((one: { company_id: string }) => one.company_id === theirs.companyId)).toMatchObject({
      call_id: null,
      success: false,
      error: 'busy',
    });
    expect(written.find((one: { company_id: string }) => one.company_id === mine.companyId)).toMatchObject({
      call_id: 'call_7',
      input: { service_name: 'Massage' },
      output: { status: 'available' },
      started_at: new Date('2026-11-24T09:00:00.123Z'),
      duration_ms: 42,
      steps: [{ endpoint: '/slots', ms: 30 }],
    });
  });

  it('is not stopped by any words', async () => {
    const hostile = invocation({ input: { 'a\0': "'; drop table calls; --\0", half: '\ud83d' }, error: 'nul\0' });
    await new PostgresInvocationStore(source).append([hostile]);
    const [written] = await source.query(`select input, error from call_tool_invocations where request_id = $1`, [
      hostile.requestId,
    ]);
    expect(written).toEqual({ input: { a: "'; drop table calls; --", half: '\ufffd' }, error: 'nul' });
  });
});

describe('customers', () => {
  const store = (): PostgresCustomerStore => new PostgresCustomerStore(source);

  it('of an unknown number cost one statement', async () => {
    const runners = jest.spyOn(source, 'createQueryRunner');
    const asked = store();
    await asked.ofNumber(mine.companyId, freshPhone());
    runners.mockClear();
    expect(await asked.ofNumber(mine.companyId, freshPhone())).toBeNull();
    expect(runners).toHaveBeenCalledTimes(1);
    runners.mockRestore();
  });

  it('are one per number and company, however many calls come in at once', async () => {
    const phone = freshPhone();
    const made = await Promise.all(
      Array.from({ length: 8 }, () => store().ensure(mine.companyId, { phone, name: 'Ada', email: null })),
    );
    expect(new Set(made.map((one) => one.id)).size).toBe(1);
    const elsewhere = await store().ensure(theirs.companyId, { phone, name: 'Bea', email: null });
    expect(elsewhere.id).not.toBe(made[0]!.id);
    expect(await store().ofNumber(theirs.companyId, phone)).toEqual(elsewhere);
    expect(await store().find(mine.companyId, elsewhere.id)).toBeNull();
  });

  it('keep what is known of them and gain what was not', async () => {
    const phone = freshPhone();
    await store().ensure(mine.companyId, { phone, name: 'Ada Muster', email: '' });
    await store().ensure(mine.companyId, { phone, name: 'Adda', email: 'ada@example.org' });
    expect(await store().ofNumber(mine.companyId, phone)).toMatchObject({
      name: 'Ada Muster',
      email: 'ada@example.org',
      phone,
    });
  });

  it('without a number are never the same person', async () => {
    const details = { phone: null, name: 'Ada Muster', email: 'ada@example.org' };
    const [one, two] = await Promise.all([
      store().ensure(mine.companyId, details),
      store().ensure(mine.companyId, details),
    ]);
    expect(one.id).not.toBe(two.id);
  });

  it('are not found by an id that is none', async () => {
    expect(await store().find(mine.companyId, 'the newest')).toBeNull();
    expect(await store().ofNumber(mine.companyId, 'anonymous')).toBeNull();
  });
});

describe('appointments', () => {
  const store = (): PostgresAppointmentStore => new PostgresAppointmentStore(source);
  const hour = (from: number): { startsAt: string; endsAt: string } => ({
    startsAt: `2026-11-24T${String(from).padStart(2, '0')}:00:00Z`,
    endsAt: `2026-11-24T${String(from).padStart(2, '0')}:30:00Z`,
  });

  it('are found by id in their own company only', async () => {
    const id = await makeAppointment(source, mine, { ...hour(9), uid: 'uid-now' });
    const appointment = await store().find(mine.companyId, id);
    expect(appointment).toMatchObject({
      id,
      companyId: mine.companyId,
      startsAt: new Date(hour(9).startsAt),
      status: 'booked',
      attendeeName: 'Erika Muster',
      calcomHostId: 1,
    });
    expect(await store().find(theirs.companyId, id)).toBeNull();
    expect(await store().find(mine.companyId, "1' or true --")).toBeNull();
  });

  it('are listed by start, by every filter, and never those of another company', async () => {
    const customer = await new PostgresCustomerStore(source).ensure(mine.companyId, {
      phone: freshPhone(),
      name: 'Ada',
      email: null,
    });
    const late = await makeAppointment(source, mine, { ...hour(15), customerId: customer.id });
    const early = await makeAppointment(source, mine, { ...hour(9), customerId: customer.id, callId: 'call_9' });
    const gone = await makeAppointment(source, mine, { ...hour(12), customerId: customer.id, status: 'cancelled' });
    const stranger = await makeAppointment(source, mine, hour(10));
    await makeAppointment(source, theirs, hour(9));
    const ids = async (filter: Parameters<PostgresAppointmentStore['list']>[1]): Promise<string[]> =>
      (await store().list(mine.companyId, filter)).map((one) => one.id);

    expect(await ids({})).toEqual([early, stranger, gone, late]);
    expect(await ids({ customer })).toEqual([early, gone, late]);
    expect(await ids({ customer, statuses: ['pending', 'booked'] })).toEqual([early, late]);
    expect(await ids({ statuses: [] })).toEqual([]);
    expect(await ids({ callId: 'call_9' })).toEqual([early]);
    // Half-open on both sides: what ends at that moment is over, what starts at that moment is not before it.
    expect(await ids({ endsAfter: new Date(hour(10).endsAt), startsBefore: new Date(hour(15).startsAt) })).toEqual([
      gone,
    ]);
    expect(await ids({ limit: 2 })).toEqual([early, stranger]);
    expect(await ids({ customer: { id: crypto.randomUUID(), phone: null } })).toEqual([]);
  });
});

describe('callbacks', () => {
  const request = (changes: Partial<CallbackRequest> = {}): CallbackRequest => ({
    companyId: mine.companyId,
    branchId: mine.branchId,
    callId: 'call_1',
    customerId: null,
    customerName: 'Ada',
    phone: '+491701234567',
    dueAt: new Date('2026-11-24T11:00:00Z'),
    reason: 'Rückruf gewünscht',
    priority: 'normal',
    ...changes,
  });
  const store = (): PostgresCallbackStore => new PostgresCallbackStore(source);

  it('are recorded once per call and number while they are open', async () => {
    const results = await Promise.all(Array.from({ length: 6 }, () => store().record(request())));
    expect(new Set(results.map((one) => one.id)).size).toBe(1);
    expect(results.filter((one) => one.created)).toHaveLength(1);

    const again = async (changes: Partial<CallbackRequest>): Promise<boolean> =>
      (await store().record(request(changes))).created;
    expect(await again({ phone: '+491709999999' })).toBe(true);
    expect(await again({ callId: 'call_2' })).toBe(true);
    expect(await again({ companyId: theirs.companyId, branchId: theirs.branchId })).toBe(true);
    expect(await again({ phone: null })).toBe(true);
    expect(await again({ phone: null })).toBe(false);

    await source.query(`update callback_requests set status = 'completed', closed_at = now() where id = $1`, [
      results[0]!.id,
    ]);
    expect(await again({})).toBe(true);
  });

  it('outside of a call are always new', async () => {
    const first = await store().record(request({ callId: null }));
    const second = await store().record(request({ callId: null }));
    expect(second).toEqual({ ...first, id: expect.not.stringMatching(first.id) });
  });
});

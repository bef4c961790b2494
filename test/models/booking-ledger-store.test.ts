import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import { BookingLedgerStore } from '../../src/models/booking-ledger-store';
import type { NewOperation, Opened, Operation } from '../../src/services/booking/ledger';
import type { UpstreamBooking } from '../../src/services/calcom/calcom-ports';
import { cloneDatabase } from '../support/servers';
import { makeCompany, type CompanyFixture } from './company-fixture';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let source: DataSource;
let company: CompanyFixture;
let ledger: BookingLedgerStore;
let rival: BookingLedgerStore;

beforeAll(async () => {
  database = await cloneDatabase();
  source = await createDataSource(database.url, 6).initialize();
  ledger = new BookingLedgerStore(source);
  rival = new BookingLedgerStore(source);
});
beforeEach(async () => {
  company = await makeCompany(source);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

const TEN = new Date('2027-01-11T09:00:00Z');
const ELEVEN = new Date('2027-01-11T10:00:00Z');
const HALF_HOUR_MS = 1_800_000;
const LEASE_MS = 20_000;

function wish(startAt: Date, changes: Partial<NewOperation> = {}): NewOperation {
  return {
    companyId: company.companyId,
    kind: 'book',
    requestKey: randomUUID(),
    businessKey: `book:${startAt.toISOString()}`,
    callId: 'call_1',
    toolCallId: 'tool_1',
    eventTypeId: 100,
    startAt,
    endAt: new Date(startAt.getTime() + HALF_HOUR_MS),
    payload: {
      branchId: company.branchId,
      serviceId: company.serviceId,
      serviceName: 'Massage',
      timeZone: 'Europe/Berlin',
      language: 'de',
      hostIds: [1],
      wishedHostIds: [],
      seats: 1,
      attendee: { name: 'Erika Muster', phone: '+491701234567', email: null },
      responses: {},
      notes: null,
      customerId: null,
      previous: null,
      reason: null,
      origin: 'retell',
    },
    ...changes,
  };
}

function booking(operation: Operation, uid: string): UpstreamBooking {
  return {
    id: 4711,
    uid,
    status: 'accepted',
    startAt: operation.startAt,
    endAt: operation.endAt,
    eventTypeId: 100,
    hosts: [{ id: 1, name: 'Kim', email: null }],
    attendees: [],
    metadata: {},
    createdAt: null,
    updatedAt: null,
    rescheduledFromUid: null,
    rescheduledToUid: null,
    cancellationReason: null,
    seriesUid: null,
  };
}

function opened(result: Opened): Operation {
  if (result.kind !== 'opened') throw new Error(`expected a new operation, got ${result.kind}`);
  return result.operation;
}

async function carryOut(given: NewOperation, uid: string): Promise<Operation> {
  const sent = await ledger.markSent(opened(await ledger.open(given, LEASE_MS)), LEASE_MS);
  expect(await ledger.confirm(sent!, booking(sent!, uid))).toMatchObject({ kind: 'confirmed' });
  return sent!;
}

describe('the booking ledger', () => {
  it('opens one operation for many repeats of one request, and for many tries at one wish', async () => {
    const request = wish(TEN);
    const repeats = await Promise.all([ledger, rival, ledger, rival].map((store) => store.open(request, LEASE_MS)));
    expect(repeats.filter((one) => one.kind === 'opened')).toHaveLength(1);
    const tries = await Promise.all([ledger, rival].map((store) => store.open(wish(TEN), LEASE_MS)));
    expect(tries.map((one) => one.kind)).toEqual(['existing', 'existing']);
  });

  it('sees a clash when the only host is wanted by two callers at the same time', async () => {
    const first = opened(await ledger.open(wish(TEN), LEASE_MS));
    const second = await ledger.open(wish(TEN, { businessKey: 'somebody else' }), LEASE_MS);
    const { appointmentId, callId } = first;
    expect(second).toMatchObject({ kind: 'clash', appointmentId, callId });
    await ledger.abandon(first, 'not sent');
    opened(await ledger.open(wish(TEN, { businessKey: 'somebody else' }), LEASE_MS));
  });

  it('writes a no down once, for all repeats of that tool call on all processes, and for no other', async () => {
    const first = opened(await ledger.open(wish(TEN), LEASE_MS));
    const second = wish(TEN, { businessKey: 'somebody else', toolCallId: 'tool_2' });
    const told = await Promise.all([ledger, rival, ledger, rival].map((store) => store.refuse(second, 'host_busy')));
    expect(told.filter((one) => one.kind === 'refused')).toHaveLength(1);
    const [existing] = told.filter((one) => one.kind === 'existing');
    expect(existing).toMatchObject({ operation: { state: 'rejected', reason: 'host_busy' } });
    await ledger.abandon(first, 'not sent');
    expect(await rival.open(second, LEASE_MS)).toMatchObject({ kind: 'existing', operation: { state: 'rejected' } });
    const rows = await source.query(
      `select status, count(*)::int as n from appointments where company_id = $1 group by 1 order by 1`,
      [company.companyId],
    );
    expect(rows).toEqual([{ status: 'failed', n: 2 }]);
    opened(await ledger.open({ ...second, requestKey: randomUUID(), toolCallId: 'tool_3' }, LEASE_MS));
  });

  it('does not write a no down over what the same request or wish has already become', async () => {
    const done = await carryOut(wish(TEN), 'uid-9');
    expect(await rival.refuse(wish(TEN), 'never_free')).toMatchObject({
      kind: 'existing',
      operation: { id: done.id, state: 'confirmed' },
    });
  });

  it('keeps no no for a question without a tool call id: asked again it is a new one', async () => {
    const nameless = wish(TEN, { toolCallId: null });
    expect(await ledger.refuse(nameless, 'host_busy')).toEqual({ kind: 'refused' });
    opened(await ledger.open(nameless, LEASE_MS));
  });

  it('records a booking, its host and its uid', async () => {
    const operation = await carryOut(wish(TEN), 'uid-1');
    const [row] = await source.query(`select * from appointments where id = $1`, [operation.appointmentId]);
    expect(row).toMatchObject({
      status: 'booked',
      calcom_booking_uid: 'uid-1',
      calcom_host_id: 1,
      staff_id: company.staffId,
      calcom_sync_status: 'synced',
      call_id: 'call_1',
    });
    expect(await ledger.find(company.companyId, operation.id)).toMatchObject({
      state: 'confirmed',
      upstreamUid: 'uid-1',
    });
    expect(await ledger.find((await makeCompany(source)).companyId, operation.id)).toBeNull();
  });

  it('does not take a uid that another appointment has', async () => {
    await carryOut(wish(TEN), 'uid-2');
    const second = (await ledger.markSent(opened(await ledger.open(wish(ELEVEN), LEASE_MS)), LEASE_MS))!;
    expect(await ledger.confirm(second, booking(second, 'uid-2'))).toEqual({ kind: 'uid_known' });
    expect(await ledger.find(company.companyId, second.id)).toMatchObject({ state: 'sent' });
  });

  it('fences off whoever lost the operation to another process', async () => {
    const operation = opened(await ledger.open(wish(TEN), LEASE_MS));
    const sent = (await ledger.markSent(operation, 0))!;
    const [taken] = (await rival.claimDue(LEASE_MS, 50)).filter((one) => one.id === sent.id);
    expect(taken?.epoch).toBe(sent.epoch + 1);
    // By the database's clock, on which it was sent: a process may be minutes or months off.
    expect(taken?.sentAgoMs).toBeGreaterThanOrEqual(0);
    expect(taken?.sentAgoMs).toBeLessThan(60_000);
    expect(await ledger.confirm(sent, booking(sent, 'uid-3'))).toEqual({ kind: 'lost' });
    expect(await ledger.reject(sent, 'late')).toBe(false);
    expect(await rival.confirm(taken!, booking(taken!, 'uid-3'))).toMatchObject({ kind: 'confirmed' });
  });

  it('lets only the process that took an operation over keep it for longer', async () => {
    const operation = opened(await ledger.open(wish(TEN), 0));
    const claim = async (store: BookingLedgerStore): Promise<Operation | undefined> =>
      (await store.claimDue(0, 50)).find((one) => one.id === operation.id);
    const taken = (await claim(rival))!;
    expect(await ledger.renew(operation, LEASE_MS)).toBe(false);
    expect(await ledger.renew(taken, LEASE_MS)).toBe(false);
    expect(await rival.renew(taken, LEASE_MS)).toBe(true);
    expect(await claim(ledger)).toBeUndefined();
  });

  it('forgets a wish once the appointment is cancelled: the caller may want it back', async () => {
    const first = await carryOut(wish(TEN), 'uid-4');
    await carryOut(
      wish(TEN, {
        kind: 'cancel',
        businessKey: `cancel:${first.appointmentId}`,
        appointmentId: first.appointmentId,
        previousUid: 'uid-4',
      }),
      'uid-4',
    );
    const again = opened(await ledger.open(wish(TEN), LEASE_MS));
    expect(again.appointmentId).not.toBe(first.appointmentId);
  });

  it('lets an appointment be moved there, back, and there again', async () => {
    const first = await carryOut(wish(TEN), 'uid-5');
    const move = (startAt: Date, previousUid: string): NewOperation =>
      wish(startAt, {
        kind: 'move',
        businessKey: `move:${first.appointmentId}:${startAt.toISOString()}`,
        appointmentId: first.appointmentId,
        previousUid,
      });
    await carryOut(move(ELEVEN, 'uid-5'), 'uid-6');
    await carryOut(move(TEN, 'uid-6'), 'uid-7');
    await carryOut(move(ELEVEN, 'uid-7'), 'uid-8');
    const [row] = await source.query(
      `select starts_at, calcom_booking_uid, rescheduled_count from appointments where id = $1`,
      [first.appointmentId],
    );
    expect(row).toEqual({ starts_at: ELEVEN, calcom_booking_uid: 'uid-8', rescheduled_count: 3 });
    const uids = await source.query(`select uid from appointment_booking_uids where appointment_id = $1 order by uid`, [
      first.appointmentId,
    ]);
    expect(uids.map((one: { uid: string }) => one.uid)).toEqual(['uid-5', 'uid-6', 'uid-7', 'uid-8']);
  });
});

import { randomUUID } from 'node:crypto';
import type { TenantId } from '../../src/domain';
import type { BookingLedger, NewOperation, Opened, Operation } from '../../src/services/booking/ledger';
import type { UpstreamBooking } from '../../src/services/calcom/calcom-ports';

/** One company's ledger as two processes see it, and what a reader of its appointments sees. */
export interface LedgerUnderTest {
  companyId: TenantId;
  branchId: string;
  serviceId: string;
  ledger: BookingLedger;
  rival: BookingLedger;
  appointment(id: string): Promise<{ status: string; uid: string | null; hostId: number | null; startsAt: Date }>;
  appointmentsByStatus(): Promise<Record<string, number>>;
}

const TEN = new Date('2027-01-11T09:00:00Z');
const ELEVEN = new Date('2027-01-11T10:00:00Z');
const HALF_HOUR_MS = 1_800_000;
const LEASE_MS = 20_000;

export function newOperation(
  at: Pick<LedgerUnderTest, 'companyId' | 'branchId' | 'serviceId'>,
  startAt: Date,
  changes: Partial<NewOperation> = {},
): NewOperation {
  return {
    companyId: at.companyId,
    kind: 'book',
    requestKey: randomUUID(),
    businessKey: `book:${startAt.toISOString()}`,
    callId: 'call_1',
    toolCallId: 'tool_1',
    eventTypeId: 100,
    startAt,
    endAt: new Date(startAt.getTime() + HALF_HOUR_MS),
    payload: {
      branchId: at.branchId,
      serviceId: at.serviceId,
      serviceName: 'Massage',
      timeZone: 'Europe/Berlin',
      language: 'de',
      hostIds: [1],
      wishedHostIds: [],
      wishedHostId: null,
      isHostRequired: false,
      seats: 1,
      lengthMinutes: null,
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

export function booking(operation: Operation, uid: string): UpstreamBooking {
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

async function carryOut(ledger: BookingLedger, given: NewOperation, uid: string): Promise<Operation> {
  const sent = await ledger.markSent(opened(await ledger.open(given, LEASE_MS)), LEASE_MS);
  expect(await ledger.confirm(sent!, booking(sent!, uid))).toMatchObject({ kind: 'confirmed' });
  return sent!;
}

/** What BookingService and its runner rely on, for every implementation of the ledger. */
export function describeBookingLedger(name: string, make: () => Promise<LedgerUnderTest>): void {
  describe(`${name} keeps the contract of the booking ledger`, () => {
    let at: LedgerUnderTest;
    let ledger: BookingLedger;
    let rival: BookingLedger;
    const asked = (startAt: Date, changes: Partial<NewOperation> = {}): NewOperation =>
      newOperation(at, startAt, changes);
    beforeEach(async () => {
      at = await make();
      ({ ledger, rival } = at);
    });

    it('opens one operation for repeats of one request and for repeats of one booking', async () => {
      const request = asked(TEN);
      const repeats = await Promise.all([ledger, rival, ledger, rival].map((store) => store.open(request, LEASE_MS)));
      expect(repeats.filter((one) => one.kind === 'opened')).toHaveLength(1);
      const tries = await Promise.all([ledger, rival].map((store) => store.open(asked(TEN), LEASE_MS)));
      expect(tries.map((one) => one.kind)).toEqual(['existing', 'existing']);
    });

    it('reports a conflict when two callers ask for the only host at the same time', async () => {
      const first = opened(await ledger.open(asked(TEN), LEASE_MS));
      const second = await ledger.open(asked(TEN, { businessKey: 'another caller' }), LEASE_MS);
      const { appointmentId, callId } = first;
      expect(second).toMatchObject({ kind: 'clash', appointmentId, callId });
      await ledger.abandon(first, 'never_sent');
      opened(await ledger.open(asked(TEN, { businessKey: 'another caller' }), LEASE_MS));
    });

    it('records a refusal once, for all repeats of that tool call and for no other', async () => {
      const first = opened(await ledger.open(asked(TEN), LEASE_MS));
      const second = asked(TEN, { businessKey: 'another caller', toolCallId: 'tool_2' });
      const answers = await Promise.all(
        [ledger, rival, ledger, rival].map((store) => store.refuse(second, 'host_busy')),
      );
      expect(answers.filter((one) => one.kind === 'refused')).toHaveLength(1);
      const [existing] = answers.filter((one) => one.kind === 'existing');
      expect(existing).toMatchObject({ operation: { state: 'rejected', reason: 'host_busy' } });
      await ledger.abandon(first, 'never_sent');
      expect(await rival.open(second, LEASE_MS)).toMatchObject({ kind: 'existing', operation: { state: 'rejected' } });
      expect(await at.appointmentsByStatus()).toEqual({ failed: 2 });
      opened(await ledger.open({ ...second, requestKey: randomUUID(), toolCallId: 'tool_3' }, LEASE_MS));
    });

    it('does not record a refusal over what the same request or booking has already become', async () => {
      const done = await carryOut(ledger, asked(TEN), 'uid-9');
      expect(await rival.refuse(asked(TEN), 'never_free')).toMatchObject({
        kind: 'existing',
        operation: { id: done.id, state: 'confirmed' },
      });
    });

    it('records no refusal without a tool call id: asked again it is a new question', async () => {
      const nameless = asked(TEN, { toolCallId: null });
      expect(await ledger.refuse(nameless, 'host_busy')).toEqual({ kind: 'refused' });
      opened(await ledger.open(nameless, LEASE_MS));
    });

    it('records a booking, its host and its uid', async () => {
      const operation = await carryOut(ledger, asked(TEN), 'uid-1');
      expect(await at.appointment(operation.appointmentId)).toMatchObject({
        status: 'booked',
        uid: 'uid-1',
        hostId: 1,
      });
      expect(await ledger.find(at.companyId, operation.id)).toMatchObject({ state: 'confirmed', upstreamUid: 'uid-1' });
    });

    it('finds no operation of another company', async () => {
      const operation = await carryOut(ledger, asked(TEN), 'uid-1');
      const other = randomUUID() as TenantId;
      expect(await ledger.find(other, operation.id)).toBeNull();
    });

    it('does not take a uid that another appointment has', async () => {
      await carryOut(ledger, asked(TEN), 'uid-2');
      const second = (await ledger.markSent(opened(await ledger.open(asked(ELEVEN), LEASE_MS)), LEASE_MS))!;
      expect(await ledger.confirm(second, booking(second, 'uid-2'))).toEqual({ kind: 'uid_known' });
      expect(await ledger.find(at.companyId, second.id)).toMatchObject({ state: 'sent' });
    });

    it('refuses writes of a process that lost the operation to another', async () => {
      const operation = opened(await ledger.open(asked(TEN), LEASE_MS));
      const sent = (await ledger.markSent(operation, -1))!;
      const [taken] = (await rival.claimDue(LEASE_MS, 50)).filter((one) => one.id === sent.id);
      expect(taken?.epoch).toBe(sent.epoch + 1);
      expect(taken?.sentAgoMs).toBeGreaterThanOrEqual(0);
      expect(taken?.sentAgoMs).toBeLessThan(60_000);
      expect(await ledger.confirm(sent, booking(sent, 'uid-3'))).toEqual({ kind: 'lost' });
      expect(await ledger.reject(sent, 'deadline_exceeded')).toBe(false);
      expect(await rival.confirm(taken!, booking(taken!, 'uid-3'))).toMatchObject({ kind: 'confirmed' });
    });

    it('lets only the process that took an operation over renew its lease', async () => {
      const operation = opened(await ledger.open(asked(TEN), -1));
      const claim = async (store: BookingLedger): Promise<Operation | undefined> =>
        (await store.claimDue(-1, 50)).find((one) => one.id === operation.id);
      const taken = (await claim(rival))!;
      expect(await ledger.renew(operation, LEASE_MS)).toBe(false);
      expect(await ledger.renew(taken, LEASE_MS)).toBe(false);
      expect(await rival.renew(taken, LEASE_MS)).toBe(true);
      expect(await claim(ledger)).toBeUndefined();
    });

    it('opens the same booking again once its appointment is cancelled', async () => {
      const first = await carryOut(ledger, asked(TEN), 'uid-4');
      await carryOut(
        ledger,
        asked(TEN, {
          kind: 'cancel',
          businessKey: `cancel:${first.appointmentId}`,
          appointmentId: first.appointmentId,
          previousUid: 'uid-4',
        }),
        'uid-4',
      );
      const again = opened(await ledger.open(asked(TEN), LEASE_MS));
      expect(again.appointmentId).not.toBe(first.appointmentId);
    });

    it('lets an appointment be moved there, back, and there again', async () => {
      const first = await carryOut(ledger, asked(TEN), 'uid-5');
      const move = (startAt: Date, previousUid: string): NewOperation =>
        asked(startAt, {
          kind: 'move',
          businessKey: `move:${first.appointmentId}:${startAt.toISOString()}`,
          appointmentId: first.appointmentId,
          previousUid,
        });
      await carryOut(ledger, move(ELEVEN, 'uid-5'), 'uid-6');
      await carryOut(ledger, move(TEN, 'uid-6'), 'uid-7');
      await carryOut(ledger, move(ELEVEN, 'uid-7'), 'uid-8');
      expect(await at.appointment(first.appointmentId)).toMatchObject({ startsAt: ELEVEN, uid: 'uid-8' });
    });

    it('lets an absence be marked, taken back, and marked again', async () => {
      const first = await carryOut(ledger, asked(TEN), 'uid-10');
      const { appointmentId } = first;
      const status = async (): Promise<string> => (await at.appointment(appointmentId)).status;
      const mark = (absent: boolean): NewOperation => {
        const { payload, ...same } = asked(TEN, { kind: 'absence', appointmentId, previousUid: 'uid-10' });
        return { ...same, businessKey: `absence:${appointmentId}:${absent}`, payload: { ...payload, absent } };
      };
      const marked = await carryOut(ledger, mark(true), 'uid-10');
      expect(await status()).toBe('no_show');
      expect(await rival.open(mark(true), LEASE_MS)).toMatchObject({ kind: 'existing', operation: { id: marked.id } });
      expect(await ledger.isCurrent(marked)).toBe(true);
      await carryOut(ledger, mark(false), 'uid-10');
      expect(await status()).toBe('booked');
      await carryOut(ledger, mark(true), 'uid-10');
      expect(await status()).toBe('no_show');
    });

    it('frees the start of a booking that came to nothing', async () => {
      const sent = (await ledger.markSent(opened(await ledger.open(asked(TEN), LEASE_MS)), LEASE_MS))!;
      expect(await ledger.reject(sent, 'slot_not_available')).toBe(true);
      expect(await at.appointment(sent.appointmentId)).toMatchObject({ status: 'failed' });
      opened(await ledger.open(asked(TEN, { businessKey: 'another caller' }), LEASE_MS));
    });

    it('counts another appointment of the host as a conflict, and not its own', async () => {
      const first = await carryOut(ledger, asked(TEN), 'uid-10');
      const half = new Date(TEN.getTime() + HALF_HOUR_MS / 2);
      const overlap = (except: string): ReturnType<BookingLedger['overlapping']> =>
        ledger.overlapping(at.companyId, [1], 100, half, ELEVEN, except);
      expect(await overlap(randomUUID())).toMatchObject([{ hostId: 1, uid: 'uid-10' }]);
      expect(await overlap(first.appointmentId)).toEqual([]);
    });

    it('gives an unknown outcome to the next process when it is due', async () => {
      const sent = (await ledger.markSent(opened(await ledger.open(asked(TEN), LEASE_MS)), LEASE_MS))!;
      expect(await ledger.markUnknown(sent, 'upstream_unavailable', -1)).toBe(true);
      const [claimed] = (await rival.claimDue(LEASE_MS, 50)).filter((one) => one.id === sent.id);
      expect(claimed).toMatchObject({ state: 'unknown', reason: 'upstream_unavailable' });
      expect((await ledger.claimDue(LEASE_MS, 50)).filter((one) => one.id === sent.id)).toEqual([]);
    });

    it('gives a booking that cannot be settled to a person', async () => {
      const sent = (await ledger.markSent(opened(await ledger.open(asked(TEN), LEASE_MS)), LEASE_MS))!;
      expect(await ledger.review(sent, 'host_clash')).toBe(true);
      expect(await ledger.find(at.companyId, sent.id)).toMatchObject({ state: 'review', reason: 'host_clash' });
    });
  });
}

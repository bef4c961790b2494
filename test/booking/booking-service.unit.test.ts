import { RateLimited, StoreUnavailable, UpstreamUnavailable } from '../../src/errors';
import { tenantId, type Service } from '../../src/domain';
import { BookingService, type BookingOutcome } from '../../src/services/booking/booking-service';
import type { Asker, BookingDetails } from '../../src/services/booking/intent';
import { OperationRunner, type OperationRunnerDeps } from '../../src/services/booking/operation-runner';
import { OtherAppointments } from '../../src/services/booking/other-appointments';
import type { BookingUpstream } from '../../src/services/booking/booking-ports';
import type { BookingRequest } from '../../src/services/calcom/calcom-ports';
import { LedgerTables, MemoryBookingLedger } from '../fakes/memory-booking-ledger';
import { MemoryCalcom } from '../fakes/memory-calcom';

const COMPANY = tenantId('00000000-0000-4000-8000-000000000001');
const TEN = new Date('2027-06-08T08:00:00Z');
const ELEVEN = new Date('2027-06-08T09:00:00Z');

/** One process on its own ledger and its own Cal.com, with hosts 501 and 502 for event type 1001. */
function bench(writers: OperationRunnerDeps['writers'] = { runExclusive: (_keys, _waitMs, work) => work() }): {
  ledger: MemoryBookingLedger;
  calcom: MemoryCalcom;
  tables: LedgerTables;
  bookings: BookingService;
  announced: string[];
  background: Promise<unknown>[];
  pass: (ms: number) => void;
} {
  let nowMs = Date.parse('2027-06-07T06:00:00Z');
  const tables = new LedgerTables(() => nowMs);
  const ledger = new MemoryBookingLedger(tables);
  const calcom = new MemoryCalcom({ minutes: { 1001: 30 }, hostIds: [501, 502], nowMs: () => nowMs });
  const announced: string[] = [];
  const background: Promise<unknown>[] = [];
  const upstreams = { forTenant: async () => calcom };
  const addresses = {
    addressFor: ({ email, phone, callId }: { email: string | null; phone: string | null; callId: string | null }) =>
      email ?? `${phone ?? callId}@callers.example`,
    listedAddress: (sent: string | null) => sent,
  };
  const others = new OtherAppointments({ ledger, upstreams, nowMs: () => nowMs });
  const sleep = async (ms: number): Promise<void> => void (nowMs += ms);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const runner = new OperationRunner({
    ...{ ledger, upstreams, others, addresses, log, sleep },
    writers,
    listener: {
      booked: async () => void announced.push('booked'),
      taken: async () => void announced.push('taken'),
      released: async () => void announced.push('released'),
    },
    refused: () => undefined,
    nowMs: () => nowMs,
    background: { run: (_name, work) => void background.push(work) },
  });
  const bookings = new BookingService({
    ...{ ledger, runner, others, addresses, sleep },
    appointments: { find: async (_company, id) => tables.appointments.get(id) ?? null },
    catchUp: { run: async () => undefined },
    pendingFailed: async () => undefined,
    background: { run: (_name, work) => void background.push(work) },
    metrics: { count: () => undefined },
  });
  return { ledger, calcom, tables, bookings, announced, background, pass: (ms) => void (nowMs += ms) };
}

const SERVICE = {
  id: '00000000-0000-4000-8000-000000000002',
  name: 'Herrenhaarschnitt',
  calcomEventTypeId: 1001,
  durationMinutes: 30,
  hostIds: [501, 502],
  seats: 1,
  phoneOnly: false,
  bookingFieldDefaults: {},
} as unknown as Service;

const WEB_REQUEST: BookingRequest = {
  ...{ eventTypeId: 1001, startAt: TEN, responses: {}, metadata: {} },
  attendee: { name: 'Web', email: 'web@example.com', phone: null, timeZone: 'Europe/Berlin', language: 'de' },
};

let calls = 0;
const asker = (more: Partial<Asker> = {}): Asker => ({
  companyId: COMPANY,
  branchId: '00000000-0000-4000-8000-000000000003',
  timeZone: 'Europe/Berlin',
  language: 'de',
  callId: `call_${++calls}`,
  toolCallId: `tool_${calls}`,
  callerPhone: `+4930${100000 + calls}`,
  customerId: null,
  origin: 'retell',
  ...more,
});
const details = (startAt: Date, more: Partial<BookingDetails> = {}): BookingDetails => ({
  service: SERVICE,
  startAt,
  attendee: { name: 'Erika Muster', phone: '+4930111', email: null },
  wishedHostId: null,
  notes: null,
  ...more,
});
function booked(outcome: BookingOutcome): Extract<BookingOutcome, { kind: 'done' }> {
  if (outcome.kind !== 'done') throw new Error(`expected a booking, got ${JSON.stringify(outcome)}`);
  return outcome;
}

describe('BookingService', () => {
  it('books once for repeats of the same tool call, and says that it is a replay', async () => {
    const { bookings, calcom } = bench();
    const who = asker();
    const first = booked(await bookings.book(who, details(TEN)));
    const again = booked(await bookings.book(who, details(TEN)));
    expect([first.replay, again.replay]).toEqual([false, true]);
    expect(calcom.requests.filter((name) => name === 'create')).toHaveLength(1);
  });

  it('refuses a third caller when both hosts are busy, without asking Cal.com', async () => {
    const { bookings, calcom } = bench();
    for (const phone of ['+49301', '+49302'])
      booked(await bookings.book(asker({ callerPhone: phone }), details(TEN, { attendee: attendee(phone) })));
    const third = await bookings.book(asker(), details(TEN, { attendee: attendee('+49303') }));
    expect(third).toMatchObject({ kind: 'taken' });
    expect(calcom.requests.filter((name) => name === 'create')).toHaveLength(2);
  });

  it('marks an absence once, also when the answer is lost, and takes it back', async () => {
    const { bookings, calcom, pass } = bench();
    const { appointment } = booked(await bookings.book(asker(), details(TEN)));
    const change = { appointment, service: SERVICE, reason: null };
    const mark = async (absent: boolean): Promise<unknown[]> => {
      const outcome = await bookings.markAbsence(asker({ origin: 'admin', callId: null }), change, absent);
      return [outcome.kind, outcome.kind === 'done' ? outcome.appointment.status : null];
    };
    const early = await bookings.markAbsence(asker({ origin: 'admin' }), change, true);
    expect(early).toEqual({ kind: 'refused', reason: 'not_started' });
    pass(2 * 24 * 3_600_000);
    calcom.disturbances.push({ when: 'after', error: new UpstreamUnavailable('connection reset', false) });
    expect([await mark(true), await mark(true)]).toEqual([
      ['done', 'no_show'],
      ['done', 'no_show'],
    ]);
    expect(calcom.requests.filter((name) => name === 'mark-absent')).toHaveLength(2);
    expect(await mark(false)).toEqual(['done', 'booked']);
    expect(calcom.bookings[0]?.attendees[0]?.absent).toBe(false);
  });

  it('finds a booking whose answer was lost', async () => {
    const { bookings, calcom } = bench();
    calcom.disturbances.push({ when: 'after', error: new UpstreamUnavailable('connection reset', false) });
    booked(await bookings.book(asker(), details(TEN)));
    expect(calcom.bookings).toHaveLength(1);
  });

  it('reports a booking as pending when it is unknown whether Cal.com made it', async () => {
    const { bookings, calcom, tables } = bench();
    calcom.disturbances.push({ when: 'before', error: new UpstreamUnavailable('no answer', false) });
    const outcome = await bookings.book(asker(), details(TEN));
    expect(outcome.kind).toBe('pending');
    expect(tables.operations.map(({ state }) => state)).toEqual(['unknown']);
  });

  it('frees the request when nothing was sent, so that it can be made again', async () => {
    const { bookings, calcom } = bench();
    const who = asker();
    calcom.disturbances.push({ when: 'before', error: new RateLimited(1000) });
    expect((await bookings.book(who, details(TEN))).kind).toBe('not_sent');
    booked(await bookings.book(who, details(TEN)));
  });

  it('moves and then cancels, and answers repeats of both with what was done', async () => {
    const { bookings, announced } = bench();
    const { appointment } = booked(await bookings.book(asker(), details(TEN)));
    const mover = asker();
    const change = { appointment, service: SERVICE, reason: null } as unknown as Parameters<BookingService['move']>[1];
    const moved = booked(await bookings.move(mover, change, ELEVEN));
    expect(moved.appointment.startsAt).toEqual(ELEVEN);
    expect(booked(await bookings.move(mover, change, ELEVEN)).replay).toBe(true);
    const cancel = { ...change, appointment: moved.appointment };
    const canceller = asker();
    expect(booked(await bookings.cancel(canceller, cancel)).appointment.status).toBe('cancelled');
    expect(booked(await bookings.cancel(canceller, cancel)).replay).toBe(true);
    expect(announced).toEqual(['booked', 'booked', 'released', 'released']);
  });
});

describe('OperationRunner', () => {
  it('takes HTTP 500 for a conflict when the start is gone', async () => {
    const { bookings, calcom } = bench();
    for (const email of ['a@example.org', 'b@example.org']) await calcom.createBooking(outside(email));
    calcom.disturbances.push({ when: 'before', error: serverError() });
    expect(await bookings.book(asker(), details(TEN))).toMatchObject({ kind: 'taken' });
    expect(calcom.writeFaults).toBe(0);
  });

  it('counts HTTP 500 as a fault when the start is still free', async () => {
    const { bookings, calcom } = bench();
    calcom.disturbances.push({ when: 'before', error: serverError() });
    expect((await bookings.book(asker(), details(TEN))).kind).toBe('pending');
    expect(calcom.writeFaults).toBe(1);
  });

  it('sends nothing before the ledger has it as sent, nor when the ledger is away', async () => {
    const { bookings, calcom, ledger } = bench();
    const markSent = ledger.markSent.bind(ledger);
    let go: () => void = () => undefined;
    const recorded = new Promise<void>((resolve) => (go = resolve));
    ledger.markSent = (...given) => recorded.then(() => markSent(...given));
    const running = bookings.book(asker(), details(TEN));
    await new Promise(setImmediate);
    expect(calcom.requests).toEqual([]);
    go();
    booked(await running);
    ledger.markSent = () => Promise.reject(new StoreUnavailable('away'));
    await expect(bookings.book(asker(), details(ELEVEN))).rejects.toThrow(StoreUnavailable);
    expect(calcom.requests).toEqual(['create']);
  });

  it('answers at once that a start is taken, and does nothing when the turn comes', async () => {
    const turns: (() => Promise<unknown>)[] = [];
    const { bookings, calcom } = bench({
      runExclusive: (_keys, _waitMs, work) =>
        new Promise((resolve, reject) => turns.push(() => work().then(resolve, reject))),
    });
    const book = (phone: string): Promise<BookingOutcome> =>
      bookings.book(asker({ callerPhone: phone }), details(TEN, { attendee: attendee(phone) }));
    const waiting = [book('+49301'), book('+49302')];
    await new Promise(setImmediate);
    expect(await book('+49303')).toMatchObject({ kind: 'taken' });
    for (const turn of turns) await turn();
    expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(['done', 'done']);
    expect(calcom.requests).toEqual(['create', 'create']);
  });

  it('undoes a booking that Cal.com made for another start', async () => {
    const { bookings, calcom } = bench();
    const create = calcom.createBooking.bind(calcom);
    calcom.createBooking = (request, mayLeave) => create({ ...request, startAt: ELEVEN }, mayLeave);
    expect(await bookings.book(asker(), details(TEN))).toMatchObject({ kind: 'taken' });
    expect(calcom.bookings.map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('undoes all bookings of a recurring event type and refuses it', async () => {
    const { bookings, calcom } = bench();
    const create = calcom.createBooking.bind(calcom);
    calcom.createBooking = async (request, mayLeave) => {
      const first = await create(request, mayLeave);
      const second = await create({ ...request, startAt: ELEVEN });
      return { ...first, siblingUids: [second.uid] };
    };
    expect(await bookings.book(asker(), details(TEN))).toEqual({ kind: 'refused', reason: 'recurring_event_type' });
    expect(calcom.bookings.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });

  describe('an event type whose bookings several people share', () => {
    /** The first caller's booking; everyone after him joins it, as at Cal.com, under a seat of their own. */
    function shared() {
      const made = bench();
      const { calcom } = made;
      const create = calcom.createBooking.bind(calcom);
      const givenBack: unknown[] = [];
      calcom.createBooking = async (request, stillWanted) => {
        const [standing] = calcom.bookings;
        const booking = standing ?? (await create({ ...request, metadata: {} }, stillWanted));
        const { attendee, metadata } = request;
        const seat = { uid: `seat of ${attendee.name}`, metadata };
        booking.attendees = [...booking.attendees.filter((one) => one.seat), { ...attendee, seat }];
        const lost = calcom.disturbances.shift();
        if (lost) throw lost.error;
        return { ...booking, seatUid: seat.uid };
      };
      const upstream: BookingUpstream = calcom;
      upstream.cancelBooking = async (uid, _reason, _subject, part) => {
        givenBack.push(part);
        return { ...calcom.bookings.find((one) => one.uid === uid)! };
      };
      return { ...made, givenBack };
    }

    it('is refused, and only the own seat is given back', async () => {
      const { bookings, calcom, givenBack } = shared();
      await calcom.createBooking({ ...WEB_REQUEST, startAt: TEN });
      expect(await bookings.book(asker(), details(TEN))).toEqual({ kind: 'refused', reason: 'seated_event_type' });
      expect(givenBack).toEqual([{ seatUid: 'seat of Erika Muster' }]);
    });

    it('is found by the seat after a lost answer, and not booked a second time', async () => {
      const { bookings, calcom, givenBack } = shared();
      await calcom.createBooking({ ...WEB_REQUEST, startAt: TEN });
      calcom.disturbances.push({ when: 'after', error: new UpstreamUnavailable('ECONNRESET', false) });
      expect(await bookings.book(asker(), details(TEN))).toEqual({ kind: 'refused', reason: 'seated_event_type' });
      expect(givenBack).toEqual([{ seatUid: 'seat of Erika Muster' }]);
    });
  });
});

function attendee(phone: string): BookingDetails['attendee'] {
  return { name: `Person ${phone}`, phone, email: null };
}

function outside(email: string): Parameters<MemoryCalcom['createBooking']>[0] {
  return {
    eventTypeId: 1001,
    startAt: TEN,
    attendee: { name: 'Wera Web', email, phone: null, timeZone: 'Europe/Berlin', language: 'de' },
    responses: {},
    metadata: {},
  };
}

function serverError(): UpstreamUnavailable {
  return new UpstreamUnavailable('HTTP 500', false, { upstreamStatus: 500 });
}

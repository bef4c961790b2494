import { REPOST_SETTLE_MS } from '../../src/services/booking/operation-result';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { BookingLedgerStore } from '../../src/models/booking-ledger-store';
import { createDataSource } from '../../src/models/data-source';
import type { NewOperation, Operation } from '../../src/services/booking/ledger';
import type { OperationResult } from '../../src/services/booking/operation-result';
import { Settlement, SETTLING_LEASE_MS, SURELY_ABSENT_MS } from '../../src/services/booking/settlement';
import { makeCompany, type CompanyFixture } from '../models/company-fixture';
import { cloneDatabase } from '../support/servers';
import { SystemClock } from '../../src/infra/clock';
import { RequestDeadline } from '../../src/infra/deadline';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const TEN = new Date('2027-01-11T09:00:00Z').getTime();
const HOUR_MS = 3_600_000;
/** Between two passes of a process. */
const SWEEP_EVERY_MS = 2000;

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let source: DataSource;
let company: CompanyFixture;

beforeAll(async () => {
  database = await cloneDatabase();
  source = await createDataSource(database.url, 12).initialize();
});
beforeEach(async () => {
  await source.query('delete from booking_operations');
  company = await makeCompany(source);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

function wish(index: number): NewOperation {
  const startAt = new Date(TEN + index * HOUR_MS);
  return {
    companyId: company.companyId,
    kind: 'book',
    requestKey: randomUUID(),
    businessKey: randomUUID(),
    callId: null,
    toolCallId: null,
    eventTypeId: 100,
    startAt,
    endAt: new Date(startAt.getTime() + HOUR_MS / 2),
    payload: {
      branchId: company.branchId,
      serviceId: company.serviceId,
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
  };
}

/** Operations whose answer got lost, due to be looked up. */
async function unknown(count: number): Promise<void> {
  const ledger = new BookingLedgerStore(source);
  for (let index = 0; index < count; index++) {
    const opened = await ledger.open(wish(index), 20_000);
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    const sent = await ledger.markSent(opened.operation, 20_000);
    await ledger.markUnknown(sent!, 'no answer', 0);
  }
  await pass(10);
}

/** Postgres's clock decides about leases: its rows are moved into the past instead. */
async function pass(ms: number): Promise<void> {
  await source.query(
    `update booking_operations set created_at = created_at - $1 * interval '1 millisecond', sent_at = sent_at - $1 * interval '1 millisecond',
       settle_after = settle_after - $1 * interval '1 millisecond', lease_until = lease_until - $1 * interval '1 millisecond'`,
    [ms],
  );
}

interface Behaviour {
  lookUp: (operation: Operation) => Promise<OperationResult | { kind: 'absent' }>;
  run?: (operation: Operation) => Promise<OperationResult>;
}

/** One gateway process. */
function process({ lookUp, run }: Behaviour, ledger = new BookingLedgerStore(source)): Settlement {
  return new Settlement({
    ledger,
    runner: { lookUp, run } as unknown as ConstructorParameters<typeof Settlement>[0]['runner'],
    log: silent,
    nowMs: () => TEN - HOUR_MS,
    deadline: (budgetMs) => new RequestDeadline(new SystemClock(), budgetMs),
    background: { run: () => undefined },
    pendingFailed: async () => undefined,
  });
}

/** Takes up what is due, and is killed in the middle of it. */
async function die(): Promise<void> {
  const ledger = new BookingLedgerStore(source);
  ledger.renew = () => Promise.resolve(false);
  const claims: Promise<unknown>[] = [];
  const claimDue = ledger.claimDue.bind(ledger);
  ledger.claimDue = (...given) => {
    const claim = claimDue(...given);
    claims.push(claim);
    return claim;
  };
  await new Promise<void>((begun) => {
    const lookUp = (): Promise<never> => {
      begun();
      return new Promise(() => undefined);
    };
    void process({ lookUp }, ledger).sweep();
  });
  await Promise.all(claims);
}

/** Cal.com knows them all: each is at an end. */
const sound = (): Settlement =>
  process({
    lookUp: async (operation) => {
      await new BookingLedgerStore(source).reject(operation, 'slot_taken');
      return { kind: 'taken', reason: 'slot_taken' };
    },
  });

const open = async (): Promise<number> =>
  (
    await source.query(
      `select count(*)::int as n from booking_operations where state in ('intended', 'sent', 'unknown')`,
    )
  )[0].n;

it('a process that dies while settling holds up no more than what it was just looking at', async () => {
  await unknown(20);
  await die();
  await sound().sweep();
  expect(await open()).toBeLessThanOrEqual(8);
  await pass(SETTLING_LEASE_MS);
  await sound().sweep();
  expect(await open()).toBe(0);
});

it('one that is taken up by four dying processes in a row is settled within a minute all the same', async () => {
  await unknown(1);
  let passedMs = 0;
  for (let death = 0; death < 4; death++) {
    await die();
    await pass(SETTLING_LEASE_MS + SWEEP_EVERY_MS);
    passedMs += SETTLING_LEASE_MS + SWEEP_EVERY_MS;
  }
  await sound().sweep();
  expect(await open()).toBe(0);
  expect(passedMs).toBeLessThan(60_000);
});

it('one that is absent, sent again, and absent still, comes to its end within a minute', async () => {
  await unknown(1);
  const ledger = new BookingLedgerStore(source);
  const calcomKnowsNothing = process({
    lookUp: async () => ({ kind: 'absent' }),
    run: async (operation) => {
      const sent = await ledger.markSent(operation, 20_000);
      await ledger.markUnknown(sent!, 'no answer', 3000);
      return { kind: 'unknown' };
    },
  });
  let passedMs = 0;
  while ((await open()) > 0 && passedMs < 120_000) {
    await calcomKnowsNothing.sweep();
    await pass(SWEEP_EVERY_MS);
    passedMs += SWEEP_EVERY_MS;
  }
  // The first request itself may have taken some seconds before it was given up.
  expect(passedMs).toBeLessThanOrEqual(SURELY_ABSENT_MS + REPOST_SETTLE_MS + 4 * SWEEP_EVERY_MS);
  expect(passedMs).toBeLessThan(55_000);
});

it('a second try that could not be sent does not start the wait again', async () => {
  await unknown(1);
  const ledger = new BookingLedgerStore(source);
  let tries = 0;
  const circuitIsOpen = process({
    lookUp: async () => ({ kind: 'absent' }),
    run: async (operation) => {
      tries++;
      const sent = await ledger.markSent(operation, 20_000);
      // As the runner does with what never left.
      await ledger.markUnknown(
        { ...sent!, reposts: sent!.reposts - 1, sentAt: operation.sentAt },
        'circuit_open',
        3000,
      );
      return { kind: 'unknown' };
    },
  });
  await pass(SURELY_ABSENT_MS);
  await circuitIsOpen.sweep();
  await pass(3000);
  await circuitIsOpen.sweep();
  expect(tries).toBe(2);
});

it('an outcome that is slow to be found does not keep others that become due meanwhile', async () => {
  await unknown(2);
  const looked: string[] = [];
  const settlement = process({
    lookUp: (operation) => {
      looked.push(operation.id);
      return new Promise(() => undefined);
    },
  });
  const [late] = await source.query(
    `update booking_operations set settle_after = now() + interval '20 seconds'
     where id = (select id from booking_operations order by created_at limit 1) returning id`,
  );
  await settlement.begin();
  expect(looked).toHaveLength(1);
  await pass(20_000);
  await settlement.begin();
  expect(looked).toContain(late[0].id);
});

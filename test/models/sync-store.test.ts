import type { DataSource } from 'typeorm';
import { BookingLedgerStore } from '../../src/models/booking-ledger-store';
import { createDataSource } from '../../src/models/data-source';
import { PostgresSyncStore } from '../../src/models/sync-store';
import { newOperation } from '../contracts/booking-ledger.contract';
import { cloneDatabase } from '../support/servers';
import { makeCompany } from './company-fixture';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let source: DataSource;

beforeAll(async () => {
  database = await cloneDatabase();
  source = await createDataSource(database.url, 6).initialize();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

test('a booking of ours under way is noted without a wait for other changes of its uid', async () => {
  const at = await makeCompany(source);
  const ledger = new BookingLedgerStore(source);
  const startAt = new Date('2027-02-01T09:00:00Z');
  const opened = await ledger.open(newOperation(at, startAt), 20_000);
  if (opened.kind !== 'opened') throw new Error(opened.kind);
  const { id, endAt, gatewayKey } = opened.operation;
  await ledger.markUnknown(opened.operation, 'timeout', 60_000);
  const other = source.createQueryRunner();
  await other.query('begin');
  await other.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${at.companyId}:uid-1`]);
  const result = await new PostgresSyncStore(source).apply(at.companyId, {
    ...{ uid: 'uid-1', bookingId: 1, previousUid: null, nextUid: null, eventTypeId: 100, gatewayKey },
    ...{ status: 'booked', startAt, endAt, hostId: 1, hostName: null, attendee: null, absent: null },
    ...{ reason: null, asOf: null },
  });
  await other.query('rollback');
  await other.release();
  expect(result).toEqual({ kind: 'in_progress', operationId: id });
  const [noted] = await source.query(
    'select upstream_uid, settle_after <= now() as "isDue" from booking_operations where id = $1',
    [id],
  );
  expect(noted).toEqual({ upstream_uid: 'uid-1', isDue: true });
});

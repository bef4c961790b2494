import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import type { Confirmed } from '../../src/services/booking/ledger';
import { BookingLedgerStore } from '../../src/models/booking-ledger-store';
import { booking, describeBookingLedger, newOperation } from '../contracts/booking-ledger.contract';
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

describeBookingLedger('Postgres', async () => {
  const company = await makeCompany(source);
  const { companyId, branchId, serviceId } = company;
  return {
    ...{ companyId, branchId, serviceId },
    ledger: new BookingLedgerStore(source),
    rival: new BookingLedgerStore(source),
    appointment: async (id) => {
      const [row] = await source.query(`select * from appointments where id = $1`, [id]);
      // What only Postgres knows: who serves, and every uid the appointment ever had.
      if (row.calcom_host_id !== null && row.status === 'booked') expect(row.staff_id).toBe(company.staffId);
      if (row.calcom_booking_uid) {
        const uids = await source.query(`select uid from appointment_booking_uids where appointment_id = $1`, [id]);
        expect(uids).toContainEqual({ uid: row.calcom_booking_uid });
      }
      return { status: row.status, uid: row.calcom_booking_uid, hostId: row.calcom_host_id, startsAt: row.starts_at };
    },
    appointmentsByStatus: async () => {
      const rows = await source.query(
        `select status, count(*)::int as n from appointments where company_id = $1 group by 1`,
        [companyId],
      );
      return Object.fromEntries(rows.map(({ status, n }: { status: string; n: number }) => [status, n]));
    },
  };
});

describe('an outcome that waits for a change of its operation', () => {
  /** Confirms a booking while another connection holds its operation, changed so. */
  async function confirmedBehind(change: string): Promise<{ confirmed: Confirmed; status: string }> {
    const at = await makeCompany(source);
    const ledger = new BookingLedgerStore(source);
    const opened = await ledger.open(newOperation(at, new Date('2027-02-01T09:00:00Z')), 20_000);
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    const { operation } = opened;
    const other = source.createQueryRunner();
    await other.query('begin');
    await other.query(`update booking_operations set ${change} where id = $1`, [operation.id]);
    const work = ledger.confirm(operation, booking(operation, `uid-${operation.id}`));
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await other.query(waiting)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await other.query('commit');
    await other.release();
    const confirmed = await work;
    const [{ status }] = await source.query('select status from appointments where id = $1', [operation.appointmentId]);
    return { confirmed, status };
  }

  test('is written after a webhook has noted the uid', async () => {
    const { confirmed, status } = await confirmedBehind(`upstream_uid = 'noted'`);
    expect(confirmed.kind).toBe('confirmed');
    expect(status).toBe('booked');
  });

  test('is not written after another process has taken the operation over', async () => {
    const { confirmed, status } = await confirmedBehind('epoch = epoch + 1');
    expect(confirmed).toEqual({ kind: 'lost' });
    expect(status).toBe('pending');
  });
});

import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/models/data-source';
import { BookingLedgerStore } from '../../src/models/booking-ledger-store';
import { describeBookingLedger } from '../contracts/booking-ledger.contract';
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

import { randomUUID } from 'node:crypto';
import { tenantId } from '../../src/domain';
import { describeBookingLedger } from '../contracts/booking-ledger.contract';
import { LedgerTables, MemoryBookingLedger } from './memory-booking-ledger';

describeBookingLedger('memory', async () => {
  const tables = new LedgerTables(() => Date.now());
  return {
    companyId: tenantId(randomUUID()),
    branchId: randomUUID(),
    serviceId: randomUUID(),
    ledger: new MemoryBookingLedger(tables),
    rival: new MemoryBookingLedger(tables),
    appointment: async (id) => {
      const row = tables.appointments.get(id)!;
      return { status: row.status, uid: row.calcomBookingUid, hostId: row.calcomHostId, startsAt: row.startsAt };
    },
    appointmentsByStatus: async () => {
      const counts: Record<string, number> = {};
      for (const { status } of tables.appointments.values()) counts[status] = (counts[status] ?? 0) + 1;
      return counts;
    },
  };
});

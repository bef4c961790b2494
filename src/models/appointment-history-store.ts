import type { DataSource } from 'typeorm';
import type { TenantId } from '../domain';
import type { Modification } from '../services/admin/appointment-history';
import { AppointmentModificationEntity } from './appointments';
import { managerOf } from './sql';

const MOST = 200;

/** The moves, cancellations and absences of single appointments. */
export class AppointmentHistoryStore {
  constructor(private readonly source: DataSource) {}

  /** Oldest first. */
  async of(companyId: TenantId, appointmentId: string): Promise<Modification[]> {
    const found = await managerOf(this.source).find(AppointmentModificationEntity, {
      where: { companyId, appointmentId },
      order: { createdAt: 'ASC' },
      take: MOST,
    });
    return found.map(({ createdAt, type, modifiedBy, reason, metadata }) => ({
      ...{ at: createdAt, type, by: modifiedBy, reason, previousStart: previousStart(metadata) },
    }));
  }
}

/** The ledger keeps both ends of the earlier time, the synchronisation its start. */
function previousStart({ previous, previous_start: start }: Record<string, unknown>): Date | null {
  const kept = typeof previous === 'object' && previous !== null ? Reflect.get(previous, 'startAt') : start;
  return typeof kept === 'string' ? new Date(kept) : null;
}

import { In, type DataSource } from 'typeorm';
import type { TenantId } from '../domain';
import { AppointmentEntity } from './appointments';
import { managerOf } from './sql';

interface BookedTime {
  eventTypeId: number;
  /** Cal.com user id; null while any of several may get it. */
  hostId: number | null;
  startAt: Date;
  endAt: Date;
}

/** What the ledger says is booked, for processes that cannot learn it from the others. */
export class BookedTimesStore {
  constructor(private readonly source: DataSource) {}

  /** Active appointments that were recorded or changed within the last `ageMs` by the database's clock. */
  recordedWithin(companyId: TenantId, ageMs: number, from: Date, to: Date): Promise<BookedTime[]> {
    return managerOf(this.source)
      .createQueryBuilder(AppointmentEntity, 'a')
      .select('a.calcomEventTypeId', 'eventTypeId')
      .addSelect('a.calcomHostId', 'hostId')
      .addSelect('a.startsAt', 'startAt')
      .addSelect('a.endsAt', 'endAt')
      .where({ companyId, status: In(['pending', 'booked']) })
      .andWhere('tstzrange(a.startsAt, a.endsAt) && tstzrange(:from, :to)', { from, to })
      .andWhere(`a.updatedAt > now() - :ageMs * interval '1 millisecond'`, { ageMs: Math.ceil(ageMs) })
      .getRawMany<BookedTime>();
  }
}

import type { DataSource } from 'typeorm';
import type { TenantId } from '../domain';
import { rows } from './sql';

interface BookedTime {
  eventTypeId: number;
  /** Cal.com user id; null while any of several may get it. */
  hostId: number | null;
  startAt: Date;
  endAt: Date;
}

/** What the ledger says is booked, for whoever cannot hear it from the other processes. */
export class BookedTimesStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** Appointments that stand, recorded or changed within the last `ageMs` by the database's clock. */
  recordedWithin(companyId: TenantId, ageMs: number, from: Date, to: Date): Promise<BookedTime[]> {
    return rows<BookedTime>(
      this.#source,
      `select calcom_event_type_id as "eventTypeId", calcom_host_id as "hostId", starts_at as "startAt", ends_at as "endAt"
       from appointments
       where company_id = $1 and status in ('pending', 'booked') and tstzrange(starts_at, ends_at) && tstzrange($3, $4)
         and updated_at > now() - $2 * interval '1 millisecond'`,
      [companyId, Math.ceil(ageMs), from, to],
    );
  }
}

import type { DataSource } from 'typeorm';
import type { Appointment, TenantId } from '../domain';
import type { AppointmentFilter, AppointmentStore } from '../services/voice/ports';
import { APPOINTMENT_COLUMNS, toAppointment, type AppointmentRow } from './appointment-row';
import { isUuid, rows } from './sql';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

export class PostgresAppointmentStore implements AppointmentStore {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async find(companyId: TenantId, id: string): Promise<Appointment | null> {
    if (!isUuid(id)) return null;
    const [row] = await rows<AppointmentRow>(
      this.#source,
      `select ${APPOINTMENT_COLUMNS} from appointments where company_id = $1 and id = $2`,
      [companyId, id],
    );
    return row ? toAppointment(row) : null;
  }

  /** By the uid it has now, else by one it had before it was moved. */
  async findByUid(companyId: TenantId, uid: string): Promise<Appointment | null> {
    const [row] = await rows<AppointmentRow>(
      this.#source,
      `select ${APPOINTMENT_COLUMNS} from appointments
       where company_id = $1 and (calcom_booking_uid = $2
         or id = (select appointment_id from appointment_booking_uids where company_id = $1 and uid = $2))
       order by (calcom_booking_uid is not distinct from $2) desc limit 1`,
      [companyId, uid],
    );
    return row ? toAppointment(row) : null;
  }

  async list(companyId: TenantId, filter: AppointmentFilter): Promise<Appointment[]> {
    if (filter.customerId !== undefined && !isUuid(filter.customerId)) return [];
    const params: unknown[] = [companyId];
    const conditions = ['company_id = $1'];
    const where = (condition: string, value: unknown): void => {
      if (value === undefined) return;
      params.push(value);
      conditions.push(`${condition} $${params.length}`);
    };
    where('customer_id =', filter.customerId);
    where('call_id =', filter.callId);
    if (filter.touchedBy) {
      params.push(filter.touchedBy);
      conditions.push(`(call_id = $${params.length} or id in (select appointment_id from booking_operations
        where company_id = $1 and call_id = $${params.length} and state not in ('rejected', 'abandoned', 'compensated')))`);
    }
    where('ends_at >', filter.endsAfter);
    where('starts_at <', filter.startsBefore);
    if (filter.statuses) {
      params.push(filter.statuses);
      conditions.push(`status = any($${params.length}::text[])`);
    }
    params.push(Math.min(Math.max(1, Math.trunc(filter.limit ?? DEFAULT_LIMIT)), MAX_LIMIT));
    const found = await rows<AppointmentRow>(
      this.#source,
      `select ${APPOINTMENT_COLUMNS} from appointments where ${conditions.join(' and ')}
       order by starts_at, id limit $${params.length}`,
      params,
    );
    return found.map(toAppointment);
  }
}

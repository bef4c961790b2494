import { Brackets, type DataSource, In, type SelectQueryBuilder } from 'typeorm';
import type { Appointment, AppointmentStatus, TenantId } from '../domain';
import type { Modification } from '../services/admin/appointment-history';
import type { WarmCandidate } from '../services/availability/cache-warmer';
import type { BookedTimes } from '../services/availability/ports';
import type { AppointmentFilter, AppointmentStore } from '../services/voice/ports';
import { APPOINTMENT_FIELDS, AppointmentEntity, AppointmentModificationEntity } from './appointments';
import { BookingOperationEntity } from './booking-operations';
import { isUuid, managerOf, prepared, rows, sqlOf } from './sql';
import { rawFields } from './table';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const MOST_MODIFICATIONS = 200;

/** Cancelled, refused and failed bookings say nothing about what people ask for. */
const COUNTED: AppointmentStatus[] = ['pending', 'booked', 'completed', 'no_show'];
const LATELY = `interval '30 days'`;

type ListParameters = Omit<AppointmentFilter, 'customer'> & {
  companyId: TenantId;
  customerId?: string | undefined;
  phone?: string | null | undefined;
};
type Query = SelectQueryBuilder<AppointmentEntity>;
type Condition = string | ((query: Query) => Brackets);

/** What each part of the filter asks of an appointment. */
const CONDITIONS: Partial<Record<keyof ListParameters, Condition>> = {
  customerId: belongsToCustomer,
  callId: 'a.callId = :callId',
  touchedBy: isTouchedBy,
  endsAfter: 'a.endsAt > :endsAfter',
  startsBefore: 'a.startsAt < :startsBefore',
  statuses: 'a.status = any(:statuses)',
};

function limitOf({ limit = DEFAULT_LIMIT }: AppointmentFilter): number {
  return Math.min(Math.max(1, Math.trunc(limit)), MAX_LIMIT);
}

function conditionsOf(parameters: ListParameters): [string, Condition][] {
  return Object.entries(CONDITIONS).filter(([name]) => Reflect.get(parameters, name) !== undefined);
}

export class PostgresAppointmentStore implements AppointmentStore, BookedTimes {
  readonly #list = prepared<ListParameters, Appointment>(
    (parameters) => {
      const query = this.#of(parameters.companyId);
      for (const [, condition] of conditionsOf(parameters))
        query.andWhere(typeof condition === 'string' ? condition : condition(query));
      return query.orderBy('a.startsAt').addOrderBy('a.id').limit(limitOf(parameters));
    },
    (parameters) => [...conditionsOf(parameters).map(([name]) => name), limitOf(parameters)].join(),
  );

  constructor(private readonly source: DataSource) {}

  async find(companyId: TenantId, id: string): Promise<Appointment | null> {
    if (!isUuid(id)) return null;
    return (await this.#of(companyId).andWhere('a.id = :id', { id }).getRawOne<Appointment>()) ?? null;
  }

  async list(companyId: TenantId, filter: AppointmentFilter): Promise<Appointment[]> {
    const { customer, ...rest } = filter;
    return this.#list(sqlOf(this.source), { companyId, customerId: customer?.id, phone: customer?.phone, ...rest });
  }

  /** The moves, cancellations and absences of an appointment, oldest first. */
  async modifications(companyId: TenantId, appointmentId: string): Promise<Modification[]> {
    const found = await managerOf(this.source).find(AppointmentModificationEntity, {
      where: { companyId, appointmentId },
      order: { createdAt: 'ASC' },
      take: MOST_MODIFICATIONS,
    });
    return found.map(({ createdAt, type, modifiedBy, reason, metadata }) => ({
      ...{ at: createdAt, type, by: modifiedBy, reason, previousStart: previousStart(metadata) },
    }));
  }

  /** @param ageMs by the database's clock */
  recordedWithin(companyId: TenantId, ageMs: number, from: Date, to: Date): ReturnType<BookedTimes['recordedWithin']> {
    return managerOf(this.source)
      .createQueryBuilder(AppointmentEntity, 'a')
      .select('a.calcomEventTypeId', 'eventTypeId')
      .addSelect('a.calcomHostId', 'hostId')
      .addSelect('a.startsAt', 'startAt')
      .addSelect('a.endsAt', 'endAt')
      .where({ companyId, status: In(['pending', 'booked']) })
      .andWhere('tstzrange(a.startsAt, a.endsAt) && tstzrange(:from, :to)', { from, to })
      .andWhere(`a.updatedAt > now() - :ageMs * interval '1 millisecond'`, { ageMs: Math.ceil(ageMs) })
      .getRawMany();
  }

  /**
   * Hours of the day (0–23, wall clock of each branch) in which most appointments of the last 30 days begin, busiest
   * first. Empty while nothing was booked.
   */
  async peakHours(companyId: TenantId, limit = 5): Promise<number[]> {
    const found = await managerOf(this.source)
      .createQueryBuilder(AppointmentEntity, 'a')
      .innerJoin('a.branch', 'b')
      .select('extract(hour from a.startsAt at time zone b.timeZone)::integer', 'hour')
      .where({ companyId, status: In(COUNTED) })
      .andWhere(`a.createdAt > now() - ${LATELY}`)
      .groupBy('hour')
      .orderBy('count(*)', 'DESC')
      .addOrderBy('hour')
      .limit(limit)
      .getRawMany<{ hour: number }>();
    return found.map((row) => row.hour);
  }

  /**
   * Active services with at least that many bookings made in the last 30 days, most booked first, each with the branch
   * in which it was booked most.
   * @param companyId null: of all companies
   */
  popular(companyId: TenantId | null, minBookings: number): Promise<WarmCandidate[]> {
    return rows<WarmCandidate>(
      this.source,
      // SQL: a report over two groupings, one on top of the other.
      `with per_branch as (
         select company_id, service_id, branch_id, count(*) as bookings from appointments
         where created_at > now() - ${LATELY} and status = any($3) and service_id is not null
           and ($2::uuid is null or company_id = $2)
         group by company_id, service_id, branch_id),
       per_service as (
         select company_id, service_id, sum(bookings)::integer as bookings,
           (array_agg(branch_id order by bookings desc, branch_id))[1] as branch_id
         from per_branch group by company_id, service_id having sum(bookings) >= $1)
       select p.company_id as "companyId", p.branch_id as "branchId", s.id as "serviceId", s.name as "serviceName", p.bookings
       from per_service p
       join services s on s.company_id = p.company_id and s.id = p.service_id and s.is_active
       join companies c on c.id = p.company_id and c.is_active and c.deleted_at is null
       order by p.bookings desc, s.name, s.id`,
      [minBookings, companyId, COUNTED],
    );
  }

  /** Plain rows: making entities of them costs a caller a fifth of a millisecond. */
  #of(companyId: TenantId): SelectQueryBuilder<AppointmentEntity> {
    return managerOf(this.source)
      .createQueryBuilder(AppointmentEntity, 'a')
      .select(rawFields('a', APPOINTMENT_FIELDS))
      .where('a.companyId = :companyId', { companyId });
  }
}

/** Theirs by their record, or by the number that it was made with. */
function belongsToCustomer(): Brackets {
  return new Brackets((either) => either.where('a.customerId = :customerId').orWhere('a.attendeePhone = :phone'));
}

/** Made in the call, or changed by an operation of it that has not failed. */
function isTouchedBy(query: Query): Brackets {
  const changed = query
    .subQuery()
    .select('o.appointmentId')
    .from(BookingOperationEntity, 'o')
    .where('o.companyId = :companyId')
    .andWhere('o.callId = :touchedBy')
    .andWhere(`o.state not in ('rejected', 'abandoned', 'compensated')`);
  return new Brackets((either) => either.where('a.callId = :touchedBy').orWhere(`a.id in ${changed.getQuery()}`));
}

/** The ledger keeps both ends of the earlier time, the synchronisation its start. */
function previousStart({ previous, previous_start: start }: Record<string, unknown>): Date | null {
  const kept = typeof previous === 'object' && previous !== null ? Reflect.get(previous, 'startAt') : start;
  return typeof kept === 'string' ? new Date(kept) : null;
}

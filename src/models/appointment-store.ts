import { Brackets, In, type DataSource, type SelectQueryBuilder } from 'typeorm';
import type { Appointment, TenantId } from '../domain';
import type { Modification } from '../services/admin/appointment-history';
import type { BookedTimes } from '../services/availability/ports';
import type { AppointmentFilter, AppointmentStore } from '../services/voice/ports';
import {
  APPOINTMENT_FIELDS,
  AppointmentBookingUidEntity,
  AppointmentEntity,
  AppointmentModificationEntity,
} from './appointments';
import { BookingOperationEntity } from './booking-operations';
import { isUuid, managerOf, prepared, sqlOf } from './sql';
import { rawFields } from './table';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
const MOST_MODIFICATIONS = 200;

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

  /** By the uid it has now, else by one it had before it was moved. */
  async findByUid(companyId: TenantId, uid: string): Promise<Appointment | null> {
    const current = await this.#of(companyId).andWhere('a.calcomBookingUid = :uid', { uid }).getRawOne<Appointment>();
    if (current) return current;
    const moved = await this.#of(companyId)
      .innerJoin(AppointmentBookingUidEntity, 'earlier', 'earlier.appointmentId = a.id')
      .andWhere('earlier.companyId = :companyId')
      .andWhere('earlier.uid = :uid', { uid })
      .getRawOne<Appointment>();
    return moved ?? null;
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

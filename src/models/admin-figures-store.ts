import { IsNull, type DataSource, type SelectQueryBuilder } from 'typeorm';
import type { TenantId } from '../domain';
import { AlertEntity, textIn } from './alerts';
import { AppointmentEntity } from './appointments';
import { JobEntity } from './jobs';
import { managerOf } from './sql';

const MOST_ALERTS = 20;
/** Statuses of appointments that never came about; all others were made, whatever became of them later. */
const NOT_MADE = new Set(['failed', 'rejected']);

/** What the dashboard counts in Postgres. */
export class AdminFiguresStore {
  constructor(private readonly source: DataSource) {}

  async read(companyId: TenantId | null, timeZone: string) {
    const [bookings, jobs, alerts] = await Promise.all([
      this.#bookings(companyId, timeZone),
      this.jobs(companyId),
      this.#alerts(companyId),
    ]);
    return { bookings, jobs, alerts };
  }

  async #bookings(companyId: TenantId | null, timeZone: string) {
    const counts = await this.#of(companyId, AppointmentEntity)
      .select('extract(hour from t.createdAt at time zone :timeZone)::int', 'hour')
      .addSelect('t.status', 'status')
      .addSelect('count(*)::int', 'count')
      .andWhere(`t.createdAt >= date_trunc('day', now() at time zone :timeZone) at time zone :timeZone`, { timeZone })
      .groupBy('hour')
      .addGroupBy('t.status')
      .orderBy('hour')
      .addOrderBy('t.status')
      .getRawMany<{ hour: number; status: string; count: number }>();
    const hours = new Map<number, Record<string, number>>();
    let total = 0;
    let booked = 0;
    for (const { hour, status, count } of counts) {
      const outcomes = hours.get(hour) ?? {};
      outcomes[status] = count;
      hours.set(hour, outcomes);
      total += count;
      if (!NOT_MADE.has(status)) booked += count;
    }
    return { by_hour: [...hours].map(([hour, outcomes]) => ({ hour, outcomes })), total, booked };
  }

  /** Jobs that are not done. */
  async jobs(companyId: TenantId | null) {
    const counts = await this.#of(companyId, JobEntity)
      .select('t.status', 'status')
      .addSelect('count(*)::int', 'count')
      .andWhere(`t.status <> 'done'`)
      .groupBy('t.status')
      .getRawMany<{ status: string; count: number }>();
    const of = (status: string): number => counts.find((row) => row.status === status)?.count ?? 0;
    return { queued: of('queued'), running: of('running'), dead: of('dead') };
  }

  async #alerts(companyId: TenantId | null) {
    const found = await this.#of(companyId, AlertEntity)
      .andWhere({ resolvedAt: IsNull() })
      .orderBy('t.lastSeenAt', 'DESC')
      .limit(MOST_ALERTS)
      .getMany();
    return found.map(({ id, kind, severity, message, detail, occurrences, firstSeenAt, lastSeenAt }) => ({
      ...{ id, kind, severity, message, occurrences },
      ...{ line: textIn(detail, 'line'), platform: textIn(detail, 'platform') },
      message_de: textIn(detail, 'message_de'),
      what_to_do: textIn(detail, 'what_to_do'),
      what_to_do_de: textIn(detail, 'what_to_do_de'),
      first_seen_at: firstSeenAt.toISOString(),
      last_seen_at: lastSeenAt.toISOString(),
    }));
  }

  /** @param companyId null: all rows */
  #of<E extends object>(companyId: TenantId | null, entity: new () => E): SelectQueryBuilder<E> {
    const query = managerOf(this.source).createQueryBuilder(entity, 't');
    return companyId === null ? query : query.where('t.companyId = :companyId', { companyId });
  }
}

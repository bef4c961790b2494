import { In, type DataSource } from 'typeorm';
import type { AppointmentStatus, TenantId } from '../domain';
import type { WarmCandidate } from '../services/availability/cache-warmer';
import { AppointmentEntity } from './appointments';
import { managerOf, rows } from './sql';

/** Cancelled, refused and failed bookings say nothing about what people ask for. */
const COUNTED: AppointmentStatus[] = ['pending', 'booked', 'completed', 'no_show'];
const LATELY = `interval '30 days'`;

/** What was booked lately; read off the answers' path. */
export class PopularServiceStore {
  constructor(private readonly source: DataSource) {}

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
}

import type { DataSource } from 'typeorm';
import type { BookingsToday, Figures, FiguresReader, JobCounts, OpenAlert } from '../services/admin/overview';
import type { TenantId } from '../domain';
import { rows } from './sql';

const MOST_ALERTS = 20;
/** Statuses of appointments that were made, whatever became of them later. */
const NOT_MADE = new Set(['failed', 'rejected']);

/** What the dashboard counts in Postgres. */
export class AdminFiguresStore implements FiguresReader {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  async read(companyId: TenantId | null, timeZone: string): Promise<Figures> {
    const [bookings, jobs, alerts] = await Promise.all([
      this.#bookings(companyId, timeZone),
      this.jobs(companyId),
      this.#alerts(companyId),
    ]);
    return { bookings, jobs, alerts };
  }

  async #bookings(companyId: TenantId | null, timeZone: string): Promise<BookingsToday> {
    const counts = await rows<{ hour: number; status: string; count: number }>(
      this.#source,
      `select extract(hour from created_at at time zone $2)::int as hour, status, count(*)::int as count
       from appointments
       where created_at >= date_trunc('day', now() at time zone $2) at time zone $2 and ($1::uuid is null or company_id = $1)
       group by 1, 2 order by 1, 2`,
      [companyId, timeZone],
    );
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
  async jobs(companyId: TenantId | null): Promise<JobCounts> {
    const counts = await rows<{ status: string; count: number }>(
      this.#source,
      `select status, count(*)::int as count from jobs
       where status <> 'done' and ($1::uuid is null or company_id = $1) group by status`,
      [companyId],
    );
    const of = (status: string): number => counts.find((row) => row.status === status)?.count ?? 0;
    return { queued: of('queued'), running: of('running'), dead: of('dead') };
  }

  #alerts(companyId: TenantId | null): Promise<OpenAlert[]> {
    return rows<OpenAlert>(
      this.#source,
      `select id, kind, severity, message, occurrences,
         to_char(first_seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as first_seen_at,
         to_char(last_seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last_seen_at
       from alerts where resolved_at is null and ($1::uuid is null or company_id = $1)
       order by last_seen_at desc limit ${MOST_ALERTS}`,
      [companyId],
    );
  }
}

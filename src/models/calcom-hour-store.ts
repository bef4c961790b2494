import { type DataSource, LessThan, MoreThanOrEqual, And } from 'typeorm';
import type { HourStore } from '../services/calcom/calcom-performance-monitor';
import { CalcomHourEntity } from './calcom-hours';
import { managerOf, rows, toJson } from './sql';

/** Hourly figures in Postgres. */
export class PostgresCalcomHourStore implements HourStore {
  constructor(private readonly source: DataSource) {}

  async keep(hour: Date, endpoint: string, figures: Record<string, number>): Promise<void> {
    await rows(
      this.source,
      // SQL: minutes that Redis has lost meanwhile must not take away from an hour that was written before.
      `insert into calcom_hours as known (hour, endpoint, figures) values ($1, $2, $3)
       on conflict (hour, endpoint) do update set figures = excluded.figures
       where coalesce((excluded.figures ->> 'total_calls')::numeric, 0) + coalesce((excluded.figures ->> 'refused_calls')::numeric, 0)
         > coalesce((known.figures ->> 'total_calls')::numeric, 0) + coalesce((known.figures ->> 'refused_calls')::numeric, 0)`,
      [hour, endpoint, toJson(figures)],
    );
  }

  read(endpoint: string, from: Date, before: Date): Promise<{ hour: Date; figures: Record<string, number> }[]> {
    return managerOf(this.source).find(CalcomHourEntity, {
      where: { endpoint, hour: And(MoreThanOrEqual(from), LessThan(before)) },
      order: { hour: 'ASC' },
    });
  }
}

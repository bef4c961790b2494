import type { DataSource } from 'typeorm';
import type { TenantId } from '../domain';
import type { Bucket, TrendPlace, TrendStore, TrendSum, TrendWish } from '../services/admin/trends';
import { LATENCY_BUCKETS } from '../services/calcom/latency-histogram';
import { BranchEntity } from './branches';
import { CallHourEntity } from './call-hours';
import { CallEntity } from './calls';
import { CompanyEntity } from './companies';
import { inTransaction, managerOf, rows } from './sql';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As long as figures are kept. */
const KEPT_DAYS = 396;
/** Bookings are settled, and ends of calls reported, within this time. */
const UNSETTLED_DAYS = 3;
/** The beginning of last week on any clock lies within so many days. */
const SAME_HOURS_DAYS = 16;
/** The last hours are counted when they are asked for: the job runs once an hour. */
const LIVE_HOURS = 2;
const OF_HOUR = 'company_id, branch_id, hour';
const OF_DAY = 'company_id, branch_id, day';

/**
 * The figures of each hour from $1 to before $2, of the company $3 (null: of all). Calls count for the hour in which they
 * began, and with them everything that came of them: `calls`; `booked` as in the list of calls; `value` and `priced`, the
 * sum and number of prices of what was booked; `reason:<status of the last tool>` of calls that booked nothing; `answers`
 * of tools by duration as `ms:<bucket>`; `lookups` of free times, and `hits`, those that did not wait for Cal.com.
 */
const FIGURES = `
  began as materialized (
    select * from (
      select c.company_id, c.branch_id, c.retell_call_id, date_trunc('hour', c.started_at, b.time_zone) as hour
      from calls c join branches b on b.company_id = c.company_id and b.id = c.branch_id
      where ($3::uuid is null or c.company_id = $3)
        and c.started_at >= $1::timestamptz and c.started_at < $2::timestamptz + interval '1 hour') c
    where hour >= $1 and hour < $2),
  answer as materialized (
    select c.*, i.tool, i.status, i.started_at, i.steps,
      ($4::text[])[width_bucket(i.duration_ms, $5::integer[]) + 1] as took
    from began c join call_tool_invocations i on i.company_id = c.company_id and i.call_id = c.retell_call_id),
  outcome as (
    select c.*, coalesce(made.count, 0) > 0 or coalesce(heard.booked, false) as is_booked,
      made.value, made.priced, heard.last_status
    from began c
    left join lateral (
      select count(*), sum(price) as value, count(price) as priced from appointments a
      where a.company_id = c.company_id and a.call_id = c.retell_call_id and a.status not in ('failed', 'rejected')) made on true
    left join (
      select company_id, retell_call_id, bool_or(tool = 'create_booking' and status = 'booked') as booked,
        (array_agg(status order by started_at desc))[1] as last_status
      from answer group by company_id, retell_call_id) heard using (company_id, retell_call_id)),
  figure as (
    select ${OF_HOUR}, 'calls' as name, count(*)::numeric as value from outcome group by ${OF_HOUR}
    union all select ${OF_HOUR}, 'booked', count(*) from outcome where is_booked group by ${OF_HOUR}
    union all select ${OF_HOUR}, 'value', sum(value) from outcome where priced > 0 group by ${OF_HOUR}
    union all select ${OF_HOUR}, 'priced', sum(priced) from outcome where priced > 0 group by ${OF_HOUR}
    union all select ${OF_HOUR}, 'reason:' || last_status, count(*) from outcome
      where not is_booked and last_status is not null group by ${OF_HOUR}, last_status
    union all select ${OF_HOUR}, 'answers', count(*) from answer group by ${OF_HOUR}
    union all select ${OF_HOUR}, 'ms:' || took, count(*) from answer group by ${OF_HOUR}, took
    union all select ${OF_HOUR}, unnest(array['lookups', 'hits']),
        unnest(array[count(*), count(*) filter (where step ->> 'source' in ('cache', 'stale'))])
      from answer cross join lateral jsonb_array_elements(steps) step
      where step ->> 'operation' = 'slots' group by ${OF_HOUR}),
  counted as (select ${OF_HOUR}, jsonb_object_agg(name, value) as figures from figure group by ${OF_HOUR})`;

/** How a bucket is called: its local date on the branch's clock, or the instant at which the hour begins in the zone $13. */
const START: Readonly<Record<Bucket, string>> = {
  hour: `to_char(date_trunc('hour', hour, $13) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`,
  day: `to_char(day, 'YYYY-MM-DD')`,
  week: `to_char(date_trunc('week', day::timestamp), 'YYYY-MM-DD')`,
};

/** All that is known from $6 on: hours that were kept, and from $1 on those just counted. */
const HOURS = `
  known as (
    select ${OF_HOUR}, figures from counted
    union all select ${OF_HOUR}, figures from call_hours
    where hour >= $6::timestamptz and hour < $1 and ($3::uuid is null or company_id = $3))`;

const BY_HOUR = `${HOURS},
  placed as (
    select k.*, (k.hour at time zone b.time_zone)::date as day
    from known k join branches b on b.company_id = k.company_id and b.id = k.branch_id)`;

/** The same with whole days in place of their hours, up to the day in which $1 lies; its hours are no older than it. */
const BY_DAY = `
  known as (
    select ${OF_HOUR}, figures from counted
    union all select ${OF_HOUR}, figures from call_hours
    where hour >= $1::timestamptz - interval '26 hours' and hour < $1 and ($3::uuid is null or company_id = $3)),
  placed as (
    select k.*, (k.hour at time zone b.time_zone)::date as day
    from known k join branches b on b.company_id = k.company_id and b.id = k.branch_id
    where (k.hour at time zone b.time_zone)::date >= ($1 at time zone b.time_zone)::date
    union all
    select d.company_id, d.branch_id, null, d.figures, d.day
    from call_days d join branches b on b.company_id = d.company_id and b.id = d.branch_id
    where d.day >= $6::timestamptz::date and d.day < ($1 at time zone b.time_zone)::date
      and ($3::uuid is null or d.company_id = $3))`;

/** Figures of calls by hour, in Postgres. */
export class CallHourStore implements TrendStore {
  constructor(private readonly source: DataSource) {}

  /**
   * Counts the days of all calls that were written down in the last days before the newest figure; on the first run of
   * all calls. Each day is one statement that replaces its hours, so that a run may be repeated or end anywhere.
   */
  async fill(now: Date): Promise<void> {
    const last = await this.#lastHour();
    const days = await this.#daysWrittenSince(
      new Date(last === null ? 0 : last - UNSETTLED_DAYS * DAY_MS),
      new Date(now.getTime() - KEPT_DAYS * DAY_MS),
    );
    for (const day of days) await this.#count(day);
  }

  async #count(dayMs: number): Promise<void> {
    await inTransaction(this.source, async (sql) => {
      await sql(
        // SQL: an aggregate over three tables. Traces are erased before figures are, and must not take from them.
        `with ${FIGURES}
         insert into call_hours as known (${OF_HOUR}, figures) select ${OF_HOUR}, figures from counted
         on conflict (${OF_HOUR}) do update set figures = excluded.figures
         where excluded.figures <> known.figures
           and (excluded.figures ->> 'calls')::numeric >= (known.figures ->> 'calls')::numeric
           and coalesce((excluded.figures ->> 'answers')::numeric, 0) >= coalesce((known.figures ->> 'answers')::numeric, 0)`,
        windowOf(dayMs, dayMs + DAY_MS, null),
      );
      // A day of UTC touches three days of the world's clocks, and their hours lie in seven half days.
      await sql(
        // SQL: an upsert of sums by name.
        `insert into call_days as known (${OF_DAY}, figures)
         select ${OF_DAY}, jsonb_object_agg(name, value) from (
           select h.company_id, h.branch_id, (h.hour at time zone b.time_zone)::date as day, f.key as name,
             sum(f.value::numeric) as value
           from call_hours h join branches b on b.company_id = h.company_id and b.id = h.branch_id
           cross join lateral jsonb_each(h.figures) f
           where h.hour >= $1::timestamptz - interval '2 days' and h.hour < $1::timestamptz + interval '3 days'
             and abs((h.hour at time zone b.time_zone)::date - ($1 at time zone 'UTC')::date) <= 1
           group by h.company_id, h.branch_id, day, f.key) figure
         group by ${OF_DAY}
         on conflict (${OF_DAY}) do update set figures = excluded.figures where excluded.figures <> known.figures`,
        [new Date(dayMs)],
      );
    });
  }

  async sums(companyId: TenantId | null, wish: TrendWish): Promise<TrendSum[]> {
    const { branchId, bucket, timeZone, now, from, partsFrom, lastDays, daysBefore, sameHoursFrom } = wish;
    const last = await this.#lastHour();
    const floor = startOfHour(from.getTime());
    const live = last === null ? floor : Math.max(floor, startOfHour(last) - LIVE_HOURS * HOUR_MS);
    const window = windowOf(live, Math.max(live, now.getTime() + HOUR_MS), companyId);
    const sums = rows<TrendSum>(
      this.source,
      // SQL: sums over three groupings at once.
      `with ${FIGURES}, ${bucket === 'hour' ? BY_HOUR : BY_DAY}
       select start, part, span, name, sum(value)::float8 as value
       from (
         select ${START[bucket]} as start, $13::text, f.key as name, f.value::numeric as value,
           case when day >= $8::date then case when $3::uuid is null then company_id else branch_id end end as part,
           case when day between $9::date and $10::date then 'last'
             when day between $11::date and $12::date then 'before' end as span
         from placed cross join lateral jsonb_each(figures) f
         where $7::uuid is null or branch_id = $7) one
       group by grouping sets ((start, name), (part, name), (span, name))`,
      [...window, ...[new Date(floor), branchId, partsFrom, ...lastDays, ...daysBefore, timeZone]],
    );
    const sameHours = rows<TrendSum>(
      this.source,
      // SQL: sums over the keys of a JSON column.
      `with ${FIGURES}, ${HOURS}
       select null as start, null as part, 'same_hours' as span, f.key as name, sum(f.value::numeric)::float8 as value
       from known k
       join branches b on b.company_id = k.company_id and b.id = k.branch_id
       cross join lateral (select k.hour at time zone b.time_zone as hour) clock
       cross join lateral jsonb_each(k.figures) f
       where ($7::uuid is null or k.branch_id = $7) and clock.hour >= $8::date
         and clock.hour <= ($9::timestamptz at time zone b.time_zone) - interval '7 days'
       group by f.key`,
      [...window, new Date(now.getTime() - SAME_HOURS_DAYS * DAY_MS), branchId, sameHoursFrom, now],
    );
    return (await Promise.all([sums, sameHours])).flat();
  }

  places(companyId: TenantId | null): Promise<TrendPlace[]> {
    const query = managerOf(this.source)
      .createQueryBuilder()
      .select('c.id', 'companyId')
      .addSelect('c.currency', 'currency')
      .where('c.deletedAt is null');
    if (companyId === null)
      return query.from(CompanyEntity, 'c').addSelect('c.name', 'name').addSelect('null', 'branchId').getRawMany();
    return query
      .from(BranchEntity, 'b')
      .innerJoin('b.company', 'c')
      .addSelect('b.name', 'name')
      .addSelect('b.id', 'branchId')
      .addSelect('b.timeZone', 'timeZone')
      .andWhere('b.companyId = :companyId', { companyId })
      .orderBy('b.createdAt')
      .getRawMany();
  }

  async #lastHour(): Promise<number | null> {
    const [last] = await managerOf(this.source).find(CallHourEntity, {
      select: { hour: true },
      order: { hour: 'DESC' },
      take: 1,
    });
    return last?.hour.getTime() ?? null;
  }

  /** Beginnings of UTC days, ascending: the newest figure says how far an unfinished run has come. */
  async #daysWrittenSince(since: Date, oldest: Date): Promise<number[]> {
    const days = await managerOf(this.source)
      .createQueryBuilder(CallEntity, 'c')
      .innerJoin('c.branch', 'b')
      .select(`date_trunc('day', date_trunc('hour', c.startedAt, b.timeZone), 'UTC')`, 'day')
      .distinct()
      .where('c.createdAt >= :since', { since })
      .andWhere('c.startedAt >= :oldest', { oldest })
      .orderBy('day')
      .getRawMany<{ day: Date }>();
    return days.map(({ day }) => day.getTime());
  }
}

/** Calls from one instant to before another that booked nothing, by the status of their last tool. */
export async function unbookedReasons(
  source: DataSource,
  companyId: TenantId,
  from: Date,
  before: Date,
): Promise<Record<string, number>> {
  const found = await rows<{ name: string; count: number }>(
    source,
    // SQL: sums over the keys of a JSON column.
    `with ${FIGURES}
     select substr(f.key, 8) as name, sum(f.value::numeric)::int as count
     from counted cross join lateral jsonb_each(figures) f where f.key like 'reason:%' group by f.key`,
    windowOf(from.getTime(), before.getTime(), companyId),
  );
  return Object.fromEntries(found.map(({ name, count }) => [name, count]));
}

function windowOf(fromMs: number, beforeMs: number, companyId: TenantId | null): unknown[] {
  const { labels, bounds } = LATENCY_BUCKETS;
  return [new Date(fromMs), new Date(beforeMs), companyId, labels, bounds];
}

function startOfHour(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}

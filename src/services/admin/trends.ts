import { DateTime } from 'luxon';
import type { TenantId } from '../../domain';
import { NotFound } from '../../errors';
import type { Clock } from '../../infra/clock';
import { percentile } from '../calcom/latency-histogram';

export const BUCKETS = ['hour', 'day', 'week'] as const;
export type Bucket = (typeof BUCKETS)[number];

/** A branch of the company that is asked about, or (without `branchId` and zone) one of all companies. */
export interface TrendPlace {
  companyId: TenantId;
  branchId: string | null;
  name: string;
  currency: string;
  timeZone?: string;
}

/** What is to be summed up; days are `YYYY-MM-DD` on each branch's clock, spans of days include both ends. */
export interface TrendWish {
  /** null: every branch. */
  branchId: string | null;
  bucket: Bucket;
  /** Where hours begin. */
  timeZone: string;
  now: Date;
  from: Date;
  /** The first day that counts for the sums by place. */
  partsFrom: string;
  lastDays: readonly [string, string];
  daysBefore: readonly [string, string];
  /** First day of the bucket a week before the running one, whose figures are summed up to the same hour. */
  sameHoursFrom: string;
}

/** One figure of a bucket (by its start), of a place (by its id), or of a span of days; the other two are null. */
export interface TrendSum {
  start: string | null;
  part: string | null;
  span: 'last' | 'before' | 'same_hours' | null;
  name: string;
  value: number;
}

export interface TrendStore {
  /** @param companyId null: over all companies */
  sums(companyId: TenantId | null, wish: TrendWish): Promise<TrendSum[]>;
  /** The company's branches, oldest first; all companies for null. */
  places(companyId: TenantId | null): Promise<TrendPlace[]>;
}

const COMPARED = ['calls', 'booked', 'booked_share', 'booked_value', 'hit_rate', 'p95_latency'] as const;

export const MOST_TREND_DAYS = 400;
const MOST_PARTS = 100;

/** How calls, bookings and answers develop, by hour, day and week of the branches' clocks. */
export class Trends {
  /** @param deps.timeZone whose today it is when all companies are asked about */
  constructor(private readonly deps: { store: TrendStore; clock: Pick<Clock, 'now'>; timeZone: string }) {}

  /**
   * @param companyId null: over all companies
   * @returns `series` ascending and without gaps, the last one still running; each `start` is a local date (of a week's
   *   Monday) or, of an hour, the instant. A day or week that still runs is compared with the same hours of the one a week
   *   before. `parts` sums the whole range up by branch, or by company when all are asked about:
   *   those with the most calls. `currency` is null where companies with different ones are summed up.
   * @throws NotFound for a branch that the company does not have
   */
  async read(companyId: TenantId | null, wish: { bucket: Bucket; days: number; branchId: string | null }) {
    const { bucket, days, branchId } = wish;
    const places = await this.deps.store.places(companyId);
    const branch = branchId === null ? undefined : places.find((place) => place.branchId === branchId);
    if (branchId !== null && !branch) throw new NotFound('The branch');
    const time_zone = (branch ?? places[0])?.timeZone ?? this.deps.timeZone;
    const now = DateTime.fromJSDate(this.deps.clock.now(), { zone: time_zone });
    const today = now.startOf('day');
    const first = today.minus({ days: days - 1 });
    const day = (ago: number): string => dateOf(today.minus({ days: ago }));
    const sums = await this.deps.store.sums(companyId, {
      ...{ branchId, bucket, timeZone: time_zone, now: now.toJSDate(), partsFrom: dateOf(first) },
      // A day more than is compared: other branches' clocks may be behind this one's.
      from: DateTime.min(first.startOf('week').minus({ days: 8 }), today.minus({ days: 15 })).toJSDate(),
      ...{ lastDays: [day(7), day(1)], daysBefore: [day(14), day(8)] },
      sameHoursFrom: dateOf(today.startOf(bucket).minus({ weeks: 1 })),
    });
    const currencies = new Set((branch ? [branch] : places).map(({ currency }) => currency));
    const currency = currencies.size === 1 ? ([...currencies][0] ?? null) : null;
    const [byStart, bySpan] = [named(sums, 'start'), named(sums, 'span')];
    const at = (start: DateTime) => figuresOf(byStart.get(nameOf(bucket, start)), currency !== null);
    const within = (span: string) => figuresOf(bySpan.get(span), currency !== null);
    const isRunning = (start: DateTime): boolean => bucket !== 'hour' && start >= today.startOf(bucket);
    return {
      ...{ bucket, days, time_zone, currency },
      series: startsOf(bucket, first, now).map((start) => {
        const before = isRunning(start) ? within('same_hours') : at(start.minus({ weeks: 1 }));
        const compared = Object.fromEntries(COMPARED.map((name) => [`${name}_week_before`, before[name]]));
        return { start: nameOf(bucket, start), ...at(start), ...compared };
      }),
      last_seven_days: within('last'),
      seven_days_before: within('before'),
      parts: partsOf(places, named(sums, 'part')),
    };
  }
}

/** Figures by name, by the key in that field. */
function named(sums: readonly TrendSum[], field: 'start' | 'part' | 'span'): Map<string, Record<string, number>> {
  const found = new Map<string, Record<string, number>>();
  for (const sum of sums) {
    const key = sum[field];
    if (key === null) continue;
    const figures = found.get(key) ?? {};
    figures[sum.name] = sum.value;
    found.set(key, figures);
  }
  return found;
}

function partsOf(places: readonly TrendPlace[], sums: ReadonlyMap<string, Record<string, number>>) {
  return places
    .flatMap(({ companyId, branchId, name, currency }) => {
      const figures = sums.get(branchId ?? companyId);
      return figures
        ? [{ company_id: companyId, branch_id: branchId, name, currency, ...figuresOf(figures, true) }]
        : [];
    })
    .sort((a, b) => b.calls - a.calls)
    .slice(0, MOST_PARTS);
}

/** The buckets' beginnings, ascending. */
function startsOf(bucket: Bucket, first: DateTime, now: DateTime): DateTime[] {
  const starts: DateTime[] = [];
  // Whole hours are added to the instant, so that an hour that clocks show twice is there twice.
  for (let start = first.startOf(bucket); start <= now; start = start.plus({ [`${bucket}s`]: 1 })) starts.push(start);
  return starts;
}

function nameOf(bucket: Bucket, start: DateTime): string {
  return bucket === 'hour' ? start.toUTC().toFormat(`yyyy-MM-dd'T'HH:mm:ss'Z'`) : dateOf(start);
}

function dateOf(at: DateTime): string {
  return at.toFormat('yyyy-MM-dd');
}

/**
 * Shares in percent, latencies in milliseconds; null stands for "cannot be said": a share of nothing, a value without
 * prices. Reasons are the last tool's status → calls that booked nothing.
 * @param isOneCurrency values may be summed up
 */
function figuresOf(sums: Readonly<Record<string, number>> = {}, isOneCurrency: boolean) {
  const of = (name: string): number => sums[name] ?? 0;
  const latencies = withPrefix(sums, 'ms:');
  const latency = (share: number): number | null => (of('answers') > 0 ? percentile(latencies, share) : null);
  const isValued = isOneCurrency && of('calls') > 0 && (of('priced') > 0 || of('booked') === 0);
  return {
    calls: of('calls'),
    booked: of('booked'),
    booked_share: share(of('booked'), of('calls')),
    booked_value: isValued ? of('value') : null,
    reasons: withPrefix(sums, 'reason:'),
    lookups: of('lookups'),
    hit_rate: share(of('hits'), of('lookups')),
    answers: of('answers'),
    p50_latency: latency(0.5),
    p95_latency: latency(0.95),
  };
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? Math.round((part / whole) * 1000) / 10 : null;
}

function withPrefix(sums: Readonly<Record<string, number>>, prefix: string): Record<string, number> {
  const found = Object.entries(sums).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

import type { BookingFilter, Priority, UpstreamBooking } from '../calcom-ports';
import type { TenantId } from '../domain';
import type { ExternalSync } from './external-sync';
import { fromUpstream } from './from-upstream';

export interface ReconcileUpstream {
  listBookings(filter: BookingFilter, priority?: Priority): Promise<{ bookings: UpstreamBooking[]; hasMore: boolean }>;
  getBooking(uid: string): Promise<UpstreamBooking | null>;
}

export interface ReconcileStore {
  /** Companies to compare, each with its last position. */
  companies(): Promise<{ companyId: TenantId; since: Date | null }[]>;
  /** Upcoming appointments that Cal.com should know, by uid. */
  upcoming(
    companyId: TenantId,
    from: Date,
    to: Date,
  ): Promise<{ appointmentId: string; uid: string; startsAt: Date }[]>;
  advance(companyId: TenantId, to: Date): Promise<void>;
  review(companyId: TenantId, appointmentId: string, reason: string, detail: object): Promise<void>;
}

export interface ReconcileReport {
  companyId: TenantId;
  seen: number;
  changed: number;
  missing: number;
  reviews: number;
  error: string | null;
}

export interface ReconciliationDeps {
  store: ReconcileStore;
  sync: ExternalSync;
  upstream: (companyId: TenantId) => Promise<ReconcileUpstream>;
  now: () => Date;
  onDifference: (report: ReconcileReport) => void;
}

const PAGE = 100;
const MAX_PAGES = 10;
/** Updates are asked for with some overlap: Cal.com's clock is not ours, and a repeat changes nothing. */
const OVERLAP_MS = 5 * 60_000;
const FIRST_LOOK_BACK_MS = 24 * 3_600_000;
/** How far ahead rows without a booking are looked for. */
const AHEAD_MS = 60 * 24 * 3_600_000;

/**
 * Compares the ledger with Cal.com: webhooks get lost, hosts change things, rows may lack their booking. What can be
 * decided is put right; the rest goes to a person.
 */
export class Reconciliation {
  readonly #deps: ReconciliationDeps;

  constructor(deps: ReconciliationDeps) {
    this.#deps = deps;
  }

  /** @param full also looks for rows whose booking is gone, which costs a listing of everything ahead */
  async run(
    options: { full: boolean; companyId?: TenantId; signal?: AbortSignal },
    progress: (report: ReconcileReport) => void = () => undefined,
  ): Promise<ReconcileReport[]> {
    const reports: ReconcileReport[] = [];
    for (const company of await this.#deps.store.companies()) {
      if (options.signal?.aborted) break;
      if (options.companyId && company.companyId !== options.companyId) continue;
      const report = await this.#company(company.companyId, company.since, options.full);
      if (report.changed + report.missing + report.reviews > 0) this.#deps.onDifference(report);
      progress(report);
      reports.push(report);
    }
    return reports;
  }

  async #company(companyId: TenantId, since: Date | null, full: boolean): Promise<ReconcileReport> {
    const { store, now } = this.#deps;
    const report: ReconcileReport = { companyId, seen: 0, changed: 0, missing: 0, reviews: 0, error: null };
    const began = now();
    try {
      const upstream = await this.#deps.upstream(companyId);
      const after = new Date((since ?? new Date(began.getTime() - FIRST_LOOK_BACK_MS)).getTime() - OVERLAP_MS);
      await this.#take(companyId, upstream, { afterUpdatedAt: after }, report);
      if (full) await this.#missing(companyId, upstream, began, report);
      await store.advance(companyId, began);
    } catch (error) {
      report.error = error instanceof Error ? error.message : String(error);
    }
    return report;
  }

  /** Takes every listed booking over and returns the uids seen. */
  async #take(
    companyId: TenantId,
    upstream: ReconcileUpstream,
    filter: BookingFilter,
    report: ReconcileReport,
  ): Promise<Set<string>> {
    const uids = new Set<string>();
    for (let page = 0; page < MAX_PAGES; page++) {
      const { bookings, hasMore } = await upstream.listBookings(
        { ...filter, take: PAGE, skip: page * PAGE },
        'background',
      );
      for (const booking of bookings) {
        uids.add(booking.uid);
        report.seen++;
        const taken = await this.#deps.sync.take(fromUpstream(booking), companyId);
        if (taken?.result.kind === 'changed') report.changed++;
        if (taken?.result.kind === 'review') report.reviews++;
      }
      if (!hasMore) break;
    }
    return uids;
  }

  /** Rows that say "booked" while Cal.com lists no such booking. */
  async #missing(companyId: TenantId, upstream: ReconcileUpstream, from: Date, report: ReconcileReport): Promise<void> {
    const to = new Date(from.getTime() + AHEAD_MS);
    const rows = await this.#deps.store.upcoming(companyId, from, to);
    if (rows.length === 0) return;
    const listed = await this.#take(
      companyId,
      upstream,
      { status: ['upcoming', 'unconfirmed'], afterStartAt: from, beforeEndAt: to },
      report,
    );
    for (const row of rows.filter((one) => !listed.has(one.uid))) {
      const booking = await upstream.getBooking(row.uid);
      if (booking) {
        const taken = await this.#deps.sync.take(fromUpstream(booking), companyId);
        if (taken?.result.kind === 'changed') report.changed++;
        continue;
      }
      report.missing++;
      report.reviews++;
      await this.#deps.store.review(companyId, row.appointmentId, 'booking_missing_at_calcom', {
        uid: row.uid,
        starts_at: row.startsAt.toISOString(),
      });
    }
  }
}

import type { UpstreamBooking } from '../calcom/calcom-ports';
import type { TenantId } from '../../domain';
import { InvalidInput } from '../../errors';
import type { GatewayMetrics } from '../../metrics/instruments';
import type { CalcomAccount } from '../calcom/calcom-account';
import type { AccountsWith } from '../calcom/calcom-accounts';
import { ALERTS } from '../admin/alert-texts';
import type { Alerts } from '../admin/alerts';
import type { ExternalSync } from './external-sync';
import type { PushWatch, SilentCompany } from './push-watch';
import { fromUpstream } from './external-booking';
import type { FetchLeases } from '../availability/ports';

export interface ReconcilePosition {
  companyId: TenantId;
  since: Date | null;
  skip: number;
  /** Appointments that start from here on are compared next; null: those that start next. */
  aheadFrom: Date | null;
}

/**
 * `changes`: what changed since the last time, for `1 + changed/250` requests; `ahead`: whether the bookings of the next
 * appointments exist and the customers of the last ones came, for one request and a look-up of each that is missing; the
 * next run continues with the appointments after them;
 * `everything`: both, to the end.
 */
export type Comparison = 'changes' | 'ahead' | 'everything';

export interface ReconcileStore {
  /** Companies to compare, each with its last position; `skip` counts what was read from there on. */
  companies(): Promise<ReconcilePosition[]>;
  /** Appointments that Cal.com should know, by uid. */
  upcoming(
    companyId: TenantId,
    from: Date,
    to: Date,
  ): Promise<{ appointmentId: string; uid: string; startsAt: Date }[]>;
  advance(companyId: TenantId, to: Date, skip: number): Promise<void>;
  advanceAhead(companyId: TenantId, to: Date): Promise<void>;
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

type ReconcileUpstream = Pick<CalcomAccount, 'credentialId' | 'listBookings' | 'getBooking'>;

interface ReconciliationDeps {
  store: ReconcileStore;
  sync: ExternalSync;
  push: Pick<PushWatch, 'changed'>;
  /** Companies with the same key see the same bookings. */
  accounts: AccountsWith<keyof ReconcileUpstream>;
  now: () => Date;
  alerts: Pick<Alerts, 'raise'>;
  metrics: Pick<GatewayMetrics, 'count'>;
}

/** Cal.com's largest page. */
const PAGE = 250;
/** One run reads at most this many pages; the next goes on where it stopped. */
const MAX_PAGES = 40;
/** Updates are asked for with some overlap: Cal.com's clock is not ours, and a repeat changes nothing. */
const OVERLAP_MS = 5 * 60_000;
const FIRST_LOOK_BACK_MS = 24 * 3_600_000;
/** How far ahead rows without a booking are looked for. */
const AHEAD_MS = 60 * 24 * 3_600_000;
/** So long after its start Cal.com is still asked whether the customer came: noting that changes no booking's time of change. */
const LATELY_MS = 2 * 24 * 3_600_000;
/** Rows without a booking that are looked up one by one, of each page. */
const MOST_LOOK_UPS = 10;

/**
 * Compares the ledger with Cal.com: webhooks get lost, hosts change things, rows may lack their booking. What can be
 * decided is put right; the rest goes to a person.
 */
export class Reconciliation {
  constructor(private readonly deps: ReconciliationDeps) {}

  async run(
    options: { what: Comparison; companyIds?: readonly TenantId[]; signal?: AbortSignal },
    progress: (report: ReconcileReport) => void = () => undefined,
  ): Promise<ReconcileReport[]> {
    const wanted = (await this.deps.store.companies()).filter(
      ({ companyId }) => options.companyIds?.includes(companyId) ?? true,
    );
    const accounts = await this.#accounts(wanted);
    const reports: ReconcileReport[] = [];
    for (const account of accounts) {
      if (options.signal?.aborted) break;
      await this.#account(account, options.what);
      for (const { report } of account.members) {
        if (report.changed + report.missing + report.reviews > 0) this.#report(report);
        progress(report);
        reports.push(report);
      }
    }
    return reports;
  }

  #report({ companyId, changed, missing }: ReconcileReport): void {
    this.deps.metrics.count('askpro_reconcile_differences_total', {}, changed + missing);
    if (missing === 0) return;
    this.deps.alerts.raise(ALERTS.reconcile_difference({ missing }), `reconcile:${companyId}`, companyId);
  }

  /** Companies that share a key are compared together: one listing per key, however many companies use it. */
  async #accounts(companies: ReconcilePosition[]): Promise<Account[]> {
    const accounts = new Map<string, Account>();
    for (const position of companies) {
      const { companyId } = position;
      const report: ReconcileReport = { companyId, seen: 0, changed: 0, missing: 0, reviews: 0, error: null };
      try {
        const upstream = await this.deps.accounts.forTenant(companyId);
        const account = accounts.get(upstream.credentialId) ?? { upstream, members: [] };
        account.members.push({ ...position, report, seenAt: new Map() });
        accounts.set(upstream.credentialId, account);
      } catch (error) {
        report.error = messageOf(error);
        accounts.set(companyId, { upstream: null, members: [{ ...position, report, seenAt: new Map() }] });
      }
    }
    return [...accounts.values()];
  }

  async #account(account: Account, what: Comparison): Promise<void> {
    const { upstream, members } = account;
    if (!upstream) return;
    const { store, now } = this.deps;
    const began = now();
    try {
      if (what !== 'ahead') {
        if (!(await this.#takeChanges(upstream, members, positionOf(members, began)))) return;
        for (const { companyId } of members) await store.advance(companyId, began, 0);
      }
      if (what === 'everything') await this.#everythingAhead(upstream, members, began);
      if (what === 'ahead') await this.#nextAhead(upstream, members, began);
    } catch (error) {
      for (const { report } of members) report.error = messageOf(error);
    }
  }

  /**
   * Takes over what changed since, oldest first, and records after each page how far it came: a run that is cut off
   * (budget, restart) loses nothing.
   * @returns whether everything was read
   */
  async #takeChanges(upstream: ReconcileUpstream, members: readonly Member[], from: ListPosition): Promise<boolean> {
    let position = from;
    const unchangedSince = new Map<string, number>();
    for (let page = 0; page < MAX_PAGES; page++) {
      const { bookings, hasMore } = await this.#changesFrom(upstream, position, page === 0);
      for (const booking of bookings) {
        // The next page begins with the last change of this one.
        const updatedAtMs = booking.updatedAt?.getTime() ?? Number.NaN;
        if (unchangedSince.get(booking.uid) === updatedAtMs) continue;
        unchangedSince.set(booking.uid, updatedAtMs);
        await this.#takeOne(members, booking);
      }
      await this.#recordSeen(members);
      if (!hasMore) return true;
      const last = lastChange(bookings);
      position =
        last && last > position.afterUpdatedAt
          ? { afterUpdatedAt: last, skip: 0 }
          : { ...position, skip: position.skip + PAGE };
      for (const { companyId, since } of members) {
        if (!since || since <= position.afterUpdatedAt)
          await this.deps.store.advance(companyId, position.afterUpdatedAt, position.skip);
      }
    }
    return false;
  }

  async #changesFrom(
    upstream: ReconcileUpstream,
    position: ListPosition,
    isFirst: boolean,
  ): Promise<{ bookings: UpstreamBooking[]; hasMore: boolean }> {
    const page = { sortUpdatedAt: 'asc', take: PAGE } as const;
    try {
      return await upstream.listBookings({ ...position, ...page }, 'background');
    } catch (error) {
      // Pages turned by cursor cannot be gone on with by another process.
      if (!isFirst || position.skip === 0 || !(error instanceof InvalidInput)) throw error;
      position.skip = 0;
      return upstream.listBookings({ ...position, ...page }, 'background');
    }
  }

  /** What a listing shows of an event type says later whether a webhook told the same. */
  async #recordSeen(members: readonly Member[]): Promise<void> {
    for (const { companyId, since, seenAt } of members) {
      // Before the first comparison nothing was there to hear a webhook.
      if (since) for (const [eventTypeId, at] of seenAt) await this.deps.push.changed(companyId, eventTypeId, at);
      seenAt.clear();
    }
  }

  async #takeOne(members: readonly Member[], booking: UpstreamBooking): Promise<void> {
    const taken = await this.deps.sync.take(fromUpstream(booking), new Set(members.map(({ companyId }) => companyId)));
    const member = members.find(({ companyId }) => companyId === taken?.companyId);
    if (!member || !taken) return;
    const { report, seenAt } = member;
    const isNews = taken.result.kind === 'changed';
    report.seen++;
    if (isNews) report.changed++;
    if (taken.result.kind === 'review') report.reviews++;
    // Every booking is announced when it is made; of its later changes only those that were news certainly were not.
    const at = isNews ? (booking.updatedAt ?? booking.createdAt) : booking.createdAt;
    const { eventTypeId } = booking;
    if (eventTypeId !== null && at && at > (seenAt.get(eventTypeId) ?? 0)) seenAt.set(eventTypeId, at);
  }

  async #everythingAhead(upstream: ReconcileUpstream, members: readonly Member[], began: Date): Promise<void> {
    let from: Date | null = new Date(began.getTime() - LATELY_MS);
    while (from) from = await this.#missing(upstream, members, from, began);
  }

  async #nextAhead(upstream: ReconcileUpstream, members: readonly Member[], began: Date): Promise<void> {
    const first = new Date(began.getTime() - LATELY_MS);
    const reached = Math.min(...members.map(({ aheadFrom }) => aheadFrom?.getTime() ?? 0));
    const isUnderWay = reached > first.getTime() && reached < began.getTime() + AHEAD_MS;
    const from = isUnderWay ? new Date(reached) : first;
    const next = (await this.#missing(upstream, members, from, began)) ?? first;
    for (const { companyId } of members) await this.deps.store.advanceAhead(companyId, next);
  }

  /**
   * Takes over the bookings of one page of Cal.com's list, and looks for coming rows that say "booked" while Cal.com lists
   * no such booking, as far as that page reaches.
   * @returns where to go on, always later than `from`; null: there is nothing more until `to`
   */
  async #missing(
    upstream: ReconcileUpstream,
    members: readonly Member[],
    from: Date,
    began: Date,
  ): Promise<Date | null> {
    const to = new Date(began.getTime() + AHEAD_MS);
    const rows: { member: Member; appointmentId: string; uid: string; startsAt: Date }[] = [];
    for (const member of members) {
      for (const row of await this.deps.store.upcoming(member.companyId, from, to)) rows.push({ member, ...row });
    }
    if (rows.length === 0) return null;
    const listed = await this.#listedAhead(upstream, members, from, to);
    const absent = rows
      .filter(({ startsAt }) => startsAt >= began && (!listed.until || startsAt < listed.until))
      .filter(({ uid }) => !listed.uids.has(uid))
      .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
    for (const { member, appointmentId, uid, startsAt } of absent.slice(0, MOST_LOOK_UPS)) {
      const booking = await upstream.getBooking(uid, 'background');
      if (booking) {
        await this.#takeOne(members, booking);
        continue;
      }
      member.report.missing++;
      member.report.reviews++;
      await this.deps.store.review(member.companyId, appointmentId, 'booking_missing_at_calcom', {
        uid,
        starts_at: startsAt.toISOString(),
      });
    }
    return laterThan(from, absent[MOST_LOOK_UPS]?.startsAt ?? listed.until);
  }

  /** One page, by start. @returns its uids, and the start up to which it is complete; null: it is the last */
  async #listedAhead(
    upstream: ReconcileUpstream,
    members: readonly Member[],
    from: Date,
    to: Date,
  ): Promise<{ uids: Set<string>; until: Date | null }> {
    const { bookings, hasMore } = await upstream.listBookings(
      {
        ...{ status: ['past', 'upcoming', 'unconfirmed'], afterStartAt: from, beforeEndAt: to },
        ...{ sortStart: 'asc', take: PAGE },
      },
      'background',
    );
    for (const booking of bookings) await this.#takeOne(members, booking);
    const lastMs = Math.max(...bookings.map(({ startAt }) => startAt.getTime()));
    const until = hasMore && bookings.length > 0 ? laterThan(from, new Date(lastMs)) : null;
    return { uids: new Set(bookings.map(({ uid }) => uid)), until };
  }
}

/** A page full of bookings at one start is stepped over; a row that it does not show is looked up. */
function laterThan(from: Date, at: Date | null): Date | null {
  return at && at <= from ? new Date(from.getTime() + 1) : at;
}

interface Member extends ReconcilePosition {
  report: ReconcileReport;
  /** When something last changed, by event type. */
  seenAt: Map<number, Date>;
}

interface ListPosition {
  afterUpdatedAt: Date;
  skip: number;
}

interface Account {
  /** null when the company's key could not be loaded. */
  upstream: ReconcileUpstream | null;
  members: Member[];
}

/** Where the member that lags most goes on. Cut off among changes of one instant, it goes on exactly there. */
function positionOf(members: readonly Member[], began: Date): ListPosition {
  const first = new Date(began.getTime() - FIRST_LOOK_BACK_MS);
  const [lagging] = [...members].sort((a, b) => (a.since ?? first).getTime() - (b.since ?? first).getTime());
  const since = lagging?.since ?? first;
  const skip = lagging?.skip ?? 0;
  return skip > 0
    ? { afterUpdatedAt: since, skip }
    : { afterUpdatedAt: new Date(since.getTime() - OVERLAP_MS), skip: 0 };
}

/** Time of the last change of a page; null when the page is not in the order of its changes. */
function lastChange(bookings: readonly UpstreamBooking[]): Date | null {
  let last: Date | null = null;
  for (const { updatedAt } of bookings) {
    if (!updatedAt || (last && updatedAt < last)) return null;
    last = updatedAt;
  }
  return last;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const SHORTEST_MS = 20_000;
/** The usual comparison runs this often anyway. */
const LONGEST_MS = 180_000;
/** Comparisons for each booking that is to be expected. */
const RUNS_PER_BOOKING = 48;
const DAY_MS = 86_400_000;
/** How long a process that died keeps the others from comparing. */
const LEASE_MS = 30_000;
const LEASE = 'calcom:reconcile-silent';

/** How often a company without webhooks is compared, milliseconds: one with thirty bookings a day every minute. */
export function comparedEveryMs(bookingsPerDay: number): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, DAY_MS / (bookingsPerDay * RUNS_PER_BOOKING)));
}

interface SilentReconcileDeps {
  push: Pick<PushWatch, 'silentCompanies'>;
  reconciliation: Pick<Reconciliation, 'run'>;
  leases: Pick<FetchLeases, 'tryAcquire'>;
  nowMs: () => number;
}

/** Companies that Cal.com's webhooks do not reach are asked about more often than the others. */
export class SilentReconcile {
  /** A comparison that failed moves no position and is not repeated at once either. */
  #triedMs = new Map<TenantId, number>();

  constructor(private readonly deps: SilentReconcileDeps) {}

  /** Compares the companies that are due. */
  async look(): Promise<ReconcileReport[]> {
    const silent = await this.deps.push.silentCompanies();
    const due = silent.filter((one) => this.#isDue(one)).map(({ companyId }) => companyId);
    this.#triedMs = new Map([...this.#triedMs].filter(([id]) => silent.some(({ companyId }) => companyId === id)));
    if (due.length === 0) return [];
    const lease = await this.deps.leases.tryAcquire([LEASE], LEASE_MS);
    if (!lease) return [];
    try {
      for (const companyId of due) this.#triedMs.set(companyId, this.deps.nowMs());
      return await this.deps.reconciliation.run({ what: 'changes', companyIds: due });
    } finally {
      await lease.release();
    }
  }

  #isDue({ companyId, bookingsPerDay, since }: SilentCompany): boolean {
    const lastMs = Math.max(since?.getTime() ?? 0, this.#triedMs.get(companyId) ?? 0);
    return this.deps.nowMs() - lastMs >= comparedEveryMs(bookingsPerDay);
  }
}

import type { BookingFilter, Priority, UpstreamBooking } from '../calcom/calcom-ports';
import type { TenantId } from '../../domain';
import { InvalidInput } from '../../errors';
import type { ExternalSync } from './external-sync';
import type { PushWatch } from './push-watch';
import { fromUpstream } from './from-upstream';

export interface ReconcileUpstream {
  /** Companies with the same key see the same bookings. */
  readonly credentialId: string;
  listBookings(filter: BookingFilter, priority?: Priority): Promise<{ bookings: UpstreamBooking[]; hasMore: boolean }>;
  getBooking(uid: string, priority?: Priority): Promise<UpstreamBooking | null>;
}

export interface ReconcilePosition {
  companyId: TenantId;
  since: Date | null;
  skip: number;
}

export interface ReconcileStore {
  /** Companies to compare, each with its last position; `skip` counts what was read from there on. */
  companies(): Promise<ReconcilePosition[]>;
  /** Upcoming appointments that Cal.com should know, by uid. */
  upcoming(
    companyId: TenantId,
    from: Date,
    to: Date,
  ): Promise<{ appointmentId: string; uid: string; startsAt: Date }[]>;
  advance(companyId: TenantId, to: Date, skip: number): Promise<void>;
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
  push: Pick<PushWatch, 'changed'>;
  upstream: (companyId: TenantId) => Promise<ReconcileUpstream>;
  now: () => Date;
  onDifference: (report: ReconcileReport) => void;
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
    options: { full: boolean; companyIds?: readonly TenantId[]; signal?: AbortSignal },
    progress: (report: ReconcileReport) => void = () => undefined,
  ): Promise<ReconcileReport[]> {
    const wanted = (await this.#deps.store.companies()).filter(
      ({ companyId }) => options.companyIds?.includes(companyId) ?? true,
    );
    const accounts = await this.#accounts(wanted);
    const reports: ReconcileReport[] = [];
    for (const account of accounts) {
      if (options.signal?.aborted) break;
      await this.#account(account, options.full);
      for (const { report } of account.members) {
        if (report.changed + report.missing + report.reviews > 0) this.#deps.onDifference(report);
        progress(report);
        reports.push(report);
      }
    }
    return reports;
  }

  /** Companies that share a key are compared together: one listing per key, however many companies use it. */
  async #accounts(companies: ReconcilePosition[]): Promise<Account[]> {
    const accounts = new Map<string, Account>();
    for (const position of companies) {
      const { companyId } = position;
      const report: ReconcileReport = { companyId, seen: 0, changed: 0, missing: 0, reviews: 0, error: null };
      try {
        const upstream = await this.#deps.upstream(companyId);
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

  async #account(account: Account, full: boolean): Promise<void> {
    const { upstream, members } = account;
    if (!upstream) return;
    const { store, now } = this.#deps;
    const began = now();
    try {
      const isAtEnd = await this.#takeChanges(upstream, members, positionOf(members, began));
      if (!isAtEnd) return;
      if (full) await this.#missing(upstream, members, began);
      for (const { companyId } of members) await store.advance(companyId, began, 0);
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
          await this.#deps.store.advance(companyId, position.afterUpdatedAt, position.skip);
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
      if (since) for (const [eventTypeId, at] of seenAt) await this.#deps.push.changed(companyId, eventTypeId, at);
      seenAt.clear();
    }
  }

  /** Takes every listed booking over and returns the uids seen. */
  async #takeListed(
    upstream: ReconcileUpstream,
    members: readonly Member[],
    filter: BookingFilter,
  ): Promise<Set<string>> {
    const uids = new Set<string>();
    for (let skip = 0; ; skip += PAGE) {
      const { bookings, hasMore } = await upstream.listBookings({ ...filter, take: PAGE, skip }, 'background');
      for (const booking of bookings) {
        uids.add(booking.uid);
        await this.#takeOne(members, booking);
      }
      if (!hasMore) return uids;
    }
  }

  async #takeOne(members: readonly Member[], booking: UpstreamBooking): Promise<void> {
    const taken = await this.#deps.sync.take(fromUpstream(booking), new Set(members.map(({ companyId }) => companyId)));
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

  /** Rows that say "booked" while Cal.com lists no such booking. */
  async #missing(upstream: ReconcileUpstream, members: readonly Member[], from: Date): Promise<void> {
    const to = new Date(from.getTime() + AHEAD_MS);
    const ahead: { member: Member; appointmentId: string; uid: string; startsAt: Date }[] = [];
    for (const member of members) {
      for (const row of await this.#deps.store.upcoming(member.companyId, from, to)) ahead.push({ member, ...row });
    }
    if (ahead.length === 0) return;
    const listed = await this.#takeListed(upstream, members, {
      status: ['upcoming', 'unconfirmed'],
      afterStartAt: from,
      beforeEndAt: to,
    });
    for (const { member, appointmentId, uid, startsAt } of ahead.filter((one) => !listed.has(one.uid))) {
      const booking = await upstream.getBooking(uid, 'background');
      if (booking) {
        await this.#takeOne(members, booking);
        continue;
      }
      member.report.missing++;
      member.report.reviews++;
      await this.#deps.store.review(member.companyId, appointmentId, 'booking_missing_at_calcom', {
        uid,
        starts_at: startsAt.toISOString(),
      });
    }
  }
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

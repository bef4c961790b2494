import { addDays, localDate } from '../../local-time';
import type { CalcomService, SlotOptions } from '../calcom-service';
import type { LocalDate, TenantId, TenantProfile } from '../../domain';
import type { SharedHostIndex } from './ports';
import { isOpenOn } from '../tenants/opening-hours';
import { type Deadline, runWithRequest } from '../../request-context';
import type { CalcomApiRateLimiter } from '../calcom-api-rate-limiter';
import type { TenantDirectory } from '../tenants/tenant-ports';
import type { SlotCacheUnit } from './slot-cache';

export interface WarmCandidate {
  companyId: TenantId;
  branchId: string;
  serviceId: string;
  serviceName: string;
  bookings: number;
}

export interface WarmOptions {
  days: number;
  minBookings: number;
  /** Pause between two requests. */
  delayMs: number;
  companyId?: TenantId;
  /** Only so many of the services, from that one on: the pauses between such parts are the caller's. */
  part?: { from: number; count: number };
}

interface WarmStep {
  service: string;
  bookings: number;
  outcome: 'warmed' | 'failed';
  starts: number;
  error: string | null;
}

interface WarmReport {
  services: number;
  warmed: number;
  failed: number;
  /** Busiest hours of the day by company, wall clock. */
  peakHours: Record<string, number[]>;
}

interface CacheWarmerDeps {
  popular: {
    /** @param companyId null: of every company */
    popular(companyId: TenantId | null, minBookings: number): Promise<WarmCandidate[]>;
    peakHours(companyId: TenantId): Promise<number[]>;
  };
  tenants: Pick<TenantDirectory, 'profile'>;
  calcom: (companyId: TenantId) => Promise<CalcomService>;
  now: () => Date;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  deadline: (budgetMs: number) => Deadline & { finish(): void };
}

/** Background work may wait for its turn in the budget; that is what the night is for. */
const PATIENCE_MS = 60_000;

/**
 * Reads ahead what people are likely to ask: the services most booked lately, one request for the whole range each,
 * in the background class of the budget. Days on which a branch is closed cost nothing extra: the range is one request.
 */
export class CacheWarmer {
  constructor(private readonly deps: CacheWarmerDeps) {}

  async candidates(options: WarmOptions): Promise<WarmCandidate[]> {
    const popular = await this.deps.popular.popular(null, options.minBookings);
    return popular
      .filter((one) => !options.companyId || one.companyId === options.companyId)
      .sort((a, b) => b.bookings - a.bookings);
  }

  async run(
    options: WarmOptions,
    progress: (done: number, total: number, step: WarmStep | null) => Promise<void> | void,
    signal?: AbortSignal,
  ): Promise<WarmReport> {
    const candidates = await this.candidates(options);
    const report: WarmReport = { services: candidates.length, warmed: 0, failed: 0, peakHours: {} };
    const { from = 0, count = candidates.length } = options.part ?? {};
    await progress(from, candidates.length, null);
    for (const [index, candidate] of candidates.slice(from, from + count).entries()) {
      if (signal?.aborted) break;
      if (index > 0 && options.delayMs > 0) await this.deps.sleep(options.delayMs, signal);
      const step = await this.#warm(candidate, options.days);
      if (step.outcome === 'warmed') report.warmed++;
      else report.failed++;
      if (!(candidate.companyId in report.peakHours)) {
        report.peakHours[candidate.companyId] = await this.deps.popular.peakHours(candidate.companyId).catch(() => []);
      }
      await progress(from + index + 1, candidates.length, step);
    }
    return report;
  }

  async #warm(candidate: WarmCandidate, days: number): Promise<WarmStep> {
    const step = { service: candidate.serviceName, bookings: candidate.bookings };
    try {
      const profile = await this.deps.tenants.profile(candidate.companyId, candidate.branchId);
      const service = profile?.services.find((one) => one.id === candidate.serviceId);
      if (!profile || !service) throw new Error('the service no longer exists');
      const zone = profile.branch.timeZone;
      const first = localDate(this.deps.now(), zone);
      const last = addDays(first, Math.max(0, days - 1));
      const answer = await runInBackground('warm', candidate.companyId, this.deps.deadline(PATIENCE_MS), async () => {
        const calcom = await this.deps.calcom(candidate.companyId);
        const { calcomEventTypeId, calcomTeamId } = service;
        return calcom.getAvailableSlots(calcomEventTypeId, first, last, calcomTeamId, backgroundOf(profile.branch));
      });
      const starts = [...answer.days.values()].reduce((sum, day) => sum + day.length, 0);
      return { ...step, outcome: 'warmed', starts, error: null };
    } catch (error) {
      return { ...step, outcome: 'failed', starts: 0, error: error instanceof Error ? error.message : String(error) };
    }
  }
}

interface AvailabilityRenewalDeps {
  readonly tenantStore: {
    /** The company's active branches. */
    allProfiles(companyId: TenantId): Promise<TenantProfile[]>;
  };
  readonly hosts: SharedHostIndex;
  readonly calcom: (companyId: TenantId) => Promise<CalcomService>;
  readonly slots: Pick<SlotCacheUnit, 'cache'>;
  readonly limiter: Pick<CalcomApiRateLimiter, 'status'>;
  readonly deadline: (budgetMs: number) => Deadline & { finish(): void };
}

const RENEWAL_BUDGET_MS = 20_000;
/** Above this use of the budget nothing is read ahead. */
const RENEW_BELOW_PCT = 50;

/** Lists again what a booking or a change made uncertain, before the next caller asks for it. */
export class AvailabilityRenewal {
  constructor(private readonly deps: AvailabilityRenewalDeps) {}

  /**
   * @param cause `own`: the time of our booking is hidden from every event type that shares the host, also where another
   * host is free; `foreign`: the days were voided
   */
  async after(
    cause: 'own' | 'foreign',
    companyId: TenantId,
    eventTypeId: number,
    days: readonly LocalDate[],
  ): Promise<void> {
    const [first] = days;
    const last = days.at(-1);
    if (first === undefined || last === undefined) return;
    const [mainKey] = await this.deps.limiter.status().catch(() => []);
    if (mainKey && mainKey.utilization_pct > RENEW_BELOW_PCT) return;
    if (cause === 'foreign' && !this.deps.slots.cache.wasAsked(companyId, eventTypeId)) return;
    const concerned = new Set([eventTypeId]);
    if (cause === 'own') {
      const sharing = await this.deps.hosts.eventTypesSharingHosts(companyId, eventTypeId, null);
      for (const one of sharing) if (one.mayHaveRoom) concerned.add(one.eventTypeId);
    }
    const calcom = await this.deps.calcom(companyId);
    await runInBackground('renew', companyId, this.deps.deadline(RENEWAL_BUDGET_MS), async () => {
      for (const { branch, services } of distinctZones(await this.deps.tenantStore.allProfiles(companyId))) {
        for (const service of services.filter((one) => concerned.has(one.calcomEventTypeId))) {
          const { calcomEventTypeId, calcomTeamId } = service;
          const asked = [calcomEventTypeId, first, last, calcomTeamId, backgroundOf(branch)] as const;
          if (cause === 'own') await calcom.renewHiddenSlots(...asked);
          else await calcom.getAvailableSlots(...asked);
        }
      }
    });
  }
}

/** Questions of the gateway's own, within a deadline that ends with them. */
async function runInBackground<T>(
  requestId: string,
  tenantId: TenantId,
  deadline: ReturnType<CacheWarmerDeps['deadline']>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await runWithRequest({ requestId, tenantId, callId: null, deadline, steps: [] }, work);
  } finally {
    deadline.finish();
  }
}

function backgroundOf(branch: TenantProfile['branch']): SlotOptions {
  return { timeZone: branch.timeZone, closedDays: (date) => !isOpenOn(branch, date), priority: 'background' };
}

/** Stored days are told apart by zone: branches in one zone share them. */
function distinctZones(profiles: readonly TenantProfile[]): TenantProfile[] {
  const seen = new Set<string>();
  return profiles.map((profile) => ({
    ...profile,
    services: profile.services.filter((service) => {
      const key = `${profile.branch.timeZone} ${service.calcomEventTypeId}`;
      return service.isActive && !seen.has(key) && seen.add(key) !== undefined;
    }),
  }));
}

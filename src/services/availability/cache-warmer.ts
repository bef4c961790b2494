import { addDays, localDate } from '../../local-time';
import type { CalcomService } from '../calcom-service';
import type { TenantId, TenantProfile } from '../../domain';
import { isOpenOn } from '../tenants/opening-hours';
import { type RequestContext, type Deadline, runWithRequest } from '../../request-context';

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
}

export interface WarmStep {
  service: string;
  bookings: number;
  outcome: 'warmed' | 'failed';
  starts: number;
  error: string | null;
}

export interface WarmReport {
  services: number;
  warmed: number;
  failed: number;
  /** Busiest hours of the day by company, wall clock. */
  peakHours: Record<string, number[]>;
}

export interface CacheWarmerDeps {
  popular: (minBookings: number) => Promise<WarmCandidate[]>;
  peakHours: (companyId: TenantId) => Promise<number[]>;
  profile: (companyId: TenantId, branchId: string) => Promise<TenantProfile | null>;
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
  readonly #deps: CacheWarmerDeps;

  constructor(deps: CacheWarmerDeps) {
    this.#deps = deps;
  }

  async candidates(options: WarmOptions): Promise<WarmCandidate[]> {
    const popular = await this.#deps.popular(options.minBookings);
    return popular
      .filter((one) => !options.companyId || one.companyId === options.companyId)
      .sort((a, b) => b.bookings - a.bookings);
  }

  async run(
    options: WarmOptions,
    progress: (step: WarmStep, total: number) => void,
    signal?: AbortSignal,
  ): Promise<WarmReport> {
    const candidates = await this.candidates(options);
    const report: WarmReport = { services: candidates.length, warmed: 0, failed: 0, peakHours: {} };
    for (const [index, candidate] of candidates.entries()) {
      if (signal?.aborted) break;
      if (index > 0 && options.delayMs > 0) await this.#deps.sleep(options.delayMs, signal);
      const step = await this.#warm(candidate, options.days);
      if (step.outcome === 'warmed') report.warmed++;
      else report.failed++;
      if (!(candidate.companyId in report.peakHours)) {
        report.peakHours[candidate.companyId] = await this.#deps.peakHours(candidate.companyId).catch(() => []);
      }
      progress(step, candidates.length);
    }
    return report;
  }

  async #warm(candidate: WarmCandidate, days: number): Promise<WarmStep> {
    const step = { service: candidate.serviceName, bookings: candidate.bookings };
    const deadline = this.#deps.deadline(PATIENCE_MS);
    const context: RequestContext = {
      requestId: 'warm',
      tenantId: candidate.companyId,
      callId: null,
      deadline,
      memo: new Map(),
      steps: [],
    };
    try {
      const profile = await this.#deps.profile(candidate.companyId, candidate.branchId);
      const service = profile?.services.find((one) => one.id === candidate.serviceId);
      if (!profile || !service) throw new Error('the service no longer exists');
      const zone = profile.branch.timeZone;
      const first = localDate(this.#deps.now(), zone);
      const last = addDays(first, Math.max(0, days - 1));
      const answer = await runWithRequest(context, async () => {
        const calcom = await this.#deps.calcom(candidate.companyId);
        return calcom.getAvailableSlots(service.calcomEventTypeId, first, last, service.calcomTeamId, {
          timeZone: zone,
          closedDays: (date) => !isOpenOn(profile.branch.hours, date),
          priority: 'background',
        });
      });
      const starts = [...answer.days.values()].reduce((sum, day) => sum + day.length, 0);
      return { ...step, outcome: 'warmed', starts, error: null };
    } catch (error) {
      return { ...step, outcome: 'failed', starts: 0, error: error instanceof Error ? error.message : String(error) };
    } finally {
      deadline.finish();
    }
  }
}

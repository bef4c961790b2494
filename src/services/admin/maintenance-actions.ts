import { NotFound } from '../../errors';
import type { TenantId } from '../../domain';
import type { CalcomAccounts } from '../calcom/calcom-accounts';
import type { CircuitBreaker } from '../circuit-breaker';
import type { RecordReader } from './records';

export interface WarmRequest {
  days: number;
  minBookings: number;
  /** Pause between two requests, milliseconds. */
  delayMs: number;
}

export interface QueuedJob {
  queued: boolean;
  jobId: string | null;
}

export interface MaintenanceActionsDeps {
  reader: RecordReader;
  companies: {
    ids(): Promise<TenantId[]>;
    /** Those that callers can book. */
    services(companyId: TenantId): Promise<{ calcomEventTypeId: number }[]>;
  };
  /** Makes every process ask Cal.com again about these. */
  forgetAvailability: (companyId: TenantId, eventTypeIds: number[]) => Promise<void>;
  /** Queues the work; not when the same is queued or running, and then that job is named. */
  warm: (companyId: TenantId | null, request: WarmRequest) => Promise<QueuedJob>;
  accounts: Pick<CalcomAccounts, 'keys'>;
  breaker: Pick<CircuitBreaker, 'reset'>;
}

/** Maintenance by hand: empty the cache, warm it, close circuits. */
export class MaintenanceActions {
  constructor(private readonly deps: MaintenanceActionsDeps) {}

  /**
   * @param companyId null: every company
   * @returns how many event types will be asked for again
   * @throws NotFound when no company offers that event type
   */
  async invalidate(companyId: TenantId | null, eventTypeId: number | null): Promise<number> {
    let invalidated = 0;
    for (const id of companyId === null ? await this.deps.companies.ids() : [companyId]) {
      const offered = (await this.deps.companies.services(id)).map((one) => one.calcomEventTypeId);
      const meant = eventTypeId === null ? offered : offered.filter((one) => one === eventTypeId);
      if (meant.length > 0) await this.deps.forgetAvailability(id, meant);
      invalidated += meant.length;
    }
    if (eventTypeId !== null && invalidated === 0) throw new NotFound('An active service with this event type');
    return invalidated;
  }

  /** @throws NotFound */
  async warm(companyId: TenantId | null, request: WarmRequest): Promise<QueuedJob> {
    if (companyId !== null) await this.deps.reader.company(companyId);
    return this.deps.warm(companyId, request);
  }

  /** Closes the circuits of every key. */
  async resetCircuits(): Promise<string[]> {
    const keyIds = (await this.deps.accounts.keys()).map(({ id }) => id);
    for (const keyId of keyIds) await this.deps.breaker.reset(keyId);
    return keyIds;
  }
}

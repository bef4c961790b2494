import { NotFound } from '../../errors';
import type { TenantId } from '../../domain';
import type { CalcomKey } from '../calcom/calcom-keys';
import { requireCompany, type RecordReader } from './records';

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
  /** Every company that exists. */
  companyIds: () => Promise<TenantId[]>;
  /** Event types that a company offers. */
  eventTypeIds: (companyId: TenantId) => Promise<number[]>;
  /** Makes every process ask Cal.com again about these. */
  forgetAvailability: (companyId: TenantId, eventTypeIds: number[]) => Promise<void>;
  /** Queues the work; not when the same is queued or running, and then that job is named. */
  warm: (companyId: TenantId | null, request: WarmRequest) => Promise<QueuedJob>;
  keys: (companyId: null) => Promise<CalcomKey[]>;
  resetCircuit: (keyId: string) => Promise<void>;
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
    for (const id of companyId === null ? await this.deps.companyIds() : [companyId]) {
      const offered = await this.deps.eventTypeIds(id);
      const meant = eventTypeId === null ? offered : offered.filter((one) => one === eventTypeId);
      if (meant.length > 0) await this.deps.forgetAvailability(id, meant);
      invalidated += meant.length;
    }
    if (eventTypeId !== null && invalidated === 0) throw new NotFound('An active service with this event type');
    return invalidated;
  }

  /** @throws NotFound */
  async warm(companyId: TenantId | null, request: WarmRequest): Promise<QueuedJob> {
    if (companyId !== null) await requireCompany(this.deps.reader, companyId);
    return this.deps.warm(companyId, request);
  }

  /** Closes the circuits of every key. */
  async resetCircuits(): Promise<string[]> {
    const keyIds = (await this.deps.keys(null)).map(({ id }) => id);
    for (const keyId of keyIds) await this.deps.resetCircuit(keyId);
    return keyIds;
  }
}

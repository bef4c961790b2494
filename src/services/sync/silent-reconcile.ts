import type { TenantId } from '../../domain';
import type { FetchLeases } from '../availability/ports';
import type { PushWatch, SilentCompany } from './push-watch';
import type { ReconcileReport, Reconciliation } from './reconciliation';

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

export interface SilentReconcileDeps {
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

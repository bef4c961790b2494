import { LRUCache } from 'lru-cache';
import type { TenantId } from '../../domain';

export type ReadSource = 'cache' | 'upstream' | 'coalesced' | 'stale' | 'failed';

export interface EventTypeStats {
  tenantId: TenantId;
  eventTypeId: number;
  reads: number;
  bySource: Record<ReadSource, number>;
  /** Background fetches started. */
  refreshes: number;
}

const EVENT_TYPES = 5000;

/** What this process answered from where since it started, by event type. */
export class CacheStats {
  readonly #counts = new LRUCache<string, EventTypeStats>({ max: EVENT_TYPES });

  countRead(tenantId: TenantId, eventTypeId: number, source: ReadSource): void {
    const stats = this.#of(tenantId, eventTypeId);
    stats.reads += 1;
    stats.bySource[source] += 1;
  }

  countRefresh(tenantId: TenantId, eventTypeId: number): void {
    this.#of(tenantId, eventTypeId).refreshes += 1;
  }

  /** Copies, most read first. */
  snapshot(tenantId?: TenantId): EventTypeStats[] {
    return [...this.#counts.values()]
      .filter((stats) => tenantId === undefined || stats.tenantId === tenantId)
      .map((stats) => ({ ...stats, bySource: { ...stats.bySource } }))
      .sort((a, b) => b.reads - a.reads);
  }

  #of(tenantId: TenantId, eventTypeId: number): EventTypeStats {
    const key = `${eventTypeId}:${tenantId}`;
    const known = this.#counts.get(key);
    if (known) return known;
    const bySource = { cache: 0, upstream: 0, coalesced: 0, stale: 0, failed: 0 };
    const stats: EventTypeStats = { tenantId, eventTypeId, reads: 0, bySource, refreshes: 0 };
    this.#counts.set(key, stats);
    return stats;
  }
}

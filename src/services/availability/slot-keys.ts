import type { LocalDate, TenantId } from '../../domain';
import type { SlotPriority, SlotQuestion } from './ports';

type SlotVariant = Pick<SlotQuestion, 'timeZone' | 'durationMinutes' | 'hostIds'>;

/**
 * The only place where keys of the slot cache are made. `{team:event type}` is the hash tag: a Redis Cluster keeps
 * everything about an event type on one node.
 */
export class SlotKeys {
  readonly fence: string;
  /** Where the end of a fetch is announced. */
  readonly channel: string;
  /** Tells apart what is fetched apart: tenant, event type, zone, duration, hosts. */
  readonly id: string;
  readonly #tag: string;
  readonly #variant: string;

  constructor(
    private readonly tenantId: TenantId,
    teamId: number | null,
    eventTypeId: number,
    variant: SlotVariant,
  ) {
    this.#tag = tag(teamId, eventTypeId);
    this.#variant = variantText(variant);
    this.fence = fenceKey(tenantId, teamId, eventTypeId);
    this.channel = `calcom:slots-done:${this.#tag}:${tenantId}`;
    this.id = `${this.#tag}:${this.#variant}:${tenantId}`;
  }

  entry(day: LocalDate): string {
    return `calcom:slots:${this.#tag}:${day}:${day}:${this.#variant}:${this.tenantId}`;
  }

  /** Held by the process that fetches that day; `generation` changes with every invalidation. */
  fetchLease(day: LocalDate, generation: number, priority: SlotPriority): string {
    return `calcom:slots-fetching:${this.#tag}:${day}:${generation}:${priority}:${this.#variant}:${this.tenantId}`;
  }

  /** The last failure, for as long as it is shared. */
  failure(priority: SlotPriority): string {
    return `calcom:slots-failed:${this.#tag}:${priority}:${this.#variant}:${this.tenantId}`;
  }
}

export function fenceKey(tenantId: TenantId, teamId: number | null, eventTypeId: number): string {
  return `calcom:slots-meta:${tag(teamId, eventTypeId)}:${tenantId}`;
}

/** Glob over all stored days of a tenant, or of one of its event types in whatever team. */
export function entryPattern(tenantId: TenantId, eventTypeId?: number): string {
  return `calcom:slots:{*:${eventTypeId ?? '*'}}:*:${tenantId}`;
}

function tag(teamId: number | null, eventTypeId: number): string {
  return `{${teamId ?? 0}:${eventTypeId}}`;
}

function variantText(variant: SlotVariant): string {
  const duration = variant.durationMinutes === undefined ? '' : `:${variant.durationMinutes}`;
  const hosts = variant.hostIds?.length ? `:h${[...new Set(variant.hostIds)].sort((a, b) => a - b).join(',')}` : '';
  return `${variant.timeZone}${duration}${hosts}`;
}

import type { TenantId } from '../../domain';
import { LastKnown } from '../tenants/last-known';

/** What is known about one event type's webhooks, by Cal.com's clock. */
export interface PushEvidence {
  eventTypeId: number;
  /** When its webhook was last made or made right here, by the gateway's clock: changes before it prove nothing. */
  madeAt: Date | null;
  /** Of the last change that a webhook reported. */
  heardAt: Date | null;
  /** Of the last change that a listing showed. */
  changedAt: Date | null;
}

export type PushState = 'works' | 'silent' | 'unknown';

/** A company that hears nothing of at least one of its event types. */
export interface SilentCompany {
  companyId: TenantId;
  bookingsPerDay: number;
  /** When it was last compared with Cal.com. */
  since: Date | null;
}

export interface PushStore {
  evidence(companyId: TenantId): Promise<PushEvidence[]>;
  /** Moves the times forward, never back. */
  recordEvidence(
    companyId: TenantId,
    news: { eventTypeId: number; heardAt?: Date; changedAt?: Date; madeAt?: Date },
  ): Promise<void>;
  /** Companies with an event type whose last change before `until` was not heard of within `slackMs`. */
  silentCompanies(until: Date, slackMs: number): Promise<SilentCompany[]>;
}

/** A cancellation is announced before Cal.com carries it out, and a booking is touched again after it was announced. */
const SLACK_MS = 60_000;
/** A webhook may be on its way for so long. */
const GRACE_MS = 30_000;
/** Whether webhooks arrive is looked up again after this long. */
const LIFE_MS = 10_000;

export function pushState({ heardAt, changedAt, madeAt }: PushEvidence, nowMs: number): PushState {
  if (changedAt === null) return heardAt === null ? 'unknown' : 'works';
  if (heardAt !== null && heardAt.getTime() >= changedAt.getTime() - SLACK_MS) return 'works';
  if (madeAt !== null && changedAt.getTime() <= madeAt.getTime() + SLACK_MS) return 'unknown';
  if (changedAt.getTime() > nowMs - GRACE_MS) return heardAt === null ? 'unknown' : 'works';
  return 'silent';
}

/** Whether Cal.com's webhooks arrive, by what arrived lately: that one is registered says nothing about team event types. */
export class PushWatch {
  readonly #silent: LastKnown<ReadonlySet<number>>;

  constructor(private readonly deps: { pushStore: PushStore; nowMs: () => number }) {
    this.#silent = new LastKnown({ nowMs: deps.nowMs, lifeMs: LIFE_MS });
  }

  heard(companyId: TenantId, eventTypeId: number, at: Date): Promise<void> {
    return this.deps.pushStore.recordEvidence(companyId, { eventTypeId, heardAt: at });
  }

  changed(companyId: TenantId, eventTypeId: number, at: Date): Promise<void> {
    return this.deps.pushStore.recordEvidence(companyId, { eventTypeId, changedAt: at });
  }

  async webhooksMade(companyId: TenantId, eventTypeIds: readonly number[]): Promise<void> {
    const madeAt = new Date(this.deps.nowMs());
    for (const eventTypeId of eventTypeIds)
      await this.deps.pushStore.recordEvidence(companyId, { eventTypeId, madeAt });
  }

  evidence(companyId: TenantId): Promise<PushEvidence[]> {
    return this.deps.pushStore.evidence(companyId);
  }

  silentCompanies(): Promise<SilentCompany[]> {
    return this.deps.pushStore.silentCompanies(new Date(this.deps.nowMs() - GRACE_MS), SLACK_MS);
  }

  /** From memory, so that a fetch may ask; false while nothing is known. */
  async isSilent(companyId: TenantId, eventTypeId: number): Promise<boolean> {
    const silent = await this.#silent.get(companyId, () => this.#silentOf(companyId)).catch(() => null);
    return silent?.has(eventTypeId) ?? false;
  }

  async #silentOf(companyId: TenantId): Promise<ReadonlySet<number>> {
    const evidence = await this.deps.pushStore.evidence(companyId);
    return new Set(
      evidence.filter((one) => pushState(one, this.deps.nowMs()) === 'silent').map(({ eventTypeId }) => eventTypeId),
    );
  }
}

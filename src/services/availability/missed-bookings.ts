import type { Clock } from '../../infra/clock';
import type { SlotQuestion } from './slot-store';
import type { AvailabilityInvalidation } from './availability-invalidation';
import type { SlotView } from './slot-reader';
import type { BookedTimes } from './slot-store';

/** A fetch that is joined may have stood in line and been under way for this long. */
const OLDEST_FETCH_MS = 30_000;
const DAY_MS = 86_400_000;

/**
 * While the shared store is away nobody hears what other processes booked. The ledger knows: what was recorded there
 * since the answer was fetched must not be offered either.
 */
export class MissedBookings {
  readonly #ledger: BookedTimes;
  readonly #invalidation: Pick<AvailabilityInvalidation, 'bookedElsewhere'>;
  readonly #clock: Clock;
  readonly #settleMs: number;

  constructor(deps: {
    ledger: BookedTimes;
    invalidation: Pick<AvailabilityInvalidation, 'bookedElsewhere'>;
    clock: Clock;
    settleMs: number;
  }) {
    this.#ledger = deps.ledger;
    this.#invalidation = deps.invalidation;
    this.#clock = deps.clock;
    this.#settleMs = deps.settleMs;
  }

  /** Never throws: without the ledger too there is nothing more to know, and the answer is said to be old. */
  async learn(question: SlotQuestion, view: SlotView): Promise<void> {
    const { tenantId } = question;
    const nowMs = this.#clock.nowMs();
    const oldestMs = Math.min(nowMs - OLDEST_FETCH_MS, ...[...view.days.values()].map((day) => day.begunAtMs));
    const fromMs = Date.parse(`${question.startDate}T00:00:00Z`) - DAY_MS;
    const toMs = Date.parse(`${question.endDate}T00:00:00Z`) + 2 * DAY_MS;
    try {
      const since = nowMs - oldestMs + this.#settleMs;
      for (const one of await this.#ledger.recordedWithin(tenantId, since, new Date(fromMs), new Date(toMs)))
        await this.#invalidation.bookedElsewhere(tenantId, one.eventTypeId, one.hostId, one.startAt, one.endAt);
    } catch {
      // Both are away.
    }
  }
}
